/**
 * What runs in the one tab that holds the connection: the vault, the identity, the session. All tabs call it through
 * `calls`, its own among them, and hear what it emits.
 */
import type { Bytes } from "../../core/bytes";
import { KezError } from "../../core/errors";
import { signRelease } from "../../core/envelopes/claims";
import { parseHandle } from "../../core/identity/handle";
import { newSeed } from "../../core/identity/identity";
import { encodeNkeySeed } from "../../core/identity/nkey";
import { timestampOf } from "../../core/timestamp";
import type { Clock } from "../../engine/clock";
import type { ConvId, Message } from "../../engine/model";
import type { Config, Door } from "../../net/door";
import type { Account } from "../../net/login";
import { type Rows, StorageError } from "../../store/rows";
import { SealedRows } from "../../store/sealed";
import { lockVault, type Vault, type VaultPlace, unlockVault, wipe } from "../../store/vault";
import type { HandleCheck } from "../actions";
import { failureOf, refusal } from "../failure";
import type { FailureReason } from "../state";
import { type Attention, attentionFor } from "./attention";
import type { AccountCalls, HostCalls, HostEvent, Shared, Snapshot, Viewing } from "./calls";
import { DEFAULT_CHOICES } from "./choices";
import { checkLocally } from "./handles";
import { loadProfile, meOf, type Profile, profileOf, saveProfile, serverNameOf, serverView, unconfirmed } from "./profile";
import { handleOf, register, type ServerCalls } from "./registering";
import { provesRecovery, seedBy, seedOfText } from "./seeds";
import { Session } from "./session";
import { openVault, type Unlocked, unlockedOfSeed, unlockedOfVault } from "./unlocked";

export interface Place {
  readonly rows: Rows;
  readonly vault: VaultPlace;
}

export interface HostParts {
  /** Opens the storage; called again after it was wiped. @param onClosed it is of no more use */
  readonly openPlace: (onClosed: () => void) => Promise<Place>;
  /** Calls that need no account. */
  readonly server: ServerCalls;
  readonly openDoor: (account: Account, natsUrl: string) => Door;
  readonly origin: string;
  readonly clock: Clock;
  readonly isOnline: () => boolean;
  readonly emit: (event: HostEvent) => void;
  readonly attend: (attention: Attention) => void;
  /** Tabs that are still there, of those that were named. */
  readonly livingTabs: (tabs: readonly string[]) => Promise<ReadonlySet<string>>;
  /** Keys that the tab which led before has handed on: with a passphrase they are nowhere else. */
  readonly handed: Unlocked | null;
}

export const NOTHING_SHARED: Shared = {
  phase: { kind: "starting" }, me: null, server: null, connection: { kind: "none" }, isCatchingUp: false, clockOff: null,
  storage: null, isRecoveryOwed: false, choices: DEFAULT_CHOICES,
};

/** A key without a handle. */
interface Begun {
  readonly unlocked: Unlocked;
  /** Of a key that was made here, until it is registered. */
  readonly seed: Bytes | null;
}

export class Host {
  shared: Shared = NOTHING_SHARED;
  session: Session | null = null;
  private readonly parts: HostParts;
  private place: Place | null = null;
  private begun: Begun | null = null;
  private readonly tabs = new Map<string, Viewing>();
  private config: Promise<Config> | null = null;
  /** What changes who is signed in happens one after the other. */
  private turn: Promise<unknown> = Promise.resolve();

  constructor(parts: HostParts) {
    this.parts = parts;
  }

  /** Keys to hand on, when they can be had from nowhere else. */
  get handedKeys(): Unlocked | null {
    const unlocked = this.session?.unlocked ?? null;
    return unlocked?.hasPassphrase === true ? unlocked : null;
  }

  get snapshot(): Snapshot {
    return { shared: this.shared, conversations: this.session?.book.all() ?? [] };
  }

  /** Never rejects: what goes wrong is the phase. */
  async start(): Promise<void> {
    try {
      this.place = await this.parts.openPlace(() => this.fail("closed_by_other_tab"));
      const vault = await this.place.vault.load();
      if (vault === undefined) return this.welcome();
      if (vault.form === "open") return await this.enter(unlockedOfVault(vault), vault);
      if (this.parts.handed !== null) return await this.enter(this.parts.handed, vault);
      this.share({ phase: { kind: "locked" } });
      this.tellAll();
    } catch (error) {
      this.fail(reasonOf(error));
    }
  }

  async stop(): Promise<void> {
    await this.session?.stop();
    this.session = null;
    this.place?.rows.close();
  }

