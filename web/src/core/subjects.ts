import { encodeUtf8, type Bytes, concat } from "./bytes";
import { sha256Hex } from "./crypto/digest";
import { hexOf, type Primary, primaryOfHex, shardOf } from "./identity/primary";
import { nkeyOf } from "./identity/identity";

/**
 * Every subject that the client uses is built and parsed here and nowhere else.
 *
 * Source: protocol, section 8.
 */
export const anonymousToken = "anon";

export type RegistryCall =
  | "register" | "release" | "lookup" | "by_primary" | "search" | "sigchain_get" | "sigchain_append";
export type InboxCall = "list" | "head" | "delete" | "settings" | "stats";

/** Where a message for `to` is published. */
export function sendSubject(to: Primary, from: Primary): string {
  return `kez.send.${shardOf(to)}.${hexOf(to)}.${hexOf(from)}`;
}

/** What live copies of every message for `me` match. */
export function inboxPattern(me: Primary): string {
  return `kez.inbox.${hexOf(me)}.>`;
}

/** Ephemeral signals from one contact: never `*`, or a stranger would learn that one listens. */
export function liveSubject(to: Primary, from: Primary): string {
  return `kez.live.${hexOf(to)}.${hexOf(from)}`;
}

export function registrySubject(me: Primary, call: RegistryCall): string {
  return `kez.rpc.${hexOf(me)}.registry.${call}`;
}

export function accountStatusSubject(me: Primary): string {
  return `kez.rpc.${hexOf(me)}.account.status`;
}

/** A call of one's own inbox, to the shard that holds it. */
export function inboxSubject(me: Primary, call: InboxCall): string {
  return `kez.rpc.${hexOf(me)}.inbox.${shardOf(me)}.${call}`;
}

/** The prefix of a connection's reply subjects, without the last dot. */
export function replyPrefix(connectingKey: Primary): string {
  return `_INBOX.${nkeyOf(connectingKey)}`;
}

/** The stream that acknowledges what is sent to `to`, and that live copies for `to` come from. */
export function logStream(to: Primary): string {
  return `KEZ_LOG_${shardOf(to)}`;
}

/** Who sent a live copy: a key, or nobody; undefined for a subject that is none of `me`. */
export function senderOfCopy(subject: string, me: Primary): Primary | null | undefined {
  const tokens = subject.split(".");
  const [root, kind, to, from] = tokens;
  if (tokens.length !== 4 || root !== "kez" || kind !== "inbox" || to !== hexOf(me) || from === undefined) {
    return undefined;
  }
  return from === anonymousToken ? null : (primaryOfHex(from) ?? undefined);
}

/** Who sent an ephemeral signal; undefined for a subject that is none for `me`. */
export function senderOfSignal(subject: string, me: Primary): Primary | undefined {
  const tokens = subject.split(".");
  const [root, kind, to, from] = tokens;
  if (tokens.length !== 4 || root !== "kez" || kind !== "live" || to !== hexOf(me)) return undefined;
  return primaryOfHex(from ?? "") ?? undefined;
}

/**
 * `Nats-Msg-Id`, by which the log knows a message again: SHA-256 of the subject, a line feed and the envelope's bytes.
 *
 * Source: protocol, section 6.
 */
export function logMessageId(subject: string, envelope: Bytes): Promise<string> {
  return sha256Hex(concat(encodeUtf8(`${subject}\n`), envelope));
}
