import { type Bytes, concat, decodeBase32, encodeBase32 } from "../bytes";

/**
 * A key as NATS writes it: `U…` is the public key of a user, `SU…` the seed. The seed is what people keep as their
 * recovery key; `kez` and every NATS client take it too.
 *
 * Source: nkeys, "nkeys.go" (prefix bytes, CRC-16/XMODEM, base32).
 */
const userPrefix = 20 << 3;
const seedPrefix = 18 << 3;

/** @returns 56 characters */
export function encodeNkey(publicKey: Bytes): string {
  return withChecksum(concat(byte(userPrefix), publicKey));
}

/** @returns 58 characters */
export function encodeNkeySeed(seed: Bytes): string {
  // The kind of key is spread over the two first bytes, so that both its letters show.
  const first = seedPrefix | (userPrefix >> 5);
  return withChecksum(concat(byte(first), byte((userPrefix & 31) << 3), seed));
}

/** The 32 bytes of a public key of a user; null for anything else. */
export function decodeNkey(text: string): Bytes | null {
  const bytes = checked(text);
  return bytes?.length === 33 && bytes[0] === userPrefix ? bytes.slice(1) : null;
}

/** The 32 bytes of a user's seed; null for anything else. People type it: white space and lower case are forgiven. */
export function decodeNkeySeed(text: string): Bytes | null {
  const bytes = checked(text.replace(/\s/g, "").toUpperCase());
  const isSeed = bytes?.length === 34 && bytes[0] === (seedPrefix | (userPrefix >> 5));
  return isSeed && bytes[1] === (userPrefix & 31) << 3 ? bytes.slice(2) : null;
}

function withChecksum(bytes: Bytes): string {
  const sum = crc16(bytes);
  return encodeBase32(concat(bytes, byte(sum & 255), byte(sum >> 8)));
}

function checked(text: string): Bytes | null {
  const bytes = text.length <= 64 ? decodeBase32(text) : null;
  if (!bytes || bytes.length < 3) return null;
  const content = bytes.slice(0, -2);
  const sum = crc16(content);
  return bytes.at(-2) === (sum & 255) && bytes.at(-1) === sum >> 8 ? content : null;
}

function byte(value: number): Bytes {
  return Uint8Array.of(value);
}

/** CRC-16/XMODEM: polynomial 0x1021, start 0. */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (const each of bytes) {
    crc ^= each << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : (crc << 1) & 0xffff;
  }
  return crc;
}
