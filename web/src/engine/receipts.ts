/** Receipts that are owed: kept with the messages they are about, sent at most one a conversation every five seconds. */
import { contentOf } from "../core/content/content.js";
import type { Content } from "../core/content/content.js";
import type { MessageId } from "../core/messages/id.js";
import { bounds } from "./bounds.js";
import type { ConvId, Conversation, Owed } from "./model.js";
import type { Unit } from "./unit.js";

const NOTHING: Owed = { delivered: [], read: [], readUpTo: null, since: 0, sentAt: 0 };

/** Notes that receipts are owed; a read one makes its delivered one needless. */
export async function owe(
  unit: Unit, conv: ConvId, more: { delivered?: readonly MessageId[]; read?: readonly MessageId[]; readUpTo?: MessageId },
): Promise<void> {
  const owed = (await unit.work.get<Owed>("receipts", conv)) ?? NOTHING;
  const read = [...new Set([...owed.read, ...(more.read ?? [])])].slice(-bounds.receiptsOwed);
  const done = new Set(read);
  unit.owing.add(conv);
  const delivered = [...new Set([...owed.delivered, ...(more.delivered ?? [])])].filter((id) => !done.has(id));
  unit.work.put("receipts", conv, {
    ...owed, read, delivered: delivered.slice(-bounds.receiptsOwed), readUpTo: more.readUpTo ?? owed.readUpTo,
    since: isNothing(owed) ? unit.now : owed.since,
  } satisfies Owed);
}

export interface DueReceipts {
  /** For the other side. */
  readonly receipt: Content | null;
  /** For one's other browsers. */
  readonly sync: Content | null;
  /** When to look again; null: nothing is owed any more. */
  readonly again: number | null;
}

/** What goes out now for one conversation, taken off what is owed. */
export async function takeReceipts(unit: Unit, conversation: Conversation): Promise<DueReceipts> {
  const owed = await unit.work.get<Owed>("receipts", conversation.id);
  if (owed === undefined || isNothing(owed)) return { receipt: null, sync: null, again: null };
  const isRead = owed.read.length > 0 || owed.readUpTo !== null;
  // A clock that was set back must not silence a conversation for years.
  const until = (time: number, pause: number): number => (time <= unit.now ? time + pause : 0);
  const due = Math.max(until(owed.sentAt, bounds.receiptPause), isRead ? 0 : until(owed.since, bounds.deliveryPause));
  if (unit.now < due) return { receipt: null, sync: null, again: due };
  const kind = owed.read.length > 0 ? "read" as const : "delivered" as const;
  const ids = owed[kind].slice(0, bounds.receiptIds);
  const wanted = ids.length > 0 && unit.memory.settings.receipts && conversation.standing === "accepted";
  const left: Owed = {
    // Receipts that are switched off are forgotten, not saved up.
    delivered: !wanted ? [] : kind === "delivered" ? owed.delivered.slice(ids.length) : owed.delivered,
    read: !wanted ? [] : kind === "read" ? owed.read.slice(ids.length) : owed.read,
    readUpTo: null, since: owed.since, sentAt: unit.now,
  };
  if (isNothing(left)) unit.work.put("receipts", conversation.id, { ...NOTHING, sentAt: unit.now } satisfies Owed);
  else unit.work.put("receipts", conversation.id, left);
  return {
    receipt: wanted ? contentOf({ kind: "receipt", receipt: kind, ids }, { conversation: conversation.thread }) : null,
    sync: owed.readUpTo === null ? null
      : contentOf({ kind: "sync", sync: { kind: "read", peer: conversation.peer, upTo: owed.readUpTo } }),
    again: isNothing(left) ? null : unit.now + bounds.receiptPause,
  };
}

function isNothing(owed: Owed): boolean {
  return owed.delivered.length === 0 && owed.read.length === 0 && owed.readUpTo === null;
}
