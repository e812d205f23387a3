/** What the rows hold: conversations, messages, and what is still to do. All of it is JSON. */
import type { FileDescription } from "../core/content/file.js";
import type { Primary } from "../core/identity/primary.js";
import type { ConversationId, FileId, MessageId } from "../core/messages/id.js";

declare const brand: unique symbol;

/** A conversation of this client: derived from its members with the identity's key, so all its browsers agree. 32 hex. */
export type ConvId = string & { readonly [brand]: "conv" };
/** A place in a conversation: time, then log sequence, then id. Sorts as text; unique in its conversation. */
export type Order = string & { readonly [brand]: "order" };
/** A file of one sender, blinded. */
export type FileKey = string & { readonly [brand]: "file-key" };

export type Standing =
  /** A stranger's: shown among the requests, nothing goes out. */
  | "request" | "accepted" | "blocked";

export interface Conversation {
  readonly id: ConvId;
  readonly peer: Primary;
  /** null: the two-person conversation. */
  readonly thread: ConversationId | null;
  readonly standing: Standing;
  readonly petname: string | null;
  /** Milliseconds since 1970 until which nothing is notified. */
  readonly mutedUntil: number;
  readonly unread: number;
  /** Everything up to here was read; "" for nothing. */
  readonly readUpTo: Order | "";
  readonly last: Preview | null;
  /** What was not kept because a stranger may send only so much. */
  readonly passedOver: number;
  /** Why nothing is sent until somebody has looked; null: nothing is wrong. */
  readonly alarm: string | null;
}

export interface Preview {
  readonly order: Order;
  readonly mine: boolean;
  readonly shown: Shown["kind"];
  readonly text: string;
}

export type Shown =
  | { readonly kind: "text"; readonly text: string; readonly replyTo: MessageId | null }
  | { readonly kind: "file"; readonly file: FileDescription; readonly key: FileKey }
  /** `envelope`: the bytes in base64, for the version that can read them; null for a stranger's. */
  | { readonly kind: "placeholder"; readonly cause: PlaceholderCause; readonly envelope: string | null }
  | { readonly kind: "deleted" };

/** Why a message cannot be shown. */
export type PlaceholderCause =
  /** Of a newer version of the envelope or of the content. */
  | "newer" | "unknown_content"
  /** The ciphertext does not open. */
  | "does_not_open";

export type SendState = "sending" | "sent" | "delivered" | "read" | "failed";

export interface Message {
  readonly conv: ConvId;
  readonly order: Order;
  readonly id: MessageId;
  readonly sender: Primary;
  /** Milliseconds: by the server for what came, by this identity's clock for what it sent. */
  readonly at: number;
  readonly shown: Shown;
  readonly edited: Order | null;
  /** By sender: the emoji that counts and when it came. An empty one: taken back. */
  readonly reactions: Readonly<Record<string, Reaction>>;
  /** Of one's own messages; null for the others'. */
  readonly state: SendState | null;
  /** A machine-readable reason, with state `failed`. */
  readonly failure: string | null;
  readonly expiresAt: number | null;
}

export interface Reaction {
  readonly emoji: string;
  readonly order: Order;
}

/** A row of `ids`: that (conversation, sender, id) was met; `order` of a message that is shown. */
export interface Met {
  readonly order: Order | null;
}

/** An effect whose target has not come. */
export interface Held {
  readonly sender: Primary;
  readonly order: Order;
  readonly effect: Effect;
}

export type Effect =
  | { readonly kind: "reaction"; readonly target: MessageId; readonly emoji: string }
  | { readonly kind: "edit"; readonly target: MessageId; readonly text: string }
  | { readonly kind: "delete"; readonly target: MessageId }
  | { readonly kind: "receipt"; readonly target: MessageId; readonly receipt: "delivered" | "read" }
  /** One's other browser has read up to there. */
  | { readonly kind: "seen"; readonly target: MessageId };

/** A row of `outbox`: bytes that go out as they are, however often. */
export interface Outgoing {
  readonly to: Primary;
  /** base64 */
  readonly envelope: string;
  readonly id: MessageId;
  /** The message whose state follows the sending; null for what is not shown. */
  readonly shows: { readonly conv: ConvId; readonly order: Order } | null;
  /** What one's other browsers are told once it is acknowledged: base64 of the content as sent, and when. */
  readonly sync: { readonly body: string; readonly createdAt: number } | null;
  /** Set when the server refused it for good; it then waits for a retry by hand. */
  readonly failed: string | null;
}

/** A row of `receipts`. */
export interface Owed {
  readonly delivered: readonly MessageId[];
  readonly read: readonly MessageId[];
  /** What one's other browsers are to be told. */
  readonly readUpTo: MessageId | null;
  /** Since when something is owed. */
  readonly since: number;
  /** When the last receipt went out. */
  readonly sentAt: number;
}

/** A row of `transfers`: `u/<key>` while it is not whole, `w/<key>` then. */
export interface Transfer {
  readonly key: FileKey;
  readonly sender: Primary;
  readonly fileId: FileId;
  /** The visible message; null until the pointer comes. */
  readonly pointer: { readonly conv: ConvId; readonly order: Order; readonly file: FileDescription } | null;
  readonly count: number;
  /** A bitmap of chunks that are here, in hex. */
  readonly have: string;
  readonly bytes: number;
  readonly state: "receiving" | "whole" | "failed";
  readonly failure: TransferFailure | null;
  readonly wants: number;
  /** When it was begun. */
  readonly begunAt: number;
  /** Chunks that were sent again to whoever asked. */
  readonly resent: number;
}

export type TransferFailure =
  | "wrong_hash" | "wrong_size"
  /** Asked often enough and not everything came. */
  | "incomplete"
  /** There was no room for more unfinished files. */
  | "evicted"
  /** Its recipient did not want it. */
  | "cancelled";

/** A row of `uploads`: chunks that are still to go out. */
export interface Upload {
  readonly key: FileKey;
  readonly to: Primary;
  readonly fileId: FileId;
  readonly count: number;
  /** A bitmap of chunks that were acknowledged or not asked for, in hex. */
  readonly done: string;
  /** What follows the last chunk: the visible message; null for chunks that were asked for again. */
  readonly pointer: { readonly conv: ConvId; readonly order: Order; readonly id: MessageId; readonly file: FileDescription;
    readonly createdAt: number } | null;
  readonly failed: string | null;
}

/** A row `settings` of `meta`: choices that one's browsers share. */
export interface Settings {
  readonly receipts: boolean;
  readonly typing: boolean;
}

export const DEFAULT_SETTINGS: Settings = { receipts: true, typing: true };