  readonly calls: HostCalls & AccountCalls = {
    snapshot: async () => this.snapshot,
    checkHandle: (text) => this.checkHandle(text),
    createIdentity: (handle, invite) => this.inTurn(() => this.createIdentity(handle, invite)),
    importSeed: (text) => this.inTurn(() => this.importSeed(text)),
    abandonKey: () => this.inTurn(() => this.leave()),
    unlock: (passphrase) => this.inTurn(() => this.unlock(passphrase)),
    look: async () => this.session?.look(),
    viewing: async (viewing) => { this.tabs.set(viewing.tab, viewing); },
    leaving: async (tab) => { this.tabs.delete(tab); },
    recoverySeed: (passphrase) => this.recoverySeed(passphrase),
    confirmRecovery: (text) => this.confirmRecovery(text),
    setPassphrase: (next, proof) => this.inTurn(() => this.setPassphrase(next, proof)),
    lock: () => this.inTurn(() => this.lock()),
    signOut: () => this.inTurn(() => this.leave()),
    releaseHandle: () => this.inTurn(() => this.releaseHandle()),
  };

  networkChanged(): void {
    if (this.session !== null) this.share({ connection: this.session.connection });
  }

  share = (patch: Partial<Shared>): void => {
    this.shared = { ...this.shared, ...patch };
    this.parts.emit({ kind: "shared", patch });
  };

  /** @throws KezError `not_ready` without an identity */
  requireSession(): Session {
    if (this.session === null) throw refusal("not_ready");
    return this.session;
  }

  private tellAll(): void {
    this.parts.emit({ kind: "snapshot", snapshot: this.snapshot });
  }

  private fail(reason: FailureReason): void {
    this.share({ phase: { kind: "failed", reason }, connection: { kind: "none" } });
    const { session } = this;
    this.session = null;
    if (session !== null) void session.stop().catch(() => undefined);
  }

