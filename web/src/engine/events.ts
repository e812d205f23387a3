/** What the engine tells whoever looks: after it is on the disk, never before. */
import type { Primary } from "../core/identity/primary.js";
import type { ConvId, Conversation, FileKey, Message, Order, Settings, TransferFailure } from "./model.js";

export type EngineEvent =
  | { readonly kind: "conversation"; readonly conversation: Conversation }
  | { readonly kind: "conversation-removed"; readonly conv: ConvId }
  /** New or changed. `fresh`: it came just now from somebody else, and is worth a notification. */
  | { readonly kind: "message"; readonly message: Message; readonly fresh: boolean }
  | { readonly kind: "message-removed"; readonly conv: ConvId; readonly order: Order }
  | { readonly kind: "transfer"; readonly key: FileKey; readonly progress: Progress }
  | { readonly kind: "typing"; readonly conv: ConvId; readonly from: Primary; readonly active: boolean }
  | { readonly kind: "settings"; readonly settings: Settings }
  /** The server no longer holds everything since the last visit: something may be missing. */
  | { readonly kind: "truncated" }
  | { readonly kind: "counted"; readonly anonymous: number; readonly noise: number }
  /** Merging is done for now, or goes on. */
  | { readonly kind: "listing"; readonly active: boolean }
  /** The storage refuses: nothing is taken from the inbox until `retry`; nothing is lost. */
  | { readonly kind: "storage-trouble"; readonly code: string };

export interface Progress {
  readonly direction: "in" | "out";
  readonly done: number;
  readonly count: number;
  readonly state: "moving" | "whole" | "failed" | "cancelled";
  readonly failure: TransferFailure | string | null;
}
