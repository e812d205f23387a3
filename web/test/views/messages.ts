/** Messages and people for tests of what shows them. */
import type { ConversationView } from "../../src/app/api";
import { parsePrimary, type Primary } from "../../src/core/identity/primary";
import { parseMessageId } from "../../src/core/messages/id";
import { orderOf } from "../../src/engine/ids";
import type { ConvId, Message, Shown } from "../../src/engine/model";

export const ann = primary("a");
export const ben = primary("b");
export const conv = "c".repeat(32) as ConvId;
/** Noon of some day where the tests run. */
export const noon = new Date(2026, 5, 10, 12).getTime();

let count = 0;

/** From somebody else unless `state` is given. */
export function message(text: string, more: Partial<Message> = {}): Message {
  count += 1;
  const id = parseMessageId(count.toString(16).padStart(32, "0"));
  if (id === null) throw new Error("no id");
  const at = more.at ?? noon;
  const shown: Shown = { kind: "text", text, replyTo: null };
  return {
    conv, order: orderOf(at, count, id), id, sender: ann, at, shown, edited: null, reactions: {}, state: null, failure: null,
    expiresAt: null, ...more,
  };
}

function primary(digit: string): Primary {
  const parsed = parsePrimary(`ed25519:${digit.repeat(64)}`);
  if (parsed === null) throw new Error("no primary");
  return parsed;
}

/** Somebody with a conversation, who goes by their handle. */
export function person(number: number, name: string, more: Partial<ConversationView> = {}): ConversationView {
  const peer = primary(number.toString(16));
  return {
    id: number.toString(16).padStart(32, "0") as ConvId, peer, isSelf: false, isThread: false, standing: "accepted", mutedUntil: 0,
    unread: 0, readUpTo: "", last: null, draft: "",
    name: { text: name, kind: "handle", petname: null, handle: name, fqhn: `${name}@kez.lat`, key: `${peer.slice(8, 12)}…${peer.slice(-4)}` },
    isTyping: false, isOnline: null, lastActive: null, passedOver: 0,
    trust: { verifiedAt: null, alarm: null, isHeld: false, lookalike: null }, ...more,
  };
}