  private inTurn<Value>(work: () => Promise<Value>): Promise<Value> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => undefined);
    return result;
  }

  private requirePlace(): Place {
    if (this.place === null) throw refusal("not_ready");
    return this.place;
  }

  private requireSignedOut(): Place {
    if (this.session !== null || this.shared.phase.kind === "locked") throw refusal("signed_in");
    return this.requirePlace();
  }

  /** What is known of the server, asked once and again after a failure. */
  private asked(): Promise<Config> {
    this.config ??= this.parts.server.config().then((config) => {
      if (this.session === null) this.share({ server: serverView(profileOf("", config), this.parts.origin) });
      return config;
    }, (error: unknown) => {
      this.config = null;
      throw error;
    });
    return this.config;
  }

  private welcome(): void {
    this.shared = {
      ...NOTHING_SHARED, server: this.shared.server, phase: { kind: "welcome", key: this.begun?.unlocked.identity.primary ?? null },
    };
    this.tellAll();
    // Whether an invite is needed shows in the form; without an answer the registration says it.
    this.asked().catch(() => undefined);
  }

  private async enter(unlocked: Unlocked, vault: Vault): Promise<void> {
    const { rows } = this.requirePlace();
    const sealed = new SealedRows(rows, unlocked.keys);
    const profile = await loadProfile(sealed);
    if (profile !== undefined) return this.begin(unlocked, profile);
    // A key that was saved, and whose registration or look-up was cut off.
    this.begun = { unlocked, seed: null };
    try {
      const handle = await handleOf(this.parts.server, unlocked.identity.primary);
      if (handle !== null) return await this.signIn(unlocked, vault, handle);
    } catch (error) {
      if (!(error instanceof KezError)) throw error;
    }
    this.welcome();
  }

  private async signIn(unlocked: Unlocked, vault: Vault, handle: string): Promise<void> {
    const place = this.requirePlace();
    const profile = profileOf(handle, await this.asked());
    await place.vault.save(vault);
    await saveProfile(new SealedRows(place.rows, unlocked.keys), profile);
    this.begun = null;
    await this.begin(unlocked, profile);
  }

  private async begin(unlocked: Unlocked, profile: Profile): Promise<void> {
    const { parts } = this;
    const session = await Session.open({
      rows: this.requirePlace().rows, unlocked, profile, openDoor: parts.openDoor, origin: parts.origin, clock: parts.clock,
      isOnline: parts.isOnline, emit: parts.emit, share: this.share, arrived: (message) => void this.arrived(message),
    });
    this.session = session;
    const me = meOf(profile, unlocked.identity.primary, parts.origin, unlocked.hasPassphrase);
    this.shared = {
      ...NOTHING_SHARED, phase: { kind: "ready" }, me, server: serverView(profile, parts.origin), choices: session.choices,
      connection: session.connection, isRecoveryOwed: (await unconfirmed.load(session.rows)) !== undefined,
    };
    this.tellAll();
    await session.start();
  }

  private async checkHandle(text: string): Promise<HandleCheck> {
    const local = checkLocally(text);
    if ("check" in local) return local.check;
    try {
      await this.parts.server.lookup(local.handle);
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
    const config = await this.asked();
    const begun = this.begun ?? await this.newKey();
    const { unlocked, seed } = begun;
    const vault = openVault(unlocked);
    const rows = new SealedRows(place.rows, unlocked.keys);
    // Before anything is registered under it: an answer that is lost must not leave a handle without a key.
    await place.vault.save(vault);
    const recovery = seed === null ? ((await unconfirmed.load(rows)) ?? null) : encodeNkeySeed(seed);
    if (seed !== null && recovery !== null) await unconfirmed.save(rows, recovery);
    this.begun = begun;
    const handle = await register(this.parts.server, config, unlocked.identity, local.handle, invite === "" ? null : invite);
    await this.signIn(unlocked, vault, handle);
    return { recovery };
  }

  private async newKey(): Promise<Begun> {
    const seed = newSeed();
    return { unlocked: await unlockedOfSeed(seed, false), seed };
  }

  private async importSeed(text: string): Promise<"ready" | "needs_handle"> {
    const place = this.requireSignedOut();
    const unlocked = await unlockedOfSeed(seedOfText(text), false);
    const handle = await handleOf(this.parts.server, unlocked.identity.primary);
    // Of a key that was begun here before, nothing is to be left.
    await place.rows.clear();
    if (handle !== null) {
      await this.signIn(unlocked, openVault(unlocked), handle);
      return "ready";
    }
    await place.vault.save(openVault(unlocked));
    this.begun = { unlocked, seed: null };
    this.welcome();
    return "needs_handle";
  }

  private async unlock(passphrase: string): Promise<void> {
    const vault = await this.requirePlace().vault.load();
    if (this.session !== null || vault?.form !== "locked") return;
    const seed = await unlockVault(vault, passphrase);
    if (seed === undefined) throw refusal("wrong_passphrase");
    await this.enter(await unlockedOfSeed(seed, true), vault);
  }

  private async recoverySeed(passphrase: string | null): Promise<string> {
    const session = this.requireSession();
    const kept = await unconfirmed.load(session.rows);
    if (kept !== undefined) return kept;
    if (!session.unlocked.hasPassphrase) throw refusal("recovery_gone");
    return encodeNkeySeed(await this.seed(session, passphrase));
  }

  private async confirmRecovery(text: string): Promise<void> {
    const { rows } = this.requireSession();
    const kept = await unconfirmed.load(rows);
    if (kept === undefined) return;
    if (!provesRecovery(text, kept)) throw refusal("wrong_recovery");
    await unconfirmed.forget(rows);
    this.share({ isRecoveryOwed: false });
  }

  private async setPassphrase(next: string | null, proof: string | null): Promise<void> {
    const session = this.requireSession();
    const seed = await this.seed(session, proof);
    const unlocked: Unlocked = { ...session.unlocked, hasPassphrase: next !== null };
    await this.requirePlace().vault.save(next === null ? openVault(unlocked) : await lockVault(seed, next));
    session.unlocked = unlocked;
    this.share({ me: meOf(session.profile, unlocked.identity.primary, this.parts.origin, unlocked.hasPassphrase) });
  }

  private async seed(session: Session, proof: string | null): Promise<Bytes> {
    return seedBy(proof, session.unlocked.identity.primary, session.rows, await this.requirePlace().vault.load());
  }

  private async lock(): Promise<void> {
    const { unlocked } = this.requireSession();
    if (!unlocked.hasPassphrase) throw refusal("no_passphrase");
    await this.endSession();
    this.shared = { ...NOTHING_SHARED, server: this.shared.server, phase: { kind: "locked" } };
    this.tellAll();
  }

  private async releaseHandle(): Promise<void> {
    const { door, profile, unlocked } = this.requireSession();
    const handle = parseHandle(profile.handle);
    if (handle === null) throw refusal("bad_handle");
    const config = await door.config();
    const createdAt = timestampOf(Date.parse(config.server_time) || this.parts.clock.now());
    await door.release(await signRelease({ handle, server: serverNameOf(config), createdAt }, unlocked.identity));
    await this.leave();
  }

  /** Wipes this browser, and begins as on the first visit. */
  private async leave(): Promise<void> {
    const place = this.requirePlace();
    await this.endSession();
    this.begun = null;
    await wipe(place.rows, place.vault);
    this.place = await this.parts.openPlace(() => this.fail("closed_by_other_tab"));
    this.welcome();
  }

  private async endSession(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.stop();
  }

  private async arrived(message: Message): Promise<void> {
    const living = await this.parts.livingTabs([...this.tabs.keys()]);
    for (const tab of this.tabs.keys()) if (!living.has(tab)) this.tabs.delete(tab);
    const view = this.session?.book.view(message.conv as ConvId);
    if (view == null || this.session === null) return;
    this.parts.attend(attentionFor(message, view, this.session.choices, [...this.tabs.values()], this.parts.clock.now()));
  }
}

function reasonOf(error: unknown): FailureReason {
  if (error instanceof StorageError) {
    if (error.code === "newer") return "storage_newer";
    return error.code === "damaged" ? "storage_damaged" : "storage_failed";
  }
  console.error(error);
  return "storage_failed";
}
