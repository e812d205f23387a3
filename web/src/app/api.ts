/**
 * What the views know of the client, and all they know: a state to render and actions to call. Views import from this module
 * and from nothing below it.
 *
 * Texts are never sentences here: the state names a key of the catalogue and its parameters.
 */
import type { Actions } from "./actions";
import type { AppState } from "./state";

export type { Actions, ChosenFileInput, HandleCheck, Outcome, Failure, FoundContact, SafetyNumber } from "./actions";
export type {
  AlarmView, AppState, Connection, ConversationView, Counts, FailureReason, Me, NameView, OpenConversation, Phase, Preferences, Quote, Reminders,
  SearchState, ServerView, StorageTrouble, TransferView, TrustView,
} from "./state";
export { highlights, type Highlight } from "./highlights";
export { safeFilename, extensionOf } from "../core/identity/filename";
export { displayText, displayMessage } from "../core/identity/display";
export { hexOf, type Primary } from "../core/identity/primary";
export { limits } from "../core/limits";
export type { Notice, NoticeAction, NoticeKey, NoticeKind, NoticeParams } from "./notices";
export { pathOf, type Route, type SettingsSection } from "./route";
export { timeOf as timeOfOrder } from "../engine/ids";
export type { FileDescription } from "../core/content/file";
export type { FileId, MessageId } from "../core/messages/id";
export type {
  ConvId, FileKey, Message, Order, PlaceholderCause, Preview, Reaction, SendState, Shown, Standing,
} from "../engine/model";

export interface Store<S> {
  /** The same object until something changed; so is every part of it. */
  get(): S;
  /** Calls after each change, until what it returns is called. Several changes of one moment are told once. */
  subscribe(listener: () => void): () => void;
}

export interface App {
  readonly state: Store<AppState>;
  readonly actions: Actions;
}
