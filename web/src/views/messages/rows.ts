/** A window of messages as the rows of the list: day separators, the unread divider, and messages in groups. */
import type { Message, Order } from "../../app/api.js";
import { type Day, dayOf, isIn } from "./days.js";

export type Row =
  | { readonly kind: "day"; readonly key: string; readonly day: Day }
  | { readonly kind: "unread"; readonly key: string }
  | {
      readonly kind: "message";
      readonly key: string;
      readonly message: Message;
      /** Whether it begins and ends a group: what one person said within a few minutes. */
      readonly first: boolean;
      readonly last: boolean;
    };

export type MessageRow = Extract<Row, { kind: "message" }>;

/** Milliseconds between two messages of one group. */
const TOGETHER = 5 * 60_000;

/** Key of the row of a message. Stable while the message is there. */
export function rowKey(order: Order): string {
  return order;
}

/**
 * @param divider the first message below the unread divider; null: there is no divider
 * @param before the rows made last: those that are the same are taken from there, so that what shows them need not look
 */
export function rowsOf(messages: readonly Message[], divider: Order | null, before: readonly Row[] = []): Row[] {
  const old = new Map<string, Row>(before.map((row) => [row.key, row]));
  const rows: Row[] = [];
  let day: Day | null = null;
  let divided = divider === null;
  messages.forEach((message, index) => {
    if (day === null || !isIn(day, message.at)) {
      // An order may contradict the clock it was made by: a day that comes twice has two separators.
      day = dayOf(message.at);
      rows.push(kept(old, { kind: "day", key: `day/${day.start}/${message.order}`, day }));
    }
    if (!divided && divider !== null && message.order >= divider) {
      divided = true;
      rows.push(kept(old, { kind: "unread", key: "unread" }));
    }
    const previous = messages[index - 1];
    const next = messages[index + 1];
    rows.push(kept(old, {
      kind: "message", key: rowKey(message.order), message,
      first: previous === undefined || !together(previous, message, day, divider),
      last: next === undefined || !together(message, next, day, divider),
    }));
  });
  return rows;
}

function together(one: Message, other: Message, day: Day, divider: Order | null): boolean {
  const divided = divider !== null && one.order < divider && other.order >= divider;
  return one.sender === other.sender && !divided && isIn(day, one.at) && isIn(day, other.at) &&
    Math.abs(other.at - one.at) < TOGETHER;
}

function kept(old: ReadonlyMap<string, Row>, row: Row): Row {
  const known = old.get(row.key);
  if (known === undefined || known.kind !== row.kind) return row;
  if (row.kind !== "message" || known.kind !== "message") return known;
  const same = known.message === row.message && known.first === row.first && known.last === row.last;
  return same ? known : row;
}
