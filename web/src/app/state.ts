/** What there is to see. Immutable: a part that did not change is the same object as before. */
import type { Primary } from "../core/identity/primary";
import type { MessageId } from "../core/messages/id";
import type { Alarm } from "../core/sigchain/continuity";
import type { ConvId, FileKey, Message, Order, Preview, Standing } from "../engine/model";
import type { Notice } from "./notices";
import type { Route } from "./route";

export interface AppState {
  readonly phase: Phase;
  readonly route: Route;
  /** null until there is an identity with a handle. */
  readonly me: Me | null;
  /** null until the server was asked once. */
  readonly server: ServerView | null;
  readonly connection: Connection;
  /** Messages are being brought in. */
  readonly isCatchingUp: boolean;
  /** Milliseconds that this device's clock is behind the server's, when that is more than a minute; else null. */
  readonly clockOff: number | null;
  readonly storage: StorageTrouble | null;
  /** The tab that holds the connection, or one that follows it. */
  readonly role: "leader" | "follower";
  /** Of every standing, the one with the latest message first. Requests and blocked ones are told by `standing`. */
  readonly conversations: readonly ConversationView[];
  readonly open: OpenConversation | null;
  readonly search: SearchState;
  /** Of the files in view, and of whatever moves. */
  readonly transfers: ReadonlyMap<FileKey, TransferView>;
  readonly notices: readonly Notice[];
  readonly preferences: Preferences;
  readonly reminders: Reminders;
  readonly counts: Counts;
}

export type Phase =
  | { readonly kind: "starting" }
  /** Nobody is signed in here. `key`: an identity was begun or imported and has no handle on this server yet. */
  | { readonly kind: "welcome"; readonly key: Primary | null }
  /** Somebody's rows are here without the key that opens them: the recovery key brings it back, or everything is wiped. */
  | { readonly kind: "key_lost" }
  /** Wants the passphrase. */
  | { readonly kind: "locked" }
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly reason: FailureReason };

/** Why the client cannot go on. Keys `failed.<reason>` of the catalogue. */
export type FailureReason =
  /** No WebCrypto: the page did not come over HTTPS, or the browser is too old. */
  | "insecure" | "no_storage" | "storage_newer" | "storage_damaged" | "storage_failed"
  /** Another tab signed out, or upgraded the storage: reload. */
  | "closed_by_other_tab";

export interface Me {
  readonly primary: Primary;
  readonly handle: string;
  /** `handle@server` */
  readonly fqhn: string;
  /** The key as NATS writes it, `U…`. */
  readonly nkey: string;
  /** What others open, or scan, to write to this identity. */
  readonly link: string;
  readonly hasPassphrase: boolean;
}

export interface ServerView {
  /** What stands behind the `@`. */
  readonly name: string;
  readonly origin: string;
  /** Another word is a newer server's. */
  readonly registration: "open" | "invite" | "closed" | (string & {});
  readonly fileBytes: number;
}

/** How it is with the connection, and with it what there is to do. */
export type Connection =
  | { readonly kind: "connecting" }
  /** Pushed by the broker. */
  | { readonly kind: "live" }
  /** WebSockets do not come through: pushed over HTTP. */
  | { readonly kind: "live_http" }
  /** The device says that it has no network. Messages wait and go out by themselves. */
  | { readonly kind: "offline" }
  /** The server does not answer; the next attempt is at `retryAt` (milliseconds since 1970), null when the network returns. */
  | { readonly kind: "waiting"; readonly retryAt: number | null; readonly code: string }
  /** The server does not let this key in: released handle, too many connections. */
  | { readonly kind: "refused"; readonly retryAt: number; readonly code: string }
  /** Reading works, sending does not. `until`: milliseconds since 1970, null for no end. */
  | { readonly kind: "suspended"; readonly reason: string | null; readonly until: number | null }
  /** Before there is an identity, and while it is locked. */
  | { readonly kind: "none" };

export interface StorageTrouble {
  /** `full`: free some room, then `retryConnection`. */
  readonly code: "full" | "damaged" | "newer" | "closed" | "failed" | (string & {});
}

export interface ConversationView {
  readonly id: ConvId;
  readonly peer: Primary;
  readonly name: NameView;
  /** With oneself: notes, seen by one's own browsers. */
  readonly isSelf: boolean;
  /** One of several threads with the same contact. */
  readonly isThread: boolean;
  readonly standing: Standing;
  /** Milliseconds since 1970; 0 and what has passed: not muted. */
  readonly mutedUntil: number;
  readonly unread: number;
  readonly readUpTo: Order | "";
  readonly last: Preview | null;
  /** "" for none. */
  readonly draft: string;
  readonly isTyping: boolean;
  /** Something came from them moments ago; null when it is not known or not wanted. */
  readonly isOnline: boolean | null;
  /** Milliseconds since 1970. */
  readonly lastActive: number | null;
  /** Messages of a stranger that were counted, not kept. */
  readonly passedOver: number;
  readonly trust: TrustView;
}

