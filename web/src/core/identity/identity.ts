import { encodeNkey } from "./nkey";
import { keyOf, type Primary, primaryOfKey } from "./primary";
import { type Bytes, encodeUtf8, randomBytes } from "../bytes";
import { importSigningKey, publicKeyOfSeed, signBytes } from "../crypto/ed25519";
import { importAgreementKey } from "../crypto/x25519";

/**
 * One's own identity: what signs and opens. Neither key can be taken out of it; both can be stored by structured clone.
 */
export interface Identity {
  readonly primary: Primary;
  readonly signingKey: CryptoKey;
  readonly agreementKey: CryptoKey;
}

/** A new seed of 32 bytes: the whole identity, to be shown as `encodeNkeySeed` and then forgotten. */
export function newSeed(): Bytes {
  return randomBytes(32);
}

/** The identity of a seed of 32 bytes. */
export async function identityOfSeed(seed: Bytes): Promise<Identity> {
  const [publicKey, signingKey, agreementKey] = await Promise.all([
    publicKeyOfSeed(seed), importSigningKey(seed), importAgreementKey(seed),
  ]);
  return { primary: primaryOfKey(publicKey), signingKey, agreementKey };
}

/** The name of the connecting key at the broker, `U…`: in version 1 the primary's own. */
export function nkeyOf(primary: Primary): string {
  return encodeNkey(keyOf(primary));
}

/**
 * Signs the nonce by which a broker asks for proof of the connecting key.
 *
 * @returns null for a nonce that we do not sign: a server chooses it, and the same key signs payloads (which begin
 *   with `{`) and X-KEZ-Auth texts (which hold line feeds)
 * Source: protocol, section 8.
 */
export async function signNonce(identity: Identity, nonce: string): Promise<Bytes | null> {
  if (!/^[A-Za-z0-9_-]{8,64}$/.test(nonce)) return null;
  return signBytes(identity.signingKey, encodeUtf8(nonce));
}
