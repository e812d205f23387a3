/**
 * What acts on another message: reactions, edits, deletes, receipts. Each is decided by places (orders), not by the order
 * of arrival, so live copies, pages and one's other browsers come to the same end. A target that has not come is waited for.
 */
import type { Primary } from "../core/identity/primary.js";
import type { MessageId } from "../core/messages/id.js";
import { prefixRange } from "../store/rows.js";
import { bounds } from "./bounds.js";
import { noteMessage, readUpTo } from "./conversations.js";
import { expire } from "./expiry.js";
import type { ConvId, Conversation, Effect, Held, Message, Met, Order } from "./model.js";
import type { Unit } from "./unit.js";

/** Applies the effect, or keeps it for its target. */
export async function affect(
  unit: Unit, conversation: Conversation, sender: Primary, order: Order, effect: Effect,
): Promise<void> {
  const found = await target(unit, conversation, sender, effect);
  if (found === "gone") return;
  if (found !== null) {
    await apply(unit, found, sender, order, effect);
    return;
  }
  await hold(unit, conversation, { sender, order, effect });
}

/** Applies what waited for a message that has come. */
export async function release(unit: Unit, message: Message): Promise<void> {
  const range = prefixRange(`${message.conv}/${message.id}/`);
  for (const { id, value } of await unit.work.scan<Held>("held", range)) {
    const { sender, effect, order } = value;
    // Another's edit may wait for another message of the same id; it stays until it is too old.
    if ((effect.kind === "edit" || effect.kind === "delete") && sender !== message.sender) continue;
    if (effect.kind === "receipt" && message.sender !== unit.me) continue;
    const current = await unit.message(message.conv, message.order);
    if (current !== undefined) await apply(unit, current, sender, order, effect);
    unit.work.delete("held", id);
  }
}

/** The message that is meant; "gone": it was deleted here; null: it has not come. */
async function target(
  unit: Unit, conversation: Conversation, sender: Primary, effect: Effect,
): Promise<Message | "gone" | null> {
  let gone = false;
  for (const author of authors(unit, conversation, sender, effect)) {
    const met = await unit.work.get<Met>("ids", await unit.memory.ids.met(conversation.id, author, effect.target));
    if (met === undefined || met.order === null) continue;
    const message = await unit.message(conversation.id, met.order);
    if (message !== undefined) return message;
    gone = true;
  }
  return gone ? "gone" : null;
}

/** Whose message an effect can be about: one edits and deletes one's own, and is told about one's own. */
function authors(unit: Unit, conversation: Conversation, sender: Primary, effect: Effect): readonly Primary[] {
  switch (effect.kind) {
    case "edit": case "delete": return [sender];
    case "receipt": return [unit.me];
    case "seen": return [conversation.peer, unit.me];
    // Ids are random: both having one of the same id is contrived, and the other's is then meant.
    case "reaction": return sender === unit.me ? [conversation.peer, unit.me] : [unit.me, sender];
  }
}

async function apply(unit: Unit, message: Message, sender: Primary, order: Order, effect: Effect): Promise<void> {
  if (effect.kind === "seen") {
    await readUpTo(unit, message.conv, message.order);
    return;
  }
  const changed = changedBy(message, sender, order, effect);
  if (changed === message) return;
  unit.putMessage(changed);
  noteMessage(unit, changed);
  if (changed.shown.kind === "deleted" && message.shown.kind === "file") expire.dropFile(unit, message.shown.key);
}

/** The message after the effect; the same object when nothing changes. */
export function changedBy(
  message: Message, sender: Primary, order: Order, effect: Exclude<Effect, { kind: "seen" }>,
): Message {
  if (message.shown.kind === "deleted") return message;
  switch (effect.kind) {
    case "reaction": {
      const present = message.reactions[sender];
      if (present !== undefined && present.order >= order) return message;
      return { ...message, reactions: { ...message.reactions, [sender]: { emoji: effect.emoji, order } } };
    }
    case "edit": {
      if (message.edited !== null && message.edited >= order) return message;
      const { text } = effect;
      if (message.shown.kind === "text") return { ...message, shown: { ...message.shown, text }, edited: order };
      if (message.shown.kind !== "file") return message;
      return { ...message, shown: { ...message.shown, file: { ...message.shown.file, caption: text } }, edited: order };
    }
    case "delete":
      return { ...message, shown: { kind: "deleted" }, reactions: {}, edited: null };
    case "receipt": {
      // A receipt proves that it was sent, whatever became of the acknowledgement.
      if (message.state === null || message.state === "read" || message.state === effect.receipt) return message;
      return { ...message, state: effect.receipt, failure: null };
    }
  }
}

async function hold(unit: Unit, { id: conv, standing }: Conversation, held: Held): Promise<void> {
  // A receipt may overtake the word of one's other browser on what it sent. Those of messages that this browser will never
  // have must leave room for the rest.
  const most = standing === "request" ? bounds.heldOfStranger : held.effect.kind === "receipt" ? bounds.held / 2 : bounds.held;
  if (await unit.work.count("held", prefixRange(`${conv}/`)) >= most) return;
  unit.work.put("held", heldRow(conv, held.effect.target, held.order), held);
}

function heldRow(conv: ConvId, target: MessageId, order: Order): string {
  return `${conv}/${target}/${order}`;
}
