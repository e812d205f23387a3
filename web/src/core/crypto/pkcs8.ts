import { type Bytes, concat, decodeHex } from "../bytes";

const headers = {
  Ed25519: "302e020100300506032b657004220420",
  X25519: "302e020100300506032b656e04220420",
} as const;

/**
 * The form in which WebCrypto takes a private key of 32 bytes.
 *
 * Source: RFC 8410, section 7.
 */
export function pkcs8(curve: keyof typeof headers, key: Bytes): Bytes {
  if (key.length !== 32) throw new RangeError(`a private key of ${curve} has 32 bytes`);
  return concat(decodeHex(headers[curve]) ?? new Uint8Array(), key);
}
