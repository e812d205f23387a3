/**
 * Bytes and their textual forms, gathered for whoever works with them.
 *
 * `Bytes` is a view on plain memory, never on shared memory: what WebCrypto, fetch and IndexedDB take.
 */
export { decodeBase32, encodeBase32 } from "./encoding/base32";
export { decodeBase64, encodeBase64 } from "./encoding/base64";
export { decodeBase64Url, encodeBase64Url } from "./encoding/base64url";
export { decodeHex, encodeHex, isHex } from "./encoding/hex";
export { decodeUtf8, decodeUtf8Lossy, encodeUtf8, wellFormed } from "./encoding/utf8";

export type Bytes = Uint8Array<ArrayBuffer>;

export function concat(...parts: readonly Uint8Array[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

export function equalBytes(left: Uint8Array, right: Uint8Array): boolean {
  return left.length === right.length && left.every((byte, index) => byte === right[index]);
}

/** Negative, 0 or positive: lexicographic, a prefix before what it begins. */
export function compareBytes(left: Uint8Array, right: Uint8Array): number {
  const shared = Math.min(left.length, right.length);
  for (let index = 0; index < shared; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}

/** `count` bytes, 65,536 at the most, from the system's random source. */
export function randomBytes(count: number): Bytes {
  return crypto.getRandomValues(new Uint8Array(count));
}
