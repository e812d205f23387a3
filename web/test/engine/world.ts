/**
 * A server and its doors in memory, for tests of whole engines: a log for each recipient, live copies that may be lost or
 * doubled, acknowledgements that may be lost, connections that break, all by a seeded generator. And a clock turned by hand.
 */
import { decodeBase64, encodeBase64, type Bytes, decodeUtf8, encodeUtf8 } from "../../src/core/bytes.js";
import { readContent } from "../../src/core/content/reading.js";
import { writeContentUnpadded } from "../../src/core/content/writing.js";
import type { Content } from "../../src/core/content/content.js";
import { KezError } from "../../src/core/errors.js";
import { type Primary, primaryOfHex } from "../../src/core/identity/primary.js";
import { readJson } from "../../src/core/json/reader.js";
import type { JsonValue } from "../../src/core/json/value.js";
import type { MessageId } from "../../src/core/messages/id.js";
import type { Clock } from "../../src/engine/clock.js";
import type { Codec, Opening } from "../../src/engine/codec.js";
import { Engine } from "../../src/engine/engine.js";
import type { EngineEvent } from "../../src/engine/events.js";
import type { Config, Door, DoorState, Head, InboxSettings, LiveEvent, LiveFeed, Offer, Page, Sent, Stored } from "../../src/net/door.js";
import { failure } from "../../src/net/failures.js";
import { MemoryRows } from "../../src/store/memory.js";
import type { Rows } from "../../src/store/rows.js";
import { SealedRows } from "../../src/store/sealed.js";
import { type StoreKeys, storeKeys } from "../../src/store/vault.js";
import { Random } from "./random.js";

export function person(digit: string): Primary {
  return primaryOfHex(digit.repeat(64)) as Primary;
}

/** How often things go wrong; each in [0, 1). */
export interface Faults {
  lostCopy: number;
  doubledCopy: number;
  lostRequest: number;
  lostAnswer: number;
}

export const NO_FAULTS: Faults = { lostCopy: 0, doubledCopy: 0, lostRequest: 0, lostAnswer: 0 };

export class ManualClock implements Clock {
  time = Date.parse("2026-01-01T00:00:00Z");
  private readonly timers = new Map<number, { at: number; call: () => void }>();
  private count = 0;
  private readonly chance: Random;

  constructor(chance: Random) {
    this.chance = chance;
  }

  now(): number { return this.time; }
  random(): number { return this.chance.next(); }

  after(delay: number, call: () => void): () => void {
    const id = this.count++;
    this.timers.set(id, { at: this.time + delay, call });
    return () => this.timers.delete(id);
  }

  /** Lets time pass, calling what falls due in order. */
  advance(milliseconds: number): void {
    const end = this.time + milliseconds;
    for (;;) {
      const next = [...this.timers].filter(([, timer]) => timer.at <= end).sort(([a, x], [b, y]) => x.at - y.at || a - b)[0];
      if (next === undefined) break;
      this.timers.delete(next[0]);
      this.time = Math.max(this.time, next[1].at);
      next[1].call();
    }
    this.time = end;
  }
}

/** Envelopes in the clear: what is tested here is not the sealing. */
export class PlainCodec implements Codec {
  readonly me: Primary;

  constructor(me: Primary) {
    this.me = me;
  }

  seal(content: Content, to: Primary, id: MessageId, createdAt: number): Promise<Bytes> {
    const body = encodeBase64(writeContentUnpadded(content));
    return Promise.resolve(encodeUtf8(JSON.stringify({ from: this.me, to, id, createdAt, body })));
  }

  open(envelope: Bytes, from: Primary | null): Promise<Opening> {
    if (from === null) return Promise.resolve({ kind: "anonymous" });
    const read = JSON.parse(decodeUtf8(envelope) ?? "{}") as { from?: Primary; to: Primary; id: MessageId; createdAt: number; body: string; newer?: true };
    if (read.from !== from || read.to !== this.me) return Promise.resolve({ kind: "noise" });
    if (read.newer) return Promise.resolve({ kind: "placeholder", from, id: read.id, cause: "newer", envelope });
    return Promise.resolve({
      kind: "content", from, id: read.id, createdAt: read.createdAt, content: readContent(decodeBase64(read.body) as Bytes),
    });
  }
}

interface Entry extends Stored {
  readonly id: string;
}

export class World {
  readonly random: Random;
  readonly clock: ManualClock;
  readonly faults: Faults = { ...NO_FAULTS };
  readonly doors = new Set<FakeDoor>();
  readonly inboxes = new Map<Primary, Entry[]>();
  readonly settings = new Map<Primary, InboxSettings>();
  /** Refuses sends to these, for good. */
  readonly refusing = new Map<Primary, KezError>();
  epoch = "e1";
  private seq = 0;

