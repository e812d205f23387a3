/**
 * What runs in the one tab that holds the connection: the vault, the identity, the session. All tabs call it through
 * `calls`, its own among them, and hear what it emits.
 */
import type { Bytes } from "../../core/bytes";
import { KezError } from "../../core/errors";
import type { Clock } from "../../engine/clock";
import type { ConvId, Message } from "../../engine/model";
import type { Config, Door } from "../../net/door";
import type { Account } from "../../net/login";
import { type Rows, StorageError } from "../../store/rows";
import { SealedRows } from "../../store/sealed";
import { type Vault, type VaultPlace, wipe } from "../../store/vault";
import { refusal } from "../failure";
import type { FailureReason } from "../state";
import { type Attention, attentionFor } from "./attention";
import type { AccountCalls, HostCalls, HostEvent, Shared, Snapshot, Viewing } from "./calls";
import { DEFAULT_CHOICES } from "./choices";
import type { Identities, IdentityCalls } from "./identities";
import { loadProfile, meOf, type Profile, profileOf, saveProfile, serverView, unconfirmed } from "./profile";
import { handleOf, type ServerCalls } from "./registering";
import { Session } from "./session";
import { type Unlocked, unlockedOfVault } from "./unlocked";

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
  /** Resolves when what was told is on the screen: what follows would hold it up. */
  readonly painted: () => Promise<void>;
  readonly attend: (attention: Attention) => void;
  /** What was notified of the conversation was read, here or elsewhere. */
  readonly allRead: (conv: ConvId) => void;
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
export interface Begun {
  readonly unlocked: Unlocked;
  /** Of a key that was made here, until it is registered. */
  readonly seed: Bytes | null;
}

export class Host {
  shared: Shared = NOTHING_SHARED;
  session: Session | null = null;
  private readonly parts: HostParts;
  private place: Place | null = null;
  begun: Begun | null = null;
  private identities: Promise<Identities> | null = null;
  private readonly tabs = new Map<string, Viewing>();

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
      if (vault === undefined) return await this.place.rows.count("meta") > 0 ? this.keyIsLost() : this.welcome();
      if (vault.form === "open") {
        // Keys that cannot be read are keys that are gone: the recovery key brings them back.
        const unlocked = await unlockedOfVault(vault);
        return unlocked === null ? this.keyIsLost() : await this.enter(unlocked, vault);
      }
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

  get calls(): HostCalls & AccountCalls {
    return {
      ...this.identityCalls,
      snapshot: async () => this.snapshot,
      look: async () => this.session?.look(),
      viewing: async (viewing) => { this.tabs.set(viewing.tab, viewing); },
      leaving: async (tab) => { this.tabs.delete(tab); },
    };
  }

  /** Asked for on few days of a year: loaded with the first call. */
  private get identityCalls(): IdentityCalls {
    const call = <Name extends keyof IdentityCalls>(name: Name): IdentityCalls[Name] => {
      const later = async (...args: never[]): Promise<unknown> => {
        const { parts } = this;
        this.identities ??= import("./rare").then(({ Identities }) => new Identities(this, parts.server, parts.origin));
        const method: (...args: never[]) => Promise<unknown> = (await this.identities).calls[name];
        return method(...args);
      };
      // It passes on what it is given, and gives what it gets.
      return later as unknown as IdentityCalls[Name];
    };
    return {
      checkHandle: call("checkHandle"), createIdentity: call("createIdentity"), importSeed: call("importSeed"),
      abandonKey: call("abandonKey"), unlock: call("unlock"), recoverySeed: call("recoverySeed"),
      confirmRecovery: call("confirmRecovery"), setPassphrase: call("setPassphrase"), lock: call("lock"),
      signOut: call("signOut"), releaseHandle: call("releaseHandle"),
    };
  }

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

  requirePlace(): Place {
    if (this.place === null) throw refusal("not_ready");
    return this.place;
  }

  /** What the server says of itself now: its clock counts, too. */
  async asked(): Promise<Config> {
    const config = await this.parts.server.config();
    if (this.session === null) this.share({ server: serverView(profileOf("", config), this.parts.origin) });
    return config;
  }

  welcome(): void {
    this.shared = {
      ...NOTHING_SHARED, server: this.shared.server, phase: { kind: "welcome", key: this.begun?.unlocked.identity.primary ?? null },
    };
    this.tellAll();
    // Whether an invite is needed shows in the form; without an answer the registration says it.
    this.asked().catch(() => undefined);
  }

  /** To begin anew would be to lose all that lies here: nobody does that without being asked. */
  private keyIsLost(): void {
    this.share({ phase: { kind: "key_lost" } });
    this.tellAll();
  }

  async enter(unlocked: Unlocked, vault: Vault): Promise<void> {
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

  async signIn(unlocked: Unlocked, vault: Vault, handle: string): Promise<void> {
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
      allRead: parts.allRead,
    });
    this.session = session;
    const me = meOf(profile, unlocked.identity.primary, parts.origin, unlocked.hasPassphrase);
    this.shared = {
      ...NOTHING_SHARED, phase: { kind: "ready" }, me, server: serverView(profile, parts.origin), choices: session.choices,
      connection: session.connection, isRecoveryOwed: (await unconfirmed.load(session.rows)) !== undefined,
    };
    this.tellAll();
    await this.parts.painted();
    // Unless somebody has signed out again meanwhile.
    if (this.session === session) await session.start();
  }

  /** Wipes this browser, and begins as on the first visit. */
  async leave(): Promise<void> {
    const place = this.requirePlace();
    await this.endSession();
    this.begun = null;
    await wipe(place.rows, place.vault);
    this.place = await this.parts.openPlace(() => this.fail("closed_by_other_tab"));
    this.welcome();
  }

  /** The keys go; the passphrase brings them back. */
  async lock(): Promise<void> {
    await this.endSession();
    this.shared = { ...NOTHING_SHARED, server: this.shared.server, phase: { kind: "locked" } };
    this.tellAll();
  }

  private async endSession(): Promise<void> {
    const { session } = this;
    this.session = null;
    await session?.stop();
  }

  private async arrived(message: Message): Promise<void> {
    const living = await this.parts.livingTabs([...this.tabs.keys()]);
    for (const tab of this.tabs.keys()) if (!living.has(tab)) this.tabs.delete(tab);
    const view = this.session?.book.view(message.conv);
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
