/**
 * The door that the engine gets: NATS where a WebSocket comes through, HTTP where none does. The broker is tried on
 * meanwhile, and as soon as it answers everything goes through it again. A send that is tried through both is stored once:
 * both name it by the same `Nats-Msg-Id`.
 */
import type { Bytes } from "../core/bytes";
import type { Primary } from "../core/identity/primary";
import type { JsonValue } from "../core/json/value";
import type { Writable } from "../core/json/writer";
import { Pause, type Timers } from "../nats/index";
import type { Door, DoorState, LiveFeed, Offer } from "./door";
import { Feed } from "./feed";
import type {
  AccountStatus, Appended, Config, Head, InboxSettings, InboxStats, Page, Sent, Sigchain, User,
} from "./models";
import { States } from "./states";

export interface SwitchingDoorOptions {
  readonly nats: Door;
  readonly http: Door;
  readonly timers: Timers;
  /** Milliseconds without a connection to the broker after which HTTP is asked whether the server is there at all. */
  readonly patience?: number;
}

/** Milliseconds that a message waits for a connection of either kind. */
const sendPatience = 10_000;

export class SwitchingDoor implements Door {
  private readonly nats: Door;
  private readonly http: Door;
  private readonly timers: Timers;
  private readonly patience: number;
  private readonly states = new States();
  /** HTTP has answered since the broker's connection was lost. */
  private fallback = false;
  private asking = false;
  /** By which way the state was that listeners heard last. */
  private toldKind: "nats" | "http" = "nats";
  private cancelPatience: (() => void) | null = null;
  private running: { readonly feed: Feed; readonly cursor: () => number; over: LiveFeed | null } | null = null;

  constructor(options: SwitchingDoorOptions) {
    this.nats = options.nats;
    this.http = options.http;
    this.timers = options.timers;
    this.patience = options.patience ?? 5_000;
    this.nats.onState((state) => this.natsIs(state));
    this.http.onState(() => this.tell());
    this.natsIs(this.nats.state);
  }

  get kind(): "nats" | "http" {
    return this.current.kind;
  }

  get offers(): ReadonlySet<Offer> {
    return this.current.offers;
  }

  get state(): DoorState {
    return this.states.current;
  }

  onState(listener: (state: DoorState) => void): () => void {
    return this.states.listen(listener);
  }

  retryNow(): void {
    this.nats.retryNow();
    if (this.fallback) this.http.retryNow();
  }

  async close(): Promise<void> {
    this.states.become({ kind: "closed" });
    this.cancelPatience?.();
    this.running?.feed.close();
    await Promise.all([this.nats.close(), this.http.close()]);
  }

  config = (): Promise<Config> => this.http.config();
  register = (envelope: Bytes): Promise<User> => this.http.register(envelope);
  lookup = (handle: string): Promise<User> => this.current.lookup(handle);
  byPrimary = (primary: Primary): Promise<User> => this.current.byPrimary(primary);
  search = (prefix: string, limit?: number): Promise<readonly User[]> => this.current.search(prefix, limit);
  sigchain = (primary: Primary, from?: number): Promise<Sigchain> => this.current.sigchain(primary, from);
  appendLink = (link: Bytes): Promise<Appended> => this.current.appendLink(link);
  release = (envelope: Bytes): Promise<User> => this.current.release(envelope);
  account = (): Promise<AccountStatus> => this.current.account();
  list = (since: number, limit?: number): Promise<Page> => this.current.list(since, limit);
  head = (since: number): Promise<Head> => this.current.head(since);
  deleteMessages = (which: Parameters<Door["deleteMessages"]>[0]): Promise<number> => this.current.deleteMessages(which);
  settings = (change?: Partial<InboxSettings>): Promise<InboxSettings> => this.current.settings(change);
  stats = (): Promise<InboxStats> => this.current.stats();

  /** Waits for a way first: what went to the broker's door would wait there even when HTTP is found to be open. */
  async send(to: Primary, envelope: Bytes): Promise<Sent> {
    await this.opened(sendPatience);
    return this.current.send(to, envelope);
  }

  signal(to: Primary, payload: { readonly [name: string]: Writable }): Promise<void> {
    return this.current.signal(to, payload);
  }

  /** Heard whenever the broker is there. */
  signals(from: Primary, listener: (payload: JsonValue) => void): () => void {
    return this.nats.signals(from, listener);
  }

  live(cursor: () => number): LiveFeed {
    if (this.running !== null) throw new TypeError("one live feed at a time");
    const broker = this.nats.live(cursor);
    const running = { feed: new Feed(() => this.stopped(broker)), cursor, over: null };
    this.running = running;
    void pour(broker, running.feed);
    if (this.fallback) this.beginStream();
    if (this.state.kind === "closed") running.feed.close();
    return running.feed;
  }

  private get current(): Door {
    return this.fallback && this.nats.state.kind !== "open" ? this.http : this.nats;
  }

  private async opened(milliseconds: number): Promise<void> {
    if (this.state.kind === "open" || this.state.kind === "closed") return;
    const wait = new Pause(milliseconds, this.timers);
    const forget = this.onState(({ kind }) => {
      if (kind === "open" || kind === "closed") wait.skip();
    });
    await wait.over;
    forget();
  }

  private natsIs(state: DoorState): void {
    if (state.kind === "open") {
      // Copies by the broker are in force, and it has said `ready`: the stream may go.
      this.cancelPatience?.();
      this.cancelPatience = null;
      this.fallback = false;
      this.running?.over?.close();
      if (this.running !== null) this.running.over = null;
    } else if (state.kind !== "closed" && !this.fallback) {
      this.cancelPatience ??= this.timers.after(this.patience, () => void this.ask());
    }
    this.tell();
  }

  /** One request tells a server that is away from one that is there without WebSockets. */
  private async ask(): Promise<void> {
    if (this.asking) return;
    this.asking = true;
    const answered = await this.http.config().then(() => true, () => false);
    this.asking = false;
    this.cancelPatience = null;
    if (!answered || this.nats.state.kind === "open" || this.state.kind === "closed") return;
    this.fallback = true;
    this.beginStream();
    this.tell();
  }

  private beginStream(): void {
    const { running } = this;
    if (running === null || running.over !== null) return;
    running.over = this.http.live(running.cursor);
    void pour(running.over, running.feed);
  }

  private stopped(broker: LiveFeed): void {
    broker.close();
    this.running?.over?.close();
    this.running = null;
  }

  private tell(): void {
    const { kind, state } = this.current;
    const isOtherWay = kind !== this.toldKind && state.kind === "open" && this.states.current.kind === "open";
    this.toldKind = kind;
    if (isOtherWay) this.states.repeat();
    else this.states.become(state);
  }
}

async function pour(from: LiveFeed, into: Feed): Promise<void> {
  for await (const event of from) into.push(event);
}
