/**
 * Where this browser keeps its keys. Without a passphrase: as CryptoKeys that cannot be exported, which IndexedDB stores by
 * structured clone. With one: the seed, sealed under PBKDF2, and nothing else; the keys then exist in memory, until the lock.
 *
 * Every key is derived from the seed, so a passphrase can come or go without a row being written again, and the browsers of
 * one identity can read each other's archives.
 */
import { type Rows, StorageError } from "./rows.js";

/** OWASP's number for PBKDF2 with SHA-256. A vault names its own, so that it can grow. */
export const PASSPHRASE_ROUNDS = 600_000;
/** More than this in a vault is damage, not caution: it would hang the unlocking. */
const MAX_ROUNDS = 10_000_000;

/** None of them can be exported. */
export interface StoreKeys {
  /** AES-GCM: rows. */
  readonly data: CryptoKey;
  /** HMAC-SHA-256: ids that name people. */
  readonly blind: CryptoKey;
  /** AES-GCM: archives. */
  readonly archive: CryptoKey;
}

export type Vault =
  | {
      readonly form: "open";
      readonly version: 1;
      readonly keys: StoreKeys;
      /** What the identity needs, opaque here: CryptoKeys and public things that a structured clone can carry. */
      readonly identity: unknown;
    }
  | {
      readonly form: "locked";
      readonly version: 1;
      readonly salt: Uint8Array<ArrayBuffer>;
      readonly rounds: number;
      readonly nonce: Uint8Array<ArrayBuffer>;
      readonly sealed: Uint8Array<ArrayBuffer>;
    };

export interface VaultPlace {
  load(): Promise<Vault | undefined>;
  save(vault: Vault): Promise<void>;
  /** Removes the vault, and with it whatever the place holds besides. */
  erase(): Promise<void>;
}

/** Signing out: rows first, so that nothing can be read should the rest not be possible now (another tab holds on). */
export async function wipe(rows: Pick<Rows, "clear">, place: VaultPlace): Promise<void> {
  await rows.clear();
  await place.erase();
}

/** A place for a vault that ends with the page. */
export class MemoryVault implements VaultPlace {
  private vault: Vault | undefined;

  load(): Promise<Vault | undefined> { return Promise.resolve(this.vault); }
  save(vault: Vault): Promise<void> { this.vault = structuredClone(vault); return Promise.resolve(); }
  erase(): Promise<void> { this.vault = undefined; return Promise.resolve(); }
}

/** @param seed the identity's 32 bytes */
export async function storeKeys(seed: Uint8Array<ArrayBuffer>): Promise<StoreKeys> {
  const base = await crypto.subtle.importKey("raw", seed, "HKDF", false, ["deriveKey"]);
  const derive = (info: string, algorithm: AesKeyGenParams | HmacKeyGenParams, usages: KeyUsage[]): Promise<CryptoKey> =>
    crypto.subtle.deriveKey(
      { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info: utf8(info) }, base, algorithm, false, usages);
  const aes = { name: "AES-GCM", length: 256 };
  const [data, blind, archive] = await Promise.all([
    derive("kez-store-data-v1", aes, ["encrypt", "decrypt"]),
    derive("kez-store-blind-v1", { name: "HMAC", hash: "SHA-256", length: 256 }, ["sign"]),
    derive("kez-store-archive-v1", aes, ["encrypt", "decrypt"]),
  ]);
  return { data, blind, archive };
}

/** Seals the seed under `passphrase`. */
export async function lockVault(seed: Uint8Array<ArrayBuffer>, passphrase: string): Promise<Vault> {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const key = await passphraseKey(passphrase, salt, PASSPHRASE_ROUNDS);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: BINDING }, key, seed);
  return { form: "locked", version: 1, salt, rounds: PASSPHRASE_ROUNDS, nonce, sealed: new Uint8Array(sealed) };
}

/** @returns the seed; undefined for a wrong passphrase (or a vault that was tampered with: the two look the same) */
export async function unlockVault(
  vault: Vault & { form: "locked" }, passphrase: string,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  if (!Number.isInteger(vault.rounds) || vault.rounds < PASSPHRASE_ROUNDS || vault.rounds > MAX_ROUNDS) {
    throw new StorageError("damaged", "the vault names an impossible number of rounds");
  }
  const key = await passphraseKey(passphrase, vault.salt, vault.rounds);
  try {
    const algorithm = { name: "AES-GCM", iv: vault.nonce, additionalData: BINDING };
    return new Uint8Array(await crypto.subtle.decrypt(algorithm, key, vault.sealed));
  } catch {
    return undefined;
  }
}

const BINDING = utf8("kez-vault-v1");

/** NFKC, so that the same passphrase typed on another keyboard is the same bytes. */
async function passphraseKey(passphrase: string, salt: Uint8Array<ArrayBuffer>, rounds: number): Promise<CryptoKey> {
  const raw = utf8(passphrase.normalize("NFKC"));
  const base = await crypto.subtle.importKey("raw", raw, "PBKDF2", false, ["deriveKey"]);
  return crypto.subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, base,
    { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function utf8(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text) as Uint8Array<ArrayBuffer>;
}
