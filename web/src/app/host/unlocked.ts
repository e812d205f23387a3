/** An identity whose keys are at hand, and how it is kept in the vault. */
import { type Bytes, decodeUtf8, encodeUtf8, randomBytes } from "../../core/bytes";
import { type Identity, identityOfSeed } from "../../core/identity/identity";
import { parsePrimary } from "../../core/identity/primary";
import { type StoreKeys, storeKeys, type Vault } from "../../store/vault";

/** CryptoKeys that cannot be exported, and public things: a structured clone carries it to another tab. */
export interface Unlocked {
  readonly identity: Identity;
  readonly keys: StoreKeys;
  readonly hasPassphrase: boolean;
}

export async function unlockedOfSeed(seed: Bytes, hasPassphrase: boolean): Promise<Unlocked> {
  const [identity, keys] = await Promise.all([identityOfSeed(seed), storeKeys(seed)]);
  return { identity, keys, hasPassphrase };
}

/** What the vault keeps of an identity: who it is can be read only with the keys beside it. */
interface KeptIdentity {
  readonly signingKey: CryptoKey;
  readonly agreementKey: CryptoKey;
  readonly nonce: Uint8Array<ArrayBuffer>;
  /** The primary, sealed with the key of the rows. */
  readonly sealed: Uint8Array<ArrayBuffer>;
}

export async function openVault({ identity, keys }: Unlocked): Promise<Vault> {
  const { primary, signingKey, agreementKey } = identity;
  const nonce = randomBytes(12);
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm(nonce), keys.data, encodeUtf8(primary)));
  return { form: "open", version: 1, keys, identity: { signingKey, agreementKey, nonce, sealed } satisfies KeptIdentity };
}

/** @returns null: the vault holds something else than `openVault` puts there */
export async function unlockedOfVault({ keys, identity: kept }: Vault & { form: "open" }): Promise<Unlocked | null> {
  if (!isKept(kept)) return null;
  let text: string | null;
  try {
    text = decodeUtf8(new Uint8Array(await crypto.subtle.decrypt(algorithm(kept.nonce), keys.data, kept.sealed)));
  } catch {
    return null;
  }
  const primary = parsePrimary(text ?? "");
  if (primary === null) return null;
  const identity = { primary, signingKey: kept.signingKey, agreementKey: kept.agreementKey };
  return { identity, keys, hasPassphrase: false };
}

function algorithm(nonce: Uint8Array<ArrayBuffer>): AesGcmParams {
  return { name: "AES-GCM", iv: nonce, additionalData: encodeUtf8("kez-vault-identity-v1") };
}

function isKept(value: unknown): value is KeptIdentity {
  if (typeof value !== "object" || value === null) return false;
  const { signingKey, agreementKey, nonce, sealed } = value as Partial<Record<keyof KeptIdentity, unknown>>;
  return signingKey instanceof CryptoKey && agreementKey instanceof CryptoKey
    && nonce instanceof Uint8Array && sealed instanceof Uint8Array;
}
