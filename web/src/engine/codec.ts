/** Sealing and opening as the engine sees it: content in, bytes out, and back. */
import type { Bytes } from "../core/bytes.js";
import type { Content } from "../core/content/content.js";
import type { Primary } from "../core/identity/primary.js";
import type { MessageId } from "../core/messages/id.js";
import type { PlaceholderCause } from "./model.js";

export type Opening =
  | {
      readonly kind: "content";
      readonly from: Primary;
      readonly id: MessageId;
      /** Milliseconds since 1970, by the sender. */
      readonly createdAt: number;
      readonly content: Content;
    }
  /** Proved to be from `from` to oneself, and not to be read. */
  | {
      readonly kind: "placeholder"; readonly from: Primary; readonly id: MessageId; readonly cause: PlaceholderCause;
      readonly envelope: Bytes;
    }
  /** Without a proved sender: counted. */
  | { readonly kind: "anonymous" }
  /** Whatever else lies in the inbox: wrong signature, another recipient, another tag. */
  | { readonly kind: "noise" };

export interface Codec {
  readonly me: Primary;
  /** @param createdAt milliseconds since 1970; @throws KezError `too_large` when it fits no envelope */
  seal(content: Content, to: Primary, id: MessageId, createdAt: number): Promise<Bytes>;
  /** @param from who the subject or the list names; null: anonymous. Never rejects. */
  open(envelope: Bytes, from: Primary | null): Promise<Opening>;
}
