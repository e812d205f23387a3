/**
 * What a person can do. No action rejects. Those that give an `Outcome` leave it to the view to tell of a failure, at the
 * place where it happened; the others tell of it by a notice.
 */
import type { Primary } from "../core/identity/primary";
import type { MessageId } from "../core/messages/id";
import type { ConvId, FileKey, Message, Order } from "../engine/model";
import type { NoticeAction, NoticeKey, NoticeKind, NoticeParams } from "./notices";
import type { Route } from "./route";
import type { Preferences } from "./state";

export type Outcome<Value = void> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly failure: Failure };

export interface Failure {
  /** Keys `failure.<code>` of the catalogue, with one sentence for codes that it does not know. */
  readonly code: string;
  /** Seconds until another try makes sense, where the server named them. */
  readonly retryAfter: number | null;
}

/** What there is to say about a handle while it is typed. */
export type HandleCheck =
  | { readonly kind: "empty" | "too_short" | "too_long" | "bad_characters" | "reserved" | "taken" | "available" }
  /** The server did not answer. */
  | { readonly kind: "unknown"; readonly failure: Failure };

export interface FoundContact {
  readonly primary: Primary;
  readonly handle: string | null;
  readonly fqhn: string | null;
  /** A conversation that there is already. */
  readonly conv: ConvId | null;
  readonly isSelf: boolean;
  /** A contact whose name this one could be taken for. */
  readonly lookalike: string | null;
}

export interface ChosenFileInput {
  readonly blob: Blob;
  readonly filename: string;
  readonly mime: string;
  readonly caption: string | null;
}

export interface SafetyNumber {
  /** Twelve groups of five digits. */
  readonly groups: readonly string[];
  /** For a QR code that the contact scans. */
  readonly code: string;
}

export interface Actions {
  // Places
  navigate(route: Route, how?: "push" | "replace"): void;
  back(): void;

  // Identity
  checkHandle(text: string): Promise<HandleCheck>;
  /** Makes a key (or takes the one that was imported) and registers it; gives the recovery key of a new one, `SU…`. */
  createIdentity(handle: string, invite?: string | null): Promise<Outcome<{ readonly recovery: string | null }>>;
  /** `needs_handle`: the key has no handle on this server; `createIdentity` gives it one. */
  importSeed(text: string): Promise<Outcome<"ready" | "needs_handle">>;
  /** Forgets a key that was begun or imported and has no handle. */
  abandonKey(): Promise<Outcome>;
  /** Until it was given back, or with the passphrase. Codes: `recovery_gone`, `wrong_passphrase`. */
  recoverySeed(passphrase?: string | null): Promise<Outcome<string>>;
  /** The whole key, or the last eight characters of it at least. Code: `wrong_recovery`. */
  confirmRecovery(text: string): Promise<Outcome>;
  /** Code: `wrong_passphrase`. */
  unlock(passphrase: string): Promise<Outcome>;
  /**
   * @param next null: from now on without one
   * @param proof the passphrase in force, or the recovery key. Codes: `recovery_needed`, `wrong_passphrase`, `wrong_recovery`
   */
  setPassphrase(next: string | null, proof?: string | null): Promise<Outcome>;
  lock(): Promise<Outcome>;
  /** Wipes this browser. */
  signOut(): Promise<Outcome>;
  /** Gives the handle back to the server, then signs out. */
  releaseHandle(): Promise<Outcome>;
  /** One encrypted file. */
  exportHistory(): Promise<Outcome<Blob>>;
  /** Gives how many messages came. */
  importHistory(file: Blob): Promise<Outcome<number>>;

  // Conversations
  /** Shows it: a change of the route. With a message, that one is scrolled to. */
  openConversation(conv: ConvId, message?: MessageId | null): void;
  closeConversation(): void;
  loadBefore(): Promise<void>;
  loadAfter(): Promise<void>;
  jumpToPresent(): Promise<void>;
  jumpTo(order: Order): Promise<void>;
  /** Everything up to there was on the screen of a visible, focused page. */
  displayed(conv: ConvId, order: Order): void;
  /** Who is meant by what was typed, pasted or scanned: handle, handle@server, key, link. */
  findContact(text: string): Promise<Outcome<FoundContact>>;
  /** Begins the conversation if there is none, and opens it. */
  startConversation(text: string): Promise<Outcome<ConvId>>;
  accept(conv: ConvId): Promise<void>;
  /** Gives whether it was done, as the next one does. */
  block(conv: ConvId): Promise<boolean>;
  unblock(conv: ConvId): Promise<void>;
  /** @param until milliseconds since 1970; 0: no longer; Infinity: for good */
  mute(conv: ConvId, until: number): Promise<void>;
  rename(conv: ConvId, petname: string | null): Promise<void>;
  removeConversation(conv: ConvId): Promise<boolean>;

  // Messages
  sendText(conv: ConvId, text: string, replyTo?: MessageId | null): Promise<Outcome>;
  sendFiles(conv: ConvId, files: readonly ChosenFileInput[]): Promise<Outcome>;
  /** "" takes one's reaction back. */
  react(message: Message, emoji: string): Promise<void>;
  edit(message: Message, text: string): Promise<Outcome>;
  deleteForEveryone(message: Message): Promise<void>;
  deleteForMe(message: Message): Promise<void>;
  forward(message: Message, to: readonly ConvId[]): Promise<Outcome>;
  retry(message: Message): Promise<void>;
  cancelTransfer(message: Message): Promise<void>;
  /** Asks again for a file that did not come whole. */
  fetchFile(key: FileKey): Promise<void>;
  /** Without a type that a browser would run: the view gives it one of its own list. null: not (any more) here. */
  fileBlob(key: FileKey): Promise<Blob | null>;
  saveDraft(conv: ConvId, text: string): void;
  typing(conv: ConvId, active: boolean): void;

  // Trust
  safetyNumber(conv: ConvId): Promise<Outcome<SafetyNumber>>;
  /** What a scanned code says. A match marks the contact as verified; a mismatch changes nothing: it may be another's code. */
  compareSafetyCode(conv: ConvId, text: string): Promise<"match" | "mismatch" | "not_a_code">;
  markVerified(conv: ConvId, verified: boolean): Promise<void>;
  /** Somebody has looked: what the server shows now is what is trusted from here on. */
  acknowledgeAlarm(conv: ConvId): Promise<void>;

  // Search
  /** "" ends it. */
  search(query: string, conv?: ConvId | null): void;

  // The rest
  setPreference<Name extends keyof Preferences>(name: Name, value: Preferences[Name]): void;
  /** Asks the browser, from within a gesture. */
  requestNotifications(): Promise<Outcome>;
  retryConnection(): void;
  notify(kind: NoticeKind, key: NoticeKey, params?: NoticeParams, action?: NoticeAction | null): void;
  dismissNotice(id: number): void;
  runNotice(id: number): void;
  reloadForUpdate(): void;
  install(): Promise<void>;
  /** After `failed`, or when another tab has changed what this one shows. */
  reload(): void;
}
