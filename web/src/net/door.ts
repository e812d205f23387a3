/**
 * The one interface to a kez server, whichever way there is: `natsDoor` speaks to the broker through the gateway's
 * WebSocket, `httpDoor` uses fetch alone. The engine holds a `Door` and does not know which.
 *
 * Every call answers with a value or rejects with a `KezError` (see `failures.ts`); none waits longer than its deadline, and
 * none is retried in here except `send` over NATS (the same bytes under the same `Nats-Msg-Id`).
 */
import type { Bytes } from "../core/bytes";
import type { KezError } from "../core/errors";
import type { Primary } from "../core/identity/primary";
import type { JsonValue } from "../core/json/value";
import type { Writable } from "../core/json/writer";
import type {
  AccountStatus, Appended, Config, Head, InboxSettings, InboxStats, Page, Sent, Sigchain, Stored, User,
} from "./models";

export type * from "./models";

/** What a door may lack: HTTP has no calls for these, and they reject with code `not_offered`. */
export type Offer = "search" | "delete" | "settings" | "stats" | "signals";

export interface Door {
  readonly kind: "nats" | "http";
  readonly offers: ReadonlySet<Offer>;

  /**
   * How it is with the connection now; `onState` tells of each change, and of another `kind` while it is open, until the
   * function that it returns is called.
   */
  readonly state: DoorState;
  onState(listener: (state: DoorState) => void): () => void;
  /** Ends a pause, and asks a connection that is open whether it lives: call it when the page is looked at again. */
  retryNow(): void;
  /** Ends the connection and every feed; calls that wait reject with `closed`. */
  close(): Promise<void>;

  config(): Promise<Config>;
  /** `handle` or `handle@server`. */
  lookup(handle: string): Promise<User>;
  byPrimary(primary: Primary): Promise<User>;
  /** @param limit 1 to 20; @param prefix at least three characters */
  search(prefix: string, limit?: number): Promise<readonly User[]>;
  /** Links from seq `from` (default 1) to the end of the chain, however many pages it takes. */
  sigchain(primary: Primary, from?: number): Promise<Sigchain>;
  /** A link of one's own chain. */
  appendLink(envelope: Bytes): Promise<Appended>;
  /** A signed registration, over HTTP: a key without a handle has no other door. */
  register(envelope: Bytes): Promise<User>;
  /** A signed release of one's handle; gives the user object as it was. */
  release(envelope: Bytes): Promise<User>;

  /** One's own standing. */
  account(): Promise<AccountStatus>;
  /** @param limit 1 to 500, default 100 */
  list(since: number, limit?: number): Promise<Page>;
  /**
   * Did I miss anything? `last_seq` above the cursor says yes. Over HTTP it is the first message after `since` rather than
   * the last one, which answers the same question.
   */
  head(since: number): Promise<Head>;
  /** Gives the number of messages deleted. At most 10,000 `seqs` a call. */
  deleteMessages(which: { readonly up_to: number } | { readonly seqs: readonly number[] }): Promise<number>;
  /** Without a change: what is in force. `blocked` replaces the whole list. */
  settings(change?: Partial<InboxSettings>): Promise<InboxSettings>;
  stats(): Promise<InboxStats>;

  /**
   * Resolves once the message is durable. An error with `isRetriable` leaves open whether it was stored: send the same bytes
   * again, the server drops the second.
   */
  send(to: Primary, envelope: Bytes): Promise<Sent>;

  /**
   * The live copies. May be called once at a time.
   *
   * @param cursor the seq up to which everything is known, asked whenever the feed begins or comes back
   */
  live(cursor: () => number): LiveFeed;

  /** Tells `to` something that nobody stores, such as `kez-typing-v1`. Never rejects for lack of a connection: it is lost. */
  signal(to: Primary, payload: { readonly [name: string]: Writable }): Promise<void>;
  /** Hears what `from` signals: one call per accepted contact, never a wildcard. */
  signals(from: Primary, listener: (payload: JsonValue) => void): () => void;
}

/**
 * Events in order, until `close` or the door's own end. Held events are bounded: when the reader lags by more than that,
 * live copies are dropped and one `gap` stands in their place. A message may come twice: merge by seq.
 */
export interface LiveFeed extends AsyncIterable<LiveEvent> {
  close(): void;
}

export type LiveEvent =
  /** The feed is in force, for the first time or again: list since the cursor now. */
  | { readonly kind: "ready" }
  /** Something may have been missed: list since the cursor. */
  | { readonly kind: "gap" }
  | {
      readonly kind: "message";
      readonly message: Stored;
      /** The seq before it from the same sender, 0 for the first; null where the door cannot know (HTTP). Unknown here: list. */
      readonly previous: number | null;
    };

export type DoorState =
  | { readonly kind: "connecting" }
  /** Connected; over HTTP: the stream is open, or the last call was answered. */
  | { readonly kind: "open" }
  /** Not connected; the next attempt is at `retryAt` (milliseconds since 1970), or when the network returns (null). */
  | { readonly kind: "waiting"; readonly retryAt: number | null; readonly cause: KezError }
  /** The server does not let this key in: it has no handle, or too many connections. Tried again at `retryAt`. */
  | { readonly kind: "refused"; readonly retryAt: number; readonly cause: KezError }
  | { readonly kind: "closed" };
