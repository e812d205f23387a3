/**
 * What the server says, as docs/PROTOCOL.md names it. Every value of these types was read by `readers.ts`, so it has this
 * shape whatever the server sent; members that are not named here are gone. Sequences above 2^53−1 are refused: a log
 * would need 2^53 messages to get there.
 */

import type { Bytes } from "../core/bytes";
import type { Primary } from "../core/identity/primary";

export interface User {
  readonly handle: string;
  /** `handle@server`. */
  readonly fqhn: string;
  readonly primary: Primary;
  readonly sigchain_url: string;
  readonly registered_at: string;
  readonly sigchain: { readonly length: number; readonly head: string | null };
}

/** A message as the inbox holds it. */
export interface Stored {
  readonly seq: number;
  /** Who the broker or the gateway proved to be the sender; null for an anonymous one. */
  readonly from: Primary | null;
  /** Byte for byte what was sent, so that signatures can be checked over it. */
  readonly envelope: Bytes;
  /** When the broker stored it. */
  readonly received_at: string;
}

export interface Page {
  /** Ascending, strictly after `since`. */
  readonly messages: readonly Stored[];
  /** The cursor after this page. */
  readonly next: number;
  readonly has_more: boolean;
  readonly oldest: number;
  /** The log no longer holds everything after `since`. */
  readonly truncated: boolean;
  /** When it changes, cursors of the one before mean nothing: list from 0 again. */
  readonly epoch: string;
}

export interface Head {
  /** Of the last message in the inbox, blocked ones included; 0 in an empty one. */
  readonly last_seq: number;
  readonly epoch: string;
}

export interface Sent {
  readonly seq: number;
  /** The same envelope was acknowledged within the last two minutes; `seq` is the first one's. */
  readonly duplicate: boolean;
}

export interface Sigchain {
  readonly primary: Primary;
  /** Signed envelopes from the asked one on, byte for byte as sent. */
  readonly links: readonly Bytes[];
  /** Of the whole chain, as is `length`. */
  readonly head: string | null;
  readonly length: number;
}

export interface Appended {
  readonly seq: number;
  readonly head: string;
}

export interface AccountStatus {
  readonly handle: string | null;
  readonly suspended: boolean;
  readonly reason: string | null;
  /** The end of the suspension; null when there is none. */
  readonly until: string | null;
}

export interface InboxSettings {
  /** Ascending. */
  readonly blocked: readonly Primary[];
  /** Whether messages without a sender are taken. */
  readonly anonymous: boolean;
}

export interface InboxStats {
  readonly messages: number;
  readonly bytes: number;
  readonly last_seq: number;
  readonly over_quota: boolean;
  readonly anonymous: number;
}

/** A token bucket, a number, or null for a limit that the operator has lifted. */
export type Limit = number | { readonly burst: number; readonly per_second: number } | null;

export interface Config {
  readonly server: string;
  readonly server_time: string;
  readonly protocol: { readonly min: number; readonly max: number };
  /** By the names of section 9, with `_` for `-`. */
  readonly limits: Readonly<Record<string, Limit>>;
  /** The WebSocket URL of the tunnel. */
  readonly nats: string;
  readonly features: readonly string[];
  /** A word that is none of the three is a newer server's. */
  readonly registration: "open" | "invite" | "closed" | (string & {});
}
