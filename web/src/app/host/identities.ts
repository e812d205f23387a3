/** What is done about the identity: made, brought along, unlocked, given a passphrase, locked, released, forgotten. */
import type { Bytes } from "../../core/bytes";
import { KezError } from "../../core/errors";
import { signRelease } from "../../core/envelopes/claims";
import { parseHandle } from "../../core/identity/handle";
import { newSeed } from "../../core/identity/identity";
import { encodeNkeySeed } from "../../core/identity/nkey";
import { parseTimestamp, timestampOf } from "../../core/timestamp";
import { StorageError } from "../../store/rows";
import { SealedRows } from "../../store/sealed";
import { lockVault, unlockVault } from "../../store/vault";
import type { HandleCheck } from "../actions";
import { failureOf, refusal } from "../failure";
import type { AccountCalls, HostCalls } from "./calls";
import { checkLocally } from "./handles";
import type { Begun, Host, Place } from "./host";
import { loadProfile, meOf, serverNameOf, unconfirmed } from "./profile";
import { handleOf, register, type ServerCalls } from "./registering";
import { provesRecovery, seedBy, seedOfText } from "./seeds";
import type { Session } from "./session";
import { openVault, type Unlocked, unlockedOfSeed } from "./unlocked";

export type IdentityCalls =
  Pick<HostCalls, "checkHandle" | "createIdentity" | "importSeed" | "abandonKey" | "unlock"> & AccountCalls;

export class Identities {
  private readonly host: Host;
  private readonly server: ServerCalls;
  private readonly origin: string;
  /** What changes who is signed in happens one after the other. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(host: Host, server: ServerCalls, origin: string) {
    this.host = host;
    this.server = server;
    this.origin = origin;
  }

  readonly calls: IdentityCalls = {
    checkHandle: (text) => this.checkHandle(text),
    createIdentity: (handle, invite) => this.inTurn(() => this.createIdentity(handle, invite)),
    importSeed: (text) => this.inTurn(() => this.importSeed(text)),
    abandonKey: () => this.inTurn(() => this.abandonKey()),
    unlock: (passphrase) => this.inTurn(() => this.unlock(passphrase)),
    recoverySeed: (passphrase) => this.recoverySeed(passphrase),
    confirmRecovery: (text) => this.confirmRecovery(text),
    setPassphrase: (next, proof) => this.inTurn(() => this.setPassphrase(next, proof)),
    lock: () => this.inTurn(() => this.lock()),
    signOut: () => this.inTurn(() => this.host.leave()),
    releaseHandle: () => this.inTurn(() => this.releaseHandle()),
  };

  private inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private requireSignedOut(): Place {
    if (this.host.session !== null || this.host.shared.phase.kind === "locked") throw refusal("signed_in");
    return this.host.requirePlace();
  }

  private async checkHandle(text: string): Promise<HandleCheck> {
    const local = checkLocally(text);
    if ("check" in local) return local.check;
    try {
      await this.server.lookup(local.handle);
      return { kind: "taken" };
    } catch (error) {
      if (!(error instanceof KezError)) throw error;
      if (error.code === "reserved_handle" || error.code === "bad_handle") return { kind: "reserved" };
      return error.code === "not_found" ? { kind: "available" } : { kind: "unknown", failure: failureOf(error) };
    }
  }

  private async createIdentity(text: string, invite: string | null): Promise<{ readonly recovery: string | null }> {
    const place = this.requireSignedOut();
    const local = checkLocally(text);
    if ("check" in local) throw refusal(local.check.kind === "reserved" ? "reserved_handle" : "bad_handle");
    const config = await this.host.asked();
    // Rows that no key is here for can be opened by nobody.
    if (this.host.begun === null) await place.rows.clear();
    const begun = this.host.begun ?? await this.newKey();
    const { unlocked, seed } = begun;
    const vault = await openVault(unlocked);
    const rows = new SealedRows(place.rows, unlocked.keys);
    // Before anything is registered under it: an answer that is lost must not leave a handle without a key.
    await place.vault.save(vault);
    const recovery = seed === null ? ((await unconfirmed.load(rows)) ?? null) : encodeNkeySeed(seed);
    if (seed !== null && recovery !== null) await unconfirmed.save(rows, recovery);
    this.host.begun = begun;
    const handle = await register(this.server, config, unlocked.identity, local.handle, invite === "" ? null : invite);
    await this.host.signIn(unlocked, vault, handle);
    return { recovery };
  }

  private async newKey(): Promise<Begun> {
    const seed = newSeed();
    return { unlocked: await unlockedOfSeed(seed, false), seed };
  }

  private async importSeed(text: string): Promise<"ready" | "needs_handle"> {
    const place = this.requireSignedOut();
    const unlocked = await unlockedOfSeed(seedOfText(text), false);
    if (this.host.shared.phase.kind === "key_lost") return this.bringBack(place, unlocked);
    const handle = await handleOf(this.server, unlocked.identity.primary);
    // Of a key that was begun here before, nothing is to be left.
    await place.rows.clear();
    if (handle !== null) {
      await this.host.signIn(unlocked, await openVault(unlocked), handle);
      return "ready";
    }
    await place.vault.save(await openVault(unlocked));
    this.host.begun = { unlocked, seed: null };
    this.host.welcome();
    return "needs_handle";
  }

  /** All keys come of the seed: with the right one, what lies here opens as before. */
  private async bringBack(place: Place, unlocked: Unlocked): Promise<"ready" | "needs_handle"> {
    try {
      await loadProfile(new SealedRows(place.rows, unlocked.keys));
    } catch (error) {
      throw error instanceof StorageError && error.code === "damaged" ? refusal("wrong_recovery") : error;
    }
    const vault = await openVault(unlocked);
    await place.vault.save(vault);
    await this.host.enter(unlocked, vault);
    return this.host.session === null ? "needs_handle" : "ready";
  }

