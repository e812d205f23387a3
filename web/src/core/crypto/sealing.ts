import { agreementKeyOf } from "./ed25519";
import { SealError } from "./seal-error";
import { agree } from "./x25519";
import { type Bytes, encodeUtf8 } from "../bytes";
import type { Primary } from "../identity/primary";

/**
 * Sealing of version 1: X25519, HKDF-SHA256 with the nonce as salt, AES-256-GCM. No forward secrecy.
 *
 * Source: protocol, section 6 ("Sealing").
 */
export const nonceBytes = 12;
/** Bytes that sealing adds to a plaintext: the tag, which comes last. */
export const overheadBytes = 16;
const info = encodeUtf8("kez-chat-msg-v1");

/** What two keys share, the same for every message between them; it cannot be taken out again. */
export type SharedSecret = CryptoKey;

/** @throws SealError `unusable_key` when `theirs` is no key of the prime-order subgroup */
export async function sharedSecret(mine: CryptoKey, theirs: Primary): Promise<SharedSecret> {
  const publicKey = agreementKeyOf(theirs);
  if (!publicKey) throw new SealError("unusable_key");
  return crypto.subtle.importKey("raw", await agree(mine, publicKey), "HKDF", false, ["deriveKey"]);
}

/**
 * @param nonce 12 fresh random bytes for each message: key and IV both come from it
 * @returns `plaintext.length + 16` bytes
 * @throws SealError `nonce_length`
 */
export async function seal(plaintext: Bytes, nonce: Bytes, secret: SharedSecret): Promise<Bytes> {
  const key = await messageKey(secret, nonce, "encrypt");
  return new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, key, plaintext));
}

/** @throws SealError `nonce_length` or `open_failed` */
export async function open(ciphertext: Bytes, nonce: Bytes, secret: SharedSecret): Promise<Bytes> {
  const key = await messageKey(secret, nonce, "decrypt");
  try {
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, ciphertext));
  } catch (error) {
    if (error instanceof DOMException) throw new SealError("open_failed");
    throw error;
  }
}

function messageKey(secret: SharedSecret, nonce: Bytes, usage: "encrypt" | "decrypt"): Promise<CryptoKey> {
  if (nonce.length !== nonceBytes) throw new SealError("nonce_length");
  return crypto.subtle.deriveKey(
    { name: "HKDF", hash: "SHA-256", salt: nonce, info }, secret, { name: "AES-GCM", length: 256 }, false, [usage],
  );
}
