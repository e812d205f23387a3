import type { FileDescription } from "./file";
import type { SyncContent } from "./sync";
import type { Bytes } from "../bytes";
import type { FileId, MessageId } from "../messages/id";

/** How far a message came. */
export type ReceiptKind = "delivered" | "read";

/**
 * The kinds of content.
 *
 * Source: protocol, section 6, the table.
 */
export type ContentBody =
  | { readonly kind: "text"; readonly text: string; readonly replyTo: MessageId | null }
  | { readonly kind: "inlineFile"; readonly file: FileDescription; readonly data: Bytes }
  | { readonly kind: "chunkedFile"; readonly file: FileDescription; readonly chunks: number }
  /** `index` is 0…count−1, `data` at most `limits.chunkBytes` bytes. */
  | {
      readonly kind: "fileChunk";
      readonly file: FileId;
      readonly index: number;
      readonly count: number;
      readonly data: Bytes;
    }
  /** The recipient asks again for the chunks it lacks. */
  | { readonly kind: "fileWant"; readonly file: FileId; readonly missing: readonly number[] }
  | { readonly kind: "receipt"; readonly receipt: ReceiptKind; readonly ids: readonly MessageId[] }
  | { readonly kind: "reaction"; readonly target: MessageId; readonly emoji: string }
  | { readonly kind: "edit"; readonly target: MessageId; readonly text: string }
  | { readonly kind: "delete"; readonly target: MessageId }
  /** Valid only from oneself to oneself. */
  | { readonly kind: "sync"; readonly sync: SyncContent }
  /** The plaintext was no JSON object with a string member `kez`. */
  | { readonly kind: "plainText"; readonly text: string }
  /** Of a newer version, or ill-typed; `name` is its `kez`. */
  | { readonly kind: "unknown"; readonly name: string };

/** Chunks, wants, receipts and syncs are never shown. */
export function isQuietByNature(body: ContentBody): boolean {
  return body.kind === "fileChunk" || body.kind === "fileWant" || body.kind === "receipt" || body.kind === "sync";
}
