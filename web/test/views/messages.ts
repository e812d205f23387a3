/** Messages for tests of what shows them. */
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
