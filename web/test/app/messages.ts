/** Messages for tests of what shows them. */
import { type Primary, primaryOfHex } from "../../src/core/identity/primary";
import type { MessageId } from "../../src/core/messages/id";
import { orderOf } from "../../src/engine/ids";
import type { ConvId, Message } from "../../src/engine/model";

export const me = primaryOfHex("a".repeat(64)) as Primary;
export const peer = primaryOfHex("b".repeat(64)) as Primary;
export const conv = "c".repeat(32) as ConvId;

/** The message of a second: `at` is its time, its place and its id. */
export function message(at: number, more: Partial<Message> = {}): Message {
  const id = at.toString(16).padStart(32, "0") as MessageId;
  return {
    conv, id, order: orderOf(at * 1000, at, id), sender: peer, at: at * 1000, shown: { kind: "text", text: `n${at}`, replyTo: null },
    edited: null, reactions: {}, state: null, failure: null, expiresAt: null, ...more,
  };
}
