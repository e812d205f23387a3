import type { Bytes } from "../bytes";

/**
 * Base64 with padding (RFC 4648, section 4), the form of binary data inside payloads.
 *
 * Strict: one text for each sequence of bytes, so no line breaks and no stray bits. Own code, because `atob`
 * takes white space and stray bits, and going through strings costs seconds on a 10 MiB file.
 */
const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const codes = Uint8Array.from(alphabet, (character) => character.charCodeAt(0));
const padding = 0x3d;
const invalid = 0xff;
const values = new Uint8Array(256).fill(invalid);
codes.forEach((code, value) => (values[code] = value));
const decoder = new TextDecoder();

/** The text of `bytes`: four characters for each three of them, padded with `=`. */
export function encodeBase64(bytes: Uint8Array): string {
  const text = new Uint8Array(Math.ceil(bytes.length / 3) * 4);
  let at = 0;
  for (let index = 0; index < bytes.length; index += 3) {
    const left = bytes.length - index;
    const group = ((bytes[index] ?? 0) << 16) | ((bytes[index + 1] ?? 0) << 8) | (bytes[index + 2] ?? 0);
    text[at++] = codes[group >> 18] ?? 0;
    text[at++] = codes[(group >> 12) & 63] ?? 0;
    text[at++] = left > 1 ? (codes[(group >> 6) & 63] ?? 0) : padding;
    text[at++] = left > 2 ? (codes[group & 63] ?? 0) : padding;
  }
  return decoder.decode(text);
}

/** The bytes that `text` stands for; null unless it is exactly what `encodeBase64` writes. */
export function decodeBase64(text: string): Bytes | null {
  if (text.length % 4 !== 0) return null;
  const padded = text.endsWith("==") ? 2 : text.endsWith("=") ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padded);
  let at = 0;
  for (let index = 0; index < text.length; index += 4) {
    const missing = index + 4 === text.length ? padded : 0;
    const one = valueAt(text, index);
    const two = valueAt(text, index + 1);
    const three = missing > 1 ? 0 : valueAt(text, index + 2);
    const four = missing > 0 ? 0 : valueAt(text, index + 3);
    if (((one | two | three | four) & 0xc0) !== 0) return null;
    if ((missing === 2 && (two & 15) !== 0) || (missing === 1 && (three & 3) !== 0)) return null;
    // A typed array drops what is written behind its end: the bytes that the padding stands for.
    bytes[at++] = (one << 2) | (two >> 4);
    bytes[at++] = (two << 4) | (three >> 2);
    bytes[at++] = (three << 6) | four;
  }
  return bytes;
}

function valueAt(text: string, index: number): number {
  return values[text.charCodeAt(index)] ?? invalid;
}
