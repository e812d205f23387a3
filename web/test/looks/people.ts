/** People and messages to look at. */
import type { ConversationView, ConvId, FileKey, Message, Order, Primary, Shown } from "../../src/app/api";
import { parsePrimary } from "../../src/core/identity/primary";
import { type FileId, type MessageId, parseFileId, parseMessageId } from "../../src/core/messages/id";
import { orderOf } from "../../src/engine/ids";
import { seeded } from "../support/random";

export function primary(number: number): Primary {
  const found = parsePrimary(`ed25519:${(0x1000 + number * 7919).toString(16).padStart(8, "0").repeat(8)}`);
  if (found === null) throw new Error("no key");
  return found;
}

export const conv = (number: number): ConvId => number.toString(16).padStart(32, "0") as ConvId;
export const fileKey = (number: number): FileKey => (0xf000 + number).toString(16).padStart(32, "0") as FileKey;

function messageId(number: number): MessageId {
  const id = parseMessageId(number.toString(16).padStart(32, "0"));
  if (id === null) throw new Error("no id");
  return id;
}

function fileId(number: number): FileId {
  const id = parseFileId(number.toString(16).padStart(32, "0"));
  if (id === null) throw new Error("no id");
  return id;
}

let count = 0;

export function say(of: ConvId, sender: Primary, at: number, shown: Shown | string, more: Partial<Message> = {}): Message {
  const id = messageId(++count);
  const said: Shown = typeof shown === "string" ? { kind: "text", text: shown, replyTo: null } : shown;
  return { conv: of, order: orderOf(at, count, id) as Order, id, sender, at, shown: said, edited: null, reactions: {}, state: null, failure: null, expiresAt: null, ...more };
}

export function file(number: number, filename: string, mime: string, size: number, caption: string | null = null): Shown {
  return { kind: "file", key: fileKey(number), file: { id: fileId(number), filename, mime, size, sha256: "0".repeat(64), caption } };
}

export function person(number: number, name: string, more: Partial<ConversationView> = {}): ConversationView {
  const peer = primary(number);
  return {
    id: conv(number), peer, isSelf: false, isThread: false, standing: "accepted", mutedUntil: 0, unread: 0, readUpTo: "", last: null, draft: "",
    name: { text: name, kind: "handle", petname: null, handle: name, fqhn: `${name}@kez.lat`, key: `${peer.slice(8, 12)}…${peer.slice(-4)}` },
    isTyping: false, isOnline: null, lastActive: null, passedOver: 0, trust: { verifiedAt: null, alarm: null, isHeld: false, lookalike: null }, ...more,
  };
}

const words = ("the broker keeps every message until both of us have it and then some of them are read on a train between two towns " +
  "where nobody has a signal so it waits quietly and goes out once in order when the network is back").split(" ");

/** `many` messages to and fro, the last one now. */
export function longTalk(of: ConvId, me: Primary, peer: Primary, many: number, now: number): Message[] {
  const random = seeded(11);
  const talk: Message[] = [];
  let at = now - many * 11 * 60_000;
  for (let index = 0; index < many; index++) {
    at += random() < 0.6 ? 40_000 : 20 * 60_000 * random();
    const length = 1 + Math.floor(random() ** 3 * 60);
    const text = Array.from({ length }, () => words[Math.floor(random() * words.length)] ?? "").join(" ");
    const mine = random() < 0.45;
    talk.push(say(of, mine ? me : peer, Math.min(at, now), `${index}: ${text}`, { state: mine ? "read" : null }));
  }
  return talk;
}
