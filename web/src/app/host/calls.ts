/**
 * What the tab that holds the connection does for all of them. Arguments and results are structured-cloneable: a tab that
 * follows calls over a channel, the one that leads calls itself, and neither's views can tell.
 */
import type { Primary } from "../../core/identity/primary";
import type { Commands } from "../../engine/commands";
import type { EngineEvent } from "../../engine/events";
import type { Library } from "../../engine/library";
import type { ConvId, FileKey, Message } from "../../engine/model";
import type { Posted } from "../../engine/posting";
import type { ChosenFileInput, FoundContact, HandleCheck, SafetyNumber } from "../actions";
import type { NoticeAction, NoticeKey, NoticeKind, NoticeParams } from "../notices";
import type {
  Connection, ConversationView, Me, Phase, ServerView, StorageTrouble, TransferView,
} from "../state";
import type { Choices } from "./choices";

/** What all tabs show alike. */
export interface Shared {
  readonly phase: Phase;
  readonly me: Me | null;
  readonly server: ServerView | null;
  readonly connection: Connection;
  readonly isCatchingUp: boolean;
  readonly clockOff: number | null;
  readonly storage: StorageTrouble | null;
  readonly isRecoveryOwed: boolean;
  readonly choices: Choices;
}

export interface Snapshot {
  readonly shared: Shared;
  readonly conversations: readonly ConversationView[];
}

export type HostEvent =
  | { readonly kind: "shared"; readonly patch: Partial<Shared> }
  | { readonly kind: "view"; readonly view: ConversationView }
  | { readonly kind: "view-removed"; readonly conv: ConvId }
  /** Everything anew: somebody signed in, out, or unlocked. */
  | { readonly kind: "snapshot"; readonly snapshot: Snapshot }
  | Extract<EngineEvent, { kind: "message" | "message-removed" | "transfer" }>
  /** That tab is to play it. */
  | { readonly kind: "sound"; readonly tab: string }
  | {
      readonly kind: "notice"; readonly level: NoticeKind; readonly key: NoticeKey; readonly params: NoticeParams;
      readonly action: NoticeAction | null;
    };

/** Commands and reads of the engine that every tab may call as they are. */
export const COMMANDS = [
  "begin", "sendText", "react", "edit", "deleteForEveryone", "deleteForMe", "retry", "cancelTransfer", "fetchFile", "accept",
  "setBlocked", "mute", "rename", "markRead", "typing", "removeConversation",
] as const satisfies readonly (keyof Commands)[];
export const READS = [
  "messagesBefore", "messagesFrom", "count", "messageWithId", "search",
] as const satisfies readonly (keyof Library)[];

/** Where a tab is: what is in view there needs no notification. */
export interface Viewing {
  readonly tab: string;
  /** null: hidden, not focused, or elsewhere. */
  readonly conv: ConvId | null;
  /** Somebody has touched the page, so that it may make a sound. */
  readonly canSound: boolean;
}

/** Without an identity too. */
export interface HostCalls {
  snapshot(): Promise<Snapshot>;
  checkHandle(text: string): Promise<HandleCheck>;
  createIdentity(handle: string, invite: string | null): Promise<{ readonly recovery: string | null }>;
  importSeed(text: string): Promise<"ready" | "needs_handle">;
  abandonKey(): Promise<void>;
  unlock(passphrase: string): Promise<void>;
  look(): Promise<void>;
  viewing(viewing: Viewing): Promise<void>;
  /** The tab goes. */
  leaving(tab: string): Promise<void>;
}

/** With one, about the key and the account. */
export interface AccountCalls {
  recoverySeed(passphrase: string | null): Promise<string>;
  confirmRecovery(text: string): Promise<void>;
  setPassphrase(next: string | null, proof: string | null): Promise<void>;
  lock(): Promise<void>;
  signOut(): Promise<void>;
  releaseHandle(): Promise<void>;
}

/** With one. */
export interface SessionCalls {
  exportHistory(): Promise<Blob>;
  importHistory(file: Blob): Promise<number>;

  findContact(text: string): Promise<FoundContact>;
  sendFiles(conv: ConvId, files: readonly ChosenFileInput[]): Promise<readonly Posted[]>;
  forward(message: Message, to: readonly ConvId[]): Promise<void>;
  fileBlob(key: FileKey): Promise<Blob | null>;
  transfers(keys: readonly FileKey[]): Promise<readonly (readonly [FileKey, TransferView])[]>;
  saveDraft(conv: ConvId, text: string): Promise<void>;
  choose(choices: Partial<Choices>): Promise<void>;
  /** A contact is looked at: whether all is in order is looked up again, if that was not done lately. */
  check(conv: ConvId): Promise<void>;
  safetyNumber(conv: ConvId): Promise<SafetyNumber>;
  compareSafetyCode(conv: ConvId, text: string): Promise<"match" | "mismatch" | "not_a_code">;
  markVerified(peer: Primary, verified: boolean): Promise<void>;
  acknowledgeAlarm(conv: ConvId): Promise<void>;
}

export type EngineCalls = Pick<Commands, (typeof COMMANDS)[number]> & Pick<Library, (typeof READS)[number]>;
export type Calls = HostCalls & AccountCalls & SessionCalls & EngineCalls;
export type CallName = keyof Calls;
export type CallArguments<Name extends CallName> = Calls[Name] extends (...args: infer Arguments) => unknown ? Arguments : never;
export type CallResult<Name extends CallName> =
  Calls[Name] extends (...args: never[]) => infer Result ? Awaited<Result> : never;
