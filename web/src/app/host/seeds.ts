/** Recovery keys as people give them back. */
import type { Bytes } from "../../core/bytes";
import { identityOfSeed } from "../../core/identity/identity";
import { decodeNkeySeed } from "../../core/identity/nkey";
import type { Primary } from "../../core/identity/primary";
import type { SealedRows } from "../../store/sealed";
import { unlockVault, type Vault } from "../../store/vault";
import { refusal } from "../failure";
import { unconfirmed } from "./profile";

/** Characters of the end of a recovery key that prove that somebody has it written down. */
const PROVING = 8;

/** @throws KezError `bad_recovery` */
export function seedOfText(text: string): Bytes {
  const seed = decodeNkeySeed(text);
  if (seed === null) throw refusal("bad_recovery");
  return seed;
}

/** Whether what was typed is the key, all of it or its end. */
export function provesRecovery(text: string, recovery: string): boolean {
  const typed = text.replace(/[\s-]/g, "").toUpperCase();
  return typed.length >= PROVING && recovery.endsWith(typed);
}

/** Where the seed can still be had from: the row that waits for its confirmation, the passphrase, or its owner. */
export async function seedBy(
  proof: string | null, me: Primary, rows: SealedRows, vault: Vault | undefined,
): Promise<Bytes> {
  const kept = await unconfirmed.load(rows);
  if (kept !== undefined && (vault === undefined || vault.form === "open")) return seedOfText(kept);
  if (proof === null || proof === "") throw refusal(vault?.form === "locked" ? "wrong_passphrase" : "recovery_needed");
  const typed = decodeNkeySeed(proof);
  if (typed !== null) {
    if ((await identityOfSeed(typed)).primary !== me) throw refusal("wrong_recovery");
    return typed;
  }
  const seed = vault?.form === "locked" ? await unlockVault(vault, proof) : undefined;
  if (seed === undefined) throw refusal(vault?.form === "locked" ? "wrong_passphrase" : "wrong_recovery");
  return seed;
}
