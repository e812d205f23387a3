import type { Bytes } from "../bytes";

const encoder = new TextEncoder();
// A byte order mark is a character like others here: JSON refuses it, and a text keeps it.
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const lossy = new TextDecoder("utf-8", { ignoreBOM: true });

/** The UTF-8 of `text`; half a surrogate pair becomes U+FFFD. */
export function encodeUtf8(text: string): Bytes {
  return encoder.encode(text);
}

/** The text of `bytes`; null when they are not UTF-8. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return strict.decode(bytes);
  } catch {
    return null; // The one reason for which a fatal decoder throws.
  }
}

/** The text of `bytes`, with U+FFFD in place of what is not UTF-8. */
export function decodeUtf8Lossy(bytes: Uint8Array): string {
  return lossy.decode(bytes);
}

/**
 * `text` with U+FFFD in place of each half of a surrogate pair.
 *
 * A text box can hold such a half; JSON that carries one is refused by every reader of kez.
 */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, "\ufffd");
}
