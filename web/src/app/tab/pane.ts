/** The window onto a conversation's messages, as a value: which are in view, and what there is beyond. Pure. */
import type { Message, Order } from "../../engine/model";

export interface Pane {
  /** Ascending. */
  readonly messages: readonly Message[];
  /** Whether there are messages before the first and after the last. */
  readonly hasBefore: boolean;
  readonly hasAfter: boolean;
}

export const EMPTY_PANE: Pane = { messages: [], hasBefore: false, hasAfter: false };

/** Messages that are read at once, and those that a window holds at the most: scrolling lets go of the far end. */
export const PAGE = 60;
export const MOST = 480;

/** A message was stored or changed. The same pane when that is out of view. */
export function placed(pane: Pane, message: Message): Pane {
  const { messages, hasBefore, hasAfter } = pane;
  const at = indexOf(messages, message.order);
  const present = messages[at];
  if (present?.order === message.order) return { ...pane, messages: spliced(messages, at, 1, message) };
  if (at === 0 && hasBefore) return pane;
  if (at === messages.length && hasAfter) return pane;
  const next = spliced(messages, at, 0, message);
  // What grows at the end while it is in view lets go of the beginning.
  return next.length > MOST ? { messages: next.slice(next.length - MOST + PAGE), hasBefore: true, hasAfter } : { ...pane, messages: next };
}

export function removed(pane: Pane, order: Order): Pane {
  const at = indexOf(pane.messages, order);
  return pane.messages[at]?.order === order ? { ...pane, messages: spliced(pane.messages, at, 1) } : pane;
}

/** @param page ascending, all before the first; fewer than `PAGE`: there are no more */
export function withBefore(pane: Pane, page: readonly Message[]): Pane {
  const first = pane.messages[0]?.order;
  const older = first === undefined ? page : page.filter(({ order }) => order < first);
  const messages = [...older, ...pane.messages];
  const hasBefore = page.length >= PAGE;
  if (messages.length <= MOST) return { ...pane, messages, hasBefore };
  return { messages: messages.slice(0, MOST), hasBefore, hasAfter: true };
}

/** @param page ascending, from the last one on; fewer than `PAGE`: there are no more */
export function withAfter(pane: Pane, page: readonly Message[]): Pane {
  const last = pane.messages.at(-1)?.order;
  const newer = last === undefined ? page : page.filter(({ order }) => order > last);
  const messages = [...pane.messages, ...newer];
  const hasAfter = page.length >= PAGE;
  if (messages.length <= MOST) return { ...pane, messages, hasAfter };
  return { messages: messages.slice(messages.length - MOST), hasBefore: true, hasAfter };
}

function spliced(messages: readonly Message[], at: number, gone: number, ...come: readonly Message[]): readonly Message[] {
  return [...messages.slice(0, at), ...come, ...messages.slice(at + gone)];
}

/** Where the order stands, or would stand. */
export function indexOf(messages: readonly Message[], order: Order): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.order ?? "") < order) low = middle + 1;
    else high = middle;
  }
  return low;
}