  constructor(seed: number) {
    this.random = new Random(seed);
    this.clock = new ManualClock(new Random(seed + 1));
  }

  store(to: Primary, from: Primary, envelope: Bytes): Sent {
    const inbox = this.inboxes.get(to) ?? [];
    this.inboxes.set(to, inbox);
    const read = JSON.parse(decodeUtf8(envelope) ?? "{}") as { id?: string; payload?: { id: string } };
    const id = read.payload?.id ?? read.id ?? String(this.seq);
    const seq = ++this.seq;
    const previous = this.lastSeq.get(`${to}${from}`) ?? 0;
    const same = inbox.find((entry) => entry.id === id && entry.from === from);
    if (same !== undefined && this.random.chance(0.5)) return { seq: same.seq, duplicate: true };
    this.lastSeq.set(`${to}${from}`, seq);
    const entry: Entry = { seq, from, envelope: envelope.slice(), received_at: new Date(this.clock.now()).toISOString(), id };
    // The log has it again; the view keeps the first.
    if (same === undefined) inbox.push(entry);
    for (const door of this.doors) {
      if (door.me !== to) continue;
      if (!this.random.chance(this.faults.lostCopy)) door.deliver(entry, previous);
      if (this.random.chance(this.faults.doubledCopy)) door.deliver(entry, previous);
    }
    return { seq, duplicate: false };
  }

  /** The log comes back from a backup: the same messages under new numbers, without the last `lost`. */
  restore(): void {
    this.epoch = `${this.epoch}+`;
    this.seq = 0;
    this.lastSeq.clear();
    for (const [to, inbox] of this.inboxes) {
      this.inboxes.set(to, inbox.map((entry) => ({ ...entry, seq: ++this.seq })));
    }
  }

  private readonly lastSeq = new Map<string, number>();
}

export class FakeDoor implements Door {
  readonly kind = "nats";
  readonly offers: ReadonlySet<Offer> = new Set<Offer>(["search", "delete", "settings", "stats", "signals"]);
  readonly me: Primary;
  readonly calls = { list: 0, head: 0, send: 0 };
  private readonly world: World;
  private current: DoorState = { kind: "open" };
  private readonly listeners = new Set<(state: DoorState) => void>();
  private events: LiveEvent[] = [];
  private wake: (() => void) | null = null;
  private ended = false;
  private readonly hearing = new Map<Primary, (payload: JsonValue) => void>();

  constructor(world: World, me: Primary) {
    this.world = world;
    this.me = me;
    world.doors.add(this);
  }

  get state(): DoorState { return this.current; }
  get heard(): ReadonlySet<Primary> { return new Set(this.hearing.keys()); }