/** How a contact is called. Every text of it is safe to show in one line; isolate its direction all the same. */
export interface NameView {
  readonly text: string;
  readonly kind: "petname" | "handle" | "key" | "self";
  readonly petname: string | null;
  /** As the server says, without its name; null until it was asked, and for a key without a handle. */
  readonly handle: string | null;
  readonly fqhn: string | null;
  /** The key, shortened. */
  readonly key: string;
}

export interface TrustView {
  /** When this identity compared the safety number, milliseconds since 1970. */
  readonly verifiedAt: number | null;
  /** Nothing is sent until somebody has looked. */
  readonly alarm: AlarmView | null;
  /** A newer client is needed to know the contact's devices; nothing is sent until then. */
  readonly isHeld: boolean;
  /** A contact whose name this one could be taken for. */
  readonly lookalike: string | null;
}

/** Keys `alarm.<kind>` of the catalogue. `other_key`: the handle now names `shown`. */
export type AlarmView =
  | { readonly kind: Alarm["alarm"]; readonly pinned: Primary | null; readonly shown: Primary | null; readonly handle: string | null }
  | { readonly kind: "unknown"; readonly pinned: null; readonly shown: null; readonly handle: null };

export interface OpenConversation {
  readonly conv: ConvId;
  /** Ascending; a window onto the conversation. */
  readonly messages: readonly Message[];
  /** Whether there are messages before and after the window. */
  readonly before: "more" | "loading" | "none";
  readonly after: "more" | "loading" | "none";
  /** The first window is still being read. */
  readonly isLoading: boolean;
  /** How many messages the conversation holds. */
  readonly total: number;
  /** To be scrolled to and marked; `nonce` grows each time, so that the same one can be asked for again. */
  readonly target: { readonly order: Order; readonly nonce: number } | null;
  /** The message with this id, asked for by a link, is not here. */
  readonly isTargetMissing: boolean;
  /** The first message that was unread when the conversation was opened; it stays until it is closed. */
  readonly divider: { readonly order: Order; readonly count: number } | null;
  /** Of others, newer than what the window shows or than what was displayed: for "jump to present". */
  readonly newer: number;
  /** By `replyTo` of the messages in the window; "loading" and "missing" for those that cannot be quoted. */
  readonly quotes: ReadonlyMap<MessageId, Quote>;
}

export type Quote = Message | "loading" | "missing";

export interface SearchState {
  readonly query: string;
  /** Only there; null: everywhere. */
  readonly conv: ConvId | null;
  readonly isSearching: boolean;
  /** The latest first. */
  readonly results: readonly Message[];
  /** Milliseconds that the last search took. */
  readonly took: number | null;
}

export interface TransferView {
  readonly direction: "in" | "out";
  /** Chunks. */
  readonly done: number;
  readonly count: number;
  readonly state: "moving" | "whole" | "failed" | "cancelled" | "gone";
  /** Keys `transfer.<failure>` of the catalogue. */
  readonly failure: string | null;
}

export interface Preferences {
  readonly theme: "system" | "light" | "dark";
  /** null: the browser's. */
  readonly language: "en" | "de" | "es" | null;
  readonly notifications: boolean;
  /** What the browser says of notifications. */
  readonly permission: "default" | "granted" | "denied" | "unsupported";
  /** Whether notifications show who writes and what. */
  readonly previews: boolean;
  readonly sounds: boolean;
  /** Shared by all of one's browsers, as are receipts. */
  readonly typing: boolean;
  readonly receipts: boolean;
  /** Whether to show when contacts were active. */
  readonly online: boolean;
  /** Enter sends, Shift+Enter breaks the line; else Ctrl/⌘+Enter sends. */
  readonly enterSends: boolean;
}

export interface Reminders {
  /** The recovery key was made here and not yet given back. */
  readonly recovery: boolean;
  /** A new version of the client waits: `reloadForUpdate`. */
  readonly update: boolean;
  /** The client can be installed as an app: `install`. */
  readonly install: boolean;
}

export interface Counts {
  /** Messages, in accepted conversations that are not muted. */
  readonly unread: number;
  readonly requests: number;
}
