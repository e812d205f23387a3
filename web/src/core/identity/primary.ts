import { type Bytes, decodeHex, encodeHex, isHex } from "../bytes";

declare const brand: unique symbol;

/**
 * A user: an Ed25519 public key, written `ed25519:` and 64 lowercase hexadecimal digits.
 *
 * Any 32 bytes are one; whether signatures under it mean anything is `isUsableKey`'s to say.
 *
 * Source: protocol, section 1.
 */
export type Primary = string & { readonly [brand]: "primary" };

const prefix = "ed25519:";

export function parsePrimary(text: string): Primary | null {
  return text.startsWith(prefix) ? primaryOfHex(text.slice(prefix.length)) : null;
}

/** Takes bare digits too, as the look-up calls do. */
export function parsePrimaryOrHex(text: string): Primary | null {
  return parsePrimary(text) ?? primaryOfHex(text);
}

export function primaryOfHex(hex: string): Primary | null {
  return isHex(hex, 64) ? ((prefix + hex) as Primary) : null;
}

/** @throws RangeError unless there are 32 bytes */
export function primaryOfKey(publicKey: Uint8Array): Primary {
  if (publicKey.length !== 32) throw new RangeError("an Ed25519 public key has 32 bytes");
  return (prefix + encodeHex(publicKey)) as Primary;
}

/** The digits alone, as subjects have them. */
export function hexOf(primary: Primary): string {
  return primary.slice(prefix.length);
}

/** The 32 bytes of the key. */
export function keyOf(primary: Primary): Bytes {
  const key = decodeHex(hexOf(primary));
  if (!key) throw new TypeError("not a primary");
  return key;
}

/** The log shard of the key's inbox: its first hexadecimal digit. */
export function shardOf(primary: Primary): string {
  return primary.charAt(prefix.length);
}
