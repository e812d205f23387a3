/** An identity whose keys are at hand, and how it is kept in the vault. */
import type { Bytes } from "../../core/bytes";
import { type Identity, identityOfSeed } from "../../core/identity/identity";
import { parsePrimary } from "../../core/identity/primary";
import { StorageError } from "../../store/rows";
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

export function openVault({ identity, keys }: Unlocked): Vault {
  return { form: "open", version: 1, keys, identity };
}

/** @throws StorageError `damaged` when the vault holds something else than `openVault` puts there */
export function unlockedOfVault(vault: Vault & { form: "open" }): Unlocked {
  const { identity } = vault;
  if (!isIdentity(identity)) throw new StorageError("damaged", "the vault holds no identity");
  return { identity, keys: vault.keys, hasPassphrase: false };
}

function isIdentity(value: unknown): value is Identity {
  if (typeof value !== "object" || value === null) return false;
  const { primary, signingKey, agreementKey } = value as Partial<Record<keyof Identity, unknown>>;
  return typeof primary === "string" && parsePrimary(primary) !== null
    && signingKey instanceof CryptoKey && agreementKey instanceof CryptoKey;
}
