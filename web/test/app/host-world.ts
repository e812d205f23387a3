/** Whole hosts against a server in memory: the engine's `World` for messages, a registry for names and chains. */
import type { Bytes } from "../../src/core/bytes";
import { readEnvelope } from "../../src/core/envelopes/signed-envelope";
import { KezError } from "../../src/core/errors";
import type { Primary } from "../../src/core/identity/primary";
import { Members } from "../../src/core/json/members";
import type { Calls, HostEvent } from "../../src/app/host/calls";
import { Host, type HostParts, type Place } from "../../src/app/host/host";
import { engineCalls, sessionCalls } from "../../src/app/host/session-calls";
import type { Attention } from "../../src/app/host/attention";
import type { Unlocked } from "../../src/app/host/unlocked";
import type { AccountStatus, Config, Door, Sigchain, User } from "../../src/net/door";
import { failure } from "../../src/net/failures";
import { MemoryRows } from "../../src/store/memory";
import { type Rows, StorageError } from "../../src/store/rows";
import { MemoryVault } from "../../src/store/vault";
import { FakeDoor, pause, World } from "../engine/world";

export class Registry {
  readonly byHandle = new Map<string, Primary>();
  readonly chains = new Map<Primary, { readonly links: readonly Bytes[]; readonly heads: readonly string[] }>();
  standing: AccountStatus = { handle: null, suspended: false, reason: null, until: null };
  /** What goes wrong with the next registration. */
  refusal: KezError | null = null;
  losesAnswer = false;
  isDown = false;
  asked = 0;
  private readonly world: World;

  constructor(world: World) {
    this.world = world;
  }

  config = async (): Promise<Config> => {
    this.reach();
    return {
      server: "kez.test", server_time: new Date(this.world.clock.now()).toISOString(), protocol: { min: 1, max: 1 },
      limits: { envelope_bytes: 200_000 }, nats: "ws://kez.test/nats", features: [], registration: "open",
    };
  };

  lookup = async (handle: string): Promise<User> => {
    this.reach();
    const primary = this.byHandle.get(handle);
    if (primary === undefined) throw new KezError("not_found");
    return this.user(handle, primary);
  };

  byPrimary = async (primary: Primary): Promise<User> => {
    this.reach();
    for (const [handle, holder] of this.byHandle) if (holder === primary) return this.user(handle, primary);
    throw new KezError("not_found");
  };

  register = async (envelope: Bytes): Promise<User> => {
    this.reach();
    const { payload, key } = readEnvelope(envelope);
    const handle = new Members(payload).string("handle");
    if (this.refusal !== null) throw this.refusal;
    if (this.byHandle.has(handle)) throw new KezError("handle_taken");
    this.byHandle.set(handle, key);
    if (this.losesAnswer) throw failure("timeout", "lost");
    return this.user(handle, key);
  };

  release = async (envelope: Bytes): Promise<User> => {
    const { payload, key } = readEnvelope(envelope);
    const handle = new Members(payload).string("handle");
    this.byHandle.delete(handle);
    return this.user(handle, key);
  };

  sigchain = async (primary: Primary): Promise<Sigchain> => {
    this.reach();
    const { links, heads } = this.chains.get(primary) ?? { links: [], heads: [] };
    return { primary, links, head: heads.at(-1) ?? null, length: links.length };
  };

  /** The engine's door, with what it does not ask for. */
  door(primary: Primary): Door {
    const { lookup, byPrimary, sigchain, release } = this;
    const account = async (): Promise<AccountStatus> => this.standing;
    const own: Record<string | symbol, unknown> = { lookup, byPrimary, sigchain, release, account, config: () => this.config() };
    return new Proxy<Door>(new FakeDoor(this.world, primary), {
      get: (door, name) => {
        if (Object.hasOwn(own, name)) return own[name];
        const value: unknown = Reflect.get(door, name, door);
        return typeof value === "function" ? value.bind(door) : value;
      },
    });
  }

  private reach(): void {
    this.asked += 1;
    if (this.isDown) throw failure("offline", "down");
  }

  private user(handle: string, primary: Primary): User {
    const { links = [], heads = [] } = this.chains.get(primary) ?? {};
    return {
      handle, fqhn: `${handle}@kez.test`, primary, sigchain_url: "", registered_at: "2026-01-01T00:00:00Z",
      sigchain: { length: links.length, head: heads.at(-1) ?? null },
    };
  }
}

/** Of one tab: what is closed with it are not the rows. */
class KeptRows implements Rows {
  private readonly rows: Rows;
  private isClosed = false;

  constructor(rows: Rows) {
    this.rows = rows;
  }

  get: Rows["get"] = (...asked) => this.open().get(...asked);
  scan: Rows["scan"] = (...asked) => this.open().scan(...asked);
  count: Rows["count"] = (...asked) => this.open().count(...asked);
  write: Rows["write"] = (...asked) => this.open().write(...asked);
  clear: Rows["clear"] = () => this.open().clear();
  close(): void { this.isClosed = true; }

  private open(): Rows {
    if (this.isClosed) throw new StorageError("closed", "the tab is gone");
    return this.rows;
  }
}

/** A browser: its storage outlives the tab that leads. */
export class Machine {
  readonly world: World;
  readonly registry: Registry;
  place: { rows: MemoryRows; vault: MemoryVault } = { rows: new MemoryRows(), vault: new MemoryVault() };
  events: HostEvent[] = [];
  readonly attended: Attention[] = [];
  /** What was notified and what was read, in the order in which it was told. */
  readonly told: string[] = [];
  living: ReadonlySet<string> | null = null;

  constructor(world: World, registry: Registry) {
    this.world = world;
    this.registry = registry;
  }

  /** A tab that leads. */
  async open(handed: Unlocked | null = null): Promise<{ host: Host; calls: Calls }> {
    this.events = [];
    const host = new Host({
      handed, origin: "https://kez.test", clock: this.world.clock, isOnline: () => true, server: this.registry,
      openPlace: async () => this.opened(), openDoor: (account) => this.registry.door(account.identity.primary),
      painted: () => Promise.resolve(),
      emit: (event) => this.events.push(structuredClone(event)), attend: (attention) => {
        this.attended.push(attention);
        this.told.push(`notify ${attention.notification?.preview?.text ?? ""}`);
      },
      allRead: (conv) => this.told.push(`read ${conv}`),
      livingTabs: async (tabs) => this.living ?? new Set(tabs),
    } satisfies HostParts);
    await host.start();
    const session = () => host.requireSession();
    return { host, calls: { ...host.calls, ...sessionCalls(session, "https://kez.test"), ...engineCalls(session) } };
  }

  /** Somebody new, signed in. */
  async signUp(handle: string): Promise<{ host: Host; calls: Calls; recovery: string }> {
    const opened = await this.open();
    const { recovery } = await opened.calls.createIdentity(handle, null);
    return { ...opened, recovery: recovery ?? "" };
  }

  private opened(): Place {
    return { rows: new KeptRows(this.place.rows), vault: this.place.vault };
  }
}

export function newWorld(seed = 1): { world: World; registry: Registry; machine: () => Machine } {
  const world = new World(seed);
  const registry = new Registry(world);
  return { world, registry, machine: () => new Machine(world, registry) };
}

/** What is under way goes on until `check` holds. */
export async function until(world: World, check: () => boolean | Promise<boolean>, step = 100): Promise<void> {
  for (let tries = 0; tries < 2000; tries++) {
    if (await check()) return;
    await pause();
    world.clock.advance(step);
  }
  throw new Error("it did not come to that");
}