  private async abandonKey(): Promise<void> {
    this.requireSignedOut();
    await this.host.leave();
  }

  private async unlock(passphrase: string): Promise<void> {
    const vault = await this.host.requirePlace().vault.load();
    if (this.host.session !== null || vault?.form !== "locked") return;
    const seed = await unlockVault(vault, passphrase);
    if (seed === undefined) throw refusal("wrong_passphrase");
    await this.host.enter(await unlockedOfSeed(seed, true), vault);
  }

  private async recoverySeed(passphrase: string | null): Promise<string> {
    const session = this.host.requireSession();
    const kept = await unconfirmed.load(session.rows);
    if (kept !== undefined) return kept;
    if (!session.unlocked.hasPassphrase) throw refusal("recovery_gone");
    return encodeNkeySeed(await this.seed(session, passphrase));
  }

  private async confirmRecovery(text: string): Promise<void> {
    const { rows } = this.host.requireSession();
    const kept = await unconfirmed.load(rows);
    if (kept === undefined) return;
    if (!provesRecovery(text, kept)) throw refusal("wrong_recovery");
    await unconfirmed.forget(rows);
    this.host.share({ isRecoveryOwed: false });
  }

  private async setPassphrase(next: string | null, proof: string | null): Promise<void> {
    const session = this.host.requireSession();
    const seed = await this.seed(session, proof);
    const unlocked: Unlocked = { ...session.unlocked, hasPassphrase: next !== null };
    await this.host.requirePlace().vault.save(next === null ? await openVault(unlocked) : await lockVault(seed, next));
    session.unlocked = unlocked;
    this.host.share({ me: meOf(session.profile, unlocked.identity.primary, this.origin, unlocked.hasPassphrase) });
  }

  private async seed(session: Session, proof: string | null): Promise<Bytes> {
    return seedBy(proof, session.unlocked.identity.primary, session.rows, await this.host.requirePlace().vault.load());
  }

  private async lock(): Promise<void> {
    const { unlocked } = this.host.requireSession();
    if (!unlocked.hasPassphrase) throw refusal("no_passphrase");
    await this.host.lock();
  }

  private async releaseHandle(): Promise<void> {
    const { door, profile, unlocked } = this.host.requireSession();
    const handle = parseHandle(profile.handle);
    if (handle === null) throw refusal("bad_handle");
    const config = await door.config();
    const createdAt = parseTimestamp(config.server_time) ?? timestampOf(Date.now());
    await door.release(await signRelease({ handle, server: serverNameOf(config), createdAt }, unlocked.identity));
    await this.host.leave();
  }
}
