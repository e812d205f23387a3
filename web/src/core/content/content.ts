import { type ContentBody, isQuietByNature } from "./body";
import type { ConversationId } from "../messages/id";

/**
 * What a message says once it is opened.
 *
 * Source: protocol, section 6.
 */
export interface Content {
  readonly body: ContentBody;
  /** Shown by a reader that does not know the kind; at most `limits.fallbackCharacters` when it was read. */
  readonly fallback: string | null;
  /** Kept, but neither shown, counted nor notified. */
  readonly quiet: boolean;
  /** null for the two-person conversation. */
  readonly conversation: ConversationId | null;
  /** Seconds after which the content goes, from 1. */
  readonly expiresIn: number | null;
}

/** Content to send: quiet where its kind is, nothing else beside the body unless `more` says so. */
export function contentOf(body: ContentBody, more: Partial<Omit<Content, "body">> = {}): Content {
  return { body, fallback: null, quiet: isQuietByNature(body), conversation: null, expiresIn: null, ...more };
}

/** What the reader is shown. */
export type Display =
  | { readonly show: "body"; readonly body: ContentBody }
  /** Plain text, of the message or in place of what cannot be shown. */
  | { readonly show: "text"; readonly text: string }
  /** One placeholder: this version does not know the content. */
  | { readonly show: "placeholder" }
  | { readonly show: "nothing" };

export function displayOf({ body, fallback, quiet }: Content): Display {
  if (quiet) return { show: "nothing" };
  if (body.kind === "plainText") return { show: "text", text: body.text };
  if (body.kind !== "unknown") return { show: "body", body };
  return fallback === null ? { show: "placeholder" } : { show: "text", text: fallback };
}
