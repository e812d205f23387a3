import { type FullHandle, type Handle, parseFullHandle, parseHandle, type ServerName } from "./handle";
import { parsePrimaryOrHex, type Primary } from "./primary";

/** Whom a person means: `handle`, `handle@server`, or a primary. */
export type Recipient =
  | { readonly kind: "handle"; readonly handle: Handle }
  | { readonly kind: "fullHandle"; readonly full: FullHandle }
  | { readonly kind: "primary"; readonly primary: Primary };

/** null when `text` is none of the three. No text is two of them: a handle is shorter than a key. */
export function parseRecipient(text: string): Recipient | null {
  const primary = parsePrimaryOrHex(text);
  if (primary) return { kind: "primary", primary };
  const full = parseFullHandle(text);
  if (full) return { kind: "fullHandle", full };
  const handle = parseHandle(text);
  return handle && { kind: "handle", handle };
}

/**
 * The same for what a person typed or pasted: white space around it, an `@` in front and capital letters are forgiven.
 * Nothing else is: a letter that only looks like one of ours is no handle.
 */
export function readTypedRecipient(text: string): Recipient | null {
  return parseRecipient(text.trim().replace(/^@/, "").toLowerCase());
}

/** The handle to look up on `server`; null for a primary, and for a handle of another server. */
export function handleOn(server: ServerName, recipient: Recipient): Handle | null {
  switch (recipient.kind) {
    case "handle":
      return recipient.handle;
    case "fullHandle":
      return recipient.full.server === server ? recipient.full.handle : null;
    case "primary":
      return null;
  }
}
