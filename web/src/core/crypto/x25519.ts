import { pkcs8 } from "./pkcs8";
import { SealError } from "./seal-error";
import type { Bytes } from "../bytes";

/**
 * The agreement key that goes with a signing key's seed, which cannot be taken out again:
 * clamp(SHA-512(seed)[0..<32]). X25519 itself clamps.
 *
 * Source: protocol, section 6 ("Sealing").
 */
export async function importAgreementKey(seed: Bytes): Promise<CryptoKey> {
  return importScalar(await agreementScalar(seed));
}

/** The clamped scalar of 32 bytes. */
export async function agreementScalar(seed: Bytes): Promise<Bytes> {
  const scalar = new Uint8Array(await crypto.subtle.digest("SHA-512", seed)).slice(0, 32);
  scalar[0] = (scalar[0] ?? 0) & 248;
  scalar[31] = ((scalar[31] ?? 0) & 127) | 64;
  return scalar;
}

export function importScalar(scalar: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", pkcs8("X25519", scalar), "X25519", false, ["deriveBits"]);
}

/**
 * X25519 of a private and a public key: 32 bytes.
 *
 * @throws SealError `unusable_key` when the result is all zero (RFC 7748, section 6.1)
 */
export async function agree(mine: CryptoKey, theirs: Bytes): Promise<Bytes> {
  try {
    const key = await crypto.subtle.importKey("raw", theirs, "X25519", true, []);
    const shared = new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: key }, mine, 256));
    if (shared.some((byte) => byte !== 0)) return shared;
  } catch (error) {
    // WebCrypto's own refusal of an all-zero result, or of bytes that are no key.
    if (!(error instanceof DOMException)) throw error;
  }
  throw new SealError("unusable_key");
}
