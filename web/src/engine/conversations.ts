/** Conversations as units of work change them: begun, accepted, read, with their previews kept. */
import type { Primary } from "../core/identity/primary.js";
import type { ConversationId } from "../core/messages/id.js";
import { prefixRange } from "../store/rows.js";
import { bounds } from "./bounds.js";
import type { Conversation, ConvId, Message, Order, Preview, Standing } from "./model.js";
import type { Unit } from "./unit.js";

/** The conversation for something from or to `peer`; begun when there is none. null: a stranger too many. */
export async function conversationFor(
  unit: Unit, peer: Primary, thread: ConversationId | null, beginAs: Standing,
): Promise<Conversation | null> {
  const existing = await unit.conversationOf(peer, thread);
  if (existing !== undefined) return existing;
  // Blocked, with a conversation that is not here (any more).
  if (beginAs === "request" && unit.memory.blocked.has(peer)) return null;
  const others = unit.conversationsWith(peer);
  // A thread of somebody known stands where the person stands.
  const standing = others[0]?.standing ?? beginAs;
  if (standing === "request" && unit.countWithStanding("request") >= bounds.requests) return null;
  if (thread !== null && others.length >= bounds.threads) return conversationFor(unit, peer, null, beginAs);
  const conversation: Conversation = {
    id: await unit.memory.ids.conversation(peer, thread), peer, thread, standing, petname: others[0]?.petname ?? null,
    mutedUntil: 0, unread: 0, readUpTo: "", last: null, passedOver: 0, alarm: others[0]?.alarm ?? null,
  };
  unit.putConversation(conversation);
  return conversation;
}

export function change(unit: Unit, id: ConvId, values: Partial<Omit<Conversation, "id" | "peer" | "thread">>): void {
  const conversation = unit.conversation(id);
  if (conversation !== undefined) unit.putConversation({ ...conversation, ...values });
}

/** What a change of one message means for its conversation. */
export function noteMessage(unit: Unit, message: Message): void {
  const conversation = unit.conversation(message.conv);
  if (conversation === undefined) return;
  if (conversation.last === null || message.order >= conversation.last.order) {
    change(unit, message.conv, { last: previewOf(message) });
  }
}

/** After a removal: what is last now, and what is still unread. */
export async function noteRemoval(unit: Unit, message: Message): Promise<void> {
  const conversation = unit.conversation(message.conv);
  if (conversation === undefined) return;
  const wasUnread = message.state === null && message.order > conversation.readUpTo;
  const last = conversation.last?.order === message.order ? await unit.lastMessage(message.conv) : null;
  change(unit, message.conv, {
    unread: Math.max(0, conversation.unread - (wasUnread ? 1 : 0)),
    ...(last === null ? {} : { last: last === undefined ? null : previewOf(last) }),
  });
}

/** Marks everything up to `order` as read; gives the ids of others' messages that this made read. */
export async function readUpTo(unit: Unit, conv: ConvId, order: Order): Promise<Message[]> {
  const conversation = unit.conversation(conv);
  if (conversation === undefined || order <= conversation.readUpTo) return [];
  const range = { from: `${conv}/${conversation.readUpTo}`, to: prefixRange(`${conv}/`).to };
  const rows = (await unit.work.scan<Message>("messages", range)).map((row) => row.value);
  const theirs = rows.filter((message) => message.state === null && message.order > conversation.readUpTo);
  change(unit, conv, { readUpTo: order, unread: theirs.filter((message) => message.order > order).length });
  return theirs.filter((message) => message.order <= order);
}

function previewOf(message: Message): Preview {
  const { shown } = message;
  const text = shown.kind === "text" ? shown.text : shown.kind === "file" ? (shown.file.caption ?? shown.file.filename) : "";
  return {
    order: message.order, mine: message.state !== null, shown: shown.kind,
    text: Array.from(text.slice(0, 2 * bounds.previewCharacters)).slice(0, bounds.previewCharacters).join(""),
  };
}
