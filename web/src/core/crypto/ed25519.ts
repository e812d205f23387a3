import { Cache } from "./cache";
import { hasSmallOrder, isCanonicalScalar, montgomeryOf } from "./curve";
import { pkcs8 } from "./pkcs8";
import { type Bytes, decodeBase64Url } from "../bytes";
import { keyOf, type Primary } from "../identity/primary";

const algorithm = "Ed25519";

// The check of a key takes milliseconds, and the same few people write all day.
const agreementKeys = new Cache<Primary, Bytes | null>(4096);

/** The X25519 public key that goes with a primary; null for a primary that `isUsableKey` refuses. */
export function agreementKeyOf(primary: Primary): Bytes | null {
  return agreementKeys.of(primary, () => montgomeryOf(keyOf(primary)));
}

/** Whether it is a canonical point of the prime-order subgroup; under others signatures can be forged. */
export function isUsableKey(primary: Primary): boolean {
  return agreementKeyOf(primary) !== null;
}

/**
 * Whether `signature` over `message` is by `primary`.
 *
 * Strict: refuses a non-canonical S, unusable keys, and an R of small order. WebCrypto alone takes forgeries under
 * keys of small order, and then kez's other implementations, which are strict, would disagree with this one.
 *
 * Source: protocol, section 2; libsodium, `crypto_sign_verify_detached`.
 */
export async function verifySignature(primary: Primary, message: Bytes, signature: Bytes): Promise<boolean> {
  if (signature.length !== 64 || !isUsableKey(primary)) return false;
  if (hasSmallOrder(signature.subarray(0, 32)) || !isCanonicalScalar(signature.subarray(32))) return false;
  const key = await crypto.subtle.importKey("raw", keyOf(primary), algorithm, false, ["verify"]);
  return crypto.subtle.verify(algorithm, key, signature, message);
}

export async function signBytes(key: CryptoKey, message: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.sign(algorithm, key, message));
}

/** The signing key of a seed of 32 bytes, which cannot be taken out again. */
export function importSigningKey(seed: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", pkcs8(algorithm, seed), algorithm, false, ["sign"]);
}

/** The public key of a seed: 32 bytes. */
export async function publicKeyOfSeed(seed: Bytes): Promise<Bytes> {
  const key = await crypto.subtle.importKey("pkcs8", pkcs8(algorithm, seed), algorithm, true, ["sign"]);
  const { x } = await crypto.subtle.exportKey("jwk", key);
  const publicKey = x === undefined ? null : decodeBase64Url(x);
  if (!publicKey) throw new TypeError("this browser exports no public key");
  return publicKey;
}