  onState(listener: (state: DoorState) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  connect(open: boolean): void {
    if (open === (this.current.kind === "open")) return;
    this.current = open ? { kind: "open" } : { kind: "waiting", retryAt: null, cause: failure("offline", "cut") };
    for (const listener of this.listeners) listener(this.current);
    if (open) this.push({ kind: "ready" });
  }

  deliver(message: Stored, previous: number): void {
    if (this.current.kind === "open") this.push({ kind: "message", message, previous });
  }

  live(): LiveFeed {
    this.events = this.current.kind === "open" ? [{ kind: "ready" }] : [];
    this.ended = false;
    const next = async (): Promise<IteratorResult<LiveEvent>> => {
      while (this.events.length === 0 && !this.ended) await new Promise<void>((resolve) => { this.wake = resolve; });
      const value = this.events.shift();
      return value === undefined || this.ended ? { done: true, value: undefined } : { done: false, value };
    };
    return { close: () => { this.ended = true; this.wake?.(); }, [Symbol.asyncIterator]: () => ({ next }) };
  }

  async send(to: Primary, envelope: Bytes): Promise<Sent> {
    this.calls.send += 1;
    await this.way();
    const refusal = this.world.refusing.get(to);
    if (refusal !== undefined) throw refusal;
    const sent = this.world.store(to, this.me, envelope);
    return this.back(sent);
  }

  async list(since: number, limit = 100): Promise<Page> {
    this.calls.list += 1;
    await this.way();
    const blocked = this.world.settings.get(this.me)?.blocked ?? [];
    const rest = (this.world.inboxes.get(this.me) ?? []).filter((entry) => entry.seq > since && !blocked.includes(entry.from as Primary));
    const messages = rest.slice(0, Math.min(limit, 7));
    return this.back({
      messages, next: messages.at(-1)?.seq ?? since, has_more: messages.length < rest.length, oldest: 1, truncated: false, epoch: this.world.epoch,
    });
  }

  async head(): Promise<Head> {
    this.calls.head += 1;
    await this.way();
    return this.back({ last_seq: this.world.inboxes.get(this.me)?.at(-1)?.seq ?? 0, epoch: this.world.epoch });
  }

  async settings(change?: Partial<InboxSettings>): Promise<InboxSettings> {
    await this.way();
    const now = { ...(this.world.settings.get(this.me) ?? { blocked: [], anonymous: true }), ...change };
    this.world.settings.set(this.me, now);
    return this.back(now);
  }

  signal(to: Primary, payload: Readonly<Record<string, unknown>>): Promise<void> {
    if (this.current.kind === "open") for (const door of this.world.doors) if (door.me === to) door.hearing.get(this.me)?.(parsed(payload));
    return Promise.resolve();
  }

  signals(from: Primary, listener: (payload: JsonValue) => void): () => void {
    this.hearing.set(from, listener);
    return () => this.hearing.delete(from);
  }

  config(): Promise<Config> {
    return Promise.resolve({
      server: "kez.test", server_time: new Date(this.world.clock.now()).toISOString(), protocol: { min: 1, max: 1 }, limits: {},
      nats: "", features: [], registration: "open",
    });
  }

  close(): Promise<void> {
    this.world.doors.delete(this);
    this.ended = true;
    this.wake?.();
    return Promise.resolve();
  }

  retryNow(): void { this.connect(true); }
  lookup(): Promise<never> { return unused(); }
  byPrimary(): Promise<never> { return unused(); }
  search(): Promise<never> { return unused(); }
  sigchain(): Promise<never> { return unused(); }
  appendLink(): Promise<never> { return unused(); }
  register(): Promise<never> { return unused(); }
  release(): Promise<never> { return unused(); }
  account(): Promise<never> { return unused(); }
  deleteMessages(): Promise<never> { return unused(); }
  stats(): Promise<never> { return unused(); }

  private push(event: LiveEvent): void {
    this.events.push(event);
    this.wake?.();
  }

  private async way(): Promise<void> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.current.kind !== "open") throw failure("offline", "no connection");
    if (this.world.random.chance(this.world.faults.lostRequest)) throw failure("timeout", "lost on the way");
  }

  private async back<T>(answer: T): Promise<T> {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.current.kind !== "open") throw failure("offline", "no connection");
    if (this.world.random.chance(this.world.faults.lostAnswer)) throw failure("timeout", "lost on the way back");
    return answer;
  }
}

function parsed(payload: Readonly<Record<string, unknown>>): JsonValue {
  const reading = readJson(encodeUtf8(JSON.stringify(payload)), 32);
  if (!reading.ok) throw reading.error;
  return reading.value;
}

function unused(): Promise<never> {
  return Promise.reject(new Error("no engine calls this"));
}

/** A browser of somebody: its storage outlives its engine. */
export class Browser {
  readonly world: World;
  readonly me: Primary;
  readonly events: EngineEvent[] = [];
  readonly raw: Rows;
  private readonly rows: SealedRows;
  private readonly keys: StoreKeys;
  private running: { engine: Engine; door: FakeDoor } | null = null;
  private readonly codec: Codec;

  private constructor(world: World, me: Primary, raw: Rows, keys: StoreKeys, codec: Codec) {
    this.world = world;
    this.me = me;
    this.raw = raw;
    this.rows = new SealedRows(raw, keys);
    this.keys = keys;
    this.codec = codec;
  }

  static async open(world: World, me: Primary, raw: Rows = new MemoryRows(), codec: Codec = new PlainCodec(me)): Promise<Browser> {
    const seed = new Uint8Array(32).fill(parseInt(me.slice(8, 10), 16));
    const browser = new Browser(world, me, raw, await storeKeys(seed), codec);
    await browser.start();
    return browser;
  }

  get engine(): Engine { return (this.running as { engine: Engine }).engine; }
  get door(): FakeDoor { return (this.running as { door: FakeDoor }).door; }
  get sealed(): SealedRows { return this.rows; }

  async start(): Promise<void> {
    const door = new FakeDoor(this.world, this.me);
    const engine = await Engine.open({ rows: this.rows, keys: this.keys, codec: this.codec, door, clock: this.world.clock });
    engine.listen((event) => this.events.push(event));
    this.running = { engine, door };
    await engine.start();
  }

  async stop(): Promise<void> {
    await this.engine.stop();
    await this.door.close();
  }

  async reload(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** The conversation with somebody, begun when there is none. */
  async with(peer: Primary): Promise<string & import("../../src/engine/model.js").ConvId> {
    return (await this.engine.commands.begin(peer)).id;
  }
}

/** Lets time pass until `check` no longer throws; with the last error when it goes on for too long. */
export async function eventually(world: World, check: () => Promise<void> | void, step = 1000): Promise<void> {
  const end = Date.now() + 20_000;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (Date.now() > end) throw error;
    }
    await pause();
    world.clock.advance(step);
  }
}

/** Lets what is under way go on for a moment of real time. */
export function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 2));
}
