import type { Primary } from "../core/identity/primary";
import { logStream, senderOfCopy } from "../core/subjects";
import { formatTimestamp, parseTimestamp } from "../core/timestamp";
import type { Msg } from "../nats/index";
import type { LiveEvent } from "./door";

/**
 * Reads a live copy by the broker's headers, of which it appends its own behind the publisher's; null for noise, which
 * anybody may be able to put on such a subject.
 *
 * Source: docs/PROTOCOL.md, section 8.
 */
export function readLiveCopy({ subject, headers, data }: Msg, me: Primary): (LiveEvent & { kind: "message" }) | null {
  const from = senderOfCopy(subject, me);
  if (from === undefined || headers?.last("Nats-Stream") !== logStream(me)) return null;
  const seq = sequence(headers.last("Nats-Sequence"));
  const previous = sequence(headers.last("Nats-Last-Sequence"));
  const time = parseTimestamp(headers.last("Nats-Time-Stamp"));
  if (seq === null || previous === null || time === null) return null;
  // To the millisecond, as lists have it.
  return { kind: "message", message: { seq, from, envelope: data, received_at: formatTimestamp(time) }, previous };
}

function sequence(text: string): number | null {
  const number = /^[0-9]{1,20}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : null;
}
