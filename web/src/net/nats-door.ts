/** The door through the gateway's WebSocket: everything the protocol has, and live copies from the broker itself. */
import type { Bytes } from "../core/bytes";
import type { Primary } from "../core/identity/primary";
import type { Members } from "../core/json/members";
import { readJson } from "../core/json/reader";
import type { JsonValue } from "../core/json/value";
import { type Writable, writeJson } from "../core/json/writer";
import { limits } from "../core/limits";
import {
  type InboxCall, inboxPattern, inboxSubject, liveSubject, type RegistryCall, registrySubject, replyPrefix,
  senderOfSignal,
} from "../core/subjects";
import { type Dial, type Network, noNetworkHints, systemTimers, type Timers } from "../nats/index";
import type { Door, DoorState, LiveFeed, Offer } from "./door";
import { Feed } from "./feed";
import { HttpCalls } from "./http-calls";
import { Link } from "./link";
import { readLiveCopy } from "./live-copy";
import { type Account, nkeyAuthenticator } from "./login";
import type {
  AccountStatus, Appended, Config, Head, InboxSettings, InboxStats, Page, Sent, Sigchain, User,
} from "./models";
import { NatsCalls } from "./nats-calls";
import { PublicCalls } from "./public-calls";
import {
  readAppended, readDeleted, readHead, readPage, readSettings, readSigchain, readStats, readUser, readUsers,
} from "./readers";
import { States } from "./states";

export interface NatsDoorOptions {
  /** Of the HTTP API, for `config` and `register`. */
  readonly base: string;
  /** The WebSocket's URL, as `/v1/config` names it. */
  readonly url: string;
  readonly account: Account;
  readonly dial?: Dial;
  readonly fetch?: typeof fetch;
  readonly timers?: Timers;
  readonly network?: Network;
  readonly random?: () => number;
  /** Milliseconds; see `Link`. */
  readonly renewAfter?: number;
  readonly pingInterval?: number;
  readonly pongTimeout?: number;
}

/** A login lasts 24 h, a fifth more or less; renewed at 80 % of the shortest. */
const renewAfter = 24 * 3600_000 * 0.8 * 0.8;

export class NatsDoor implements Door {
  readonly kind = "nats";
  readonly offers: ReadonlySet<Offer> = new Set<Offer>(["search", "delete", "settings", "stats", "signals"]);
  private readonly me: Primary;
  private readonly states = new States();
  private readonly link: Link;
  private readonly calls: NatsCalls;
  private readonly http: HttpCalls;
  private readonly open: PublicCalls;
  private feed: Feed | null = null;

  constructor(options: NatsDoorOptions) {
    const { account, base, timers = systemTimers, network = noNetworkHints, random = Math.random } = options;
    this.me = account.identity.primary;
    this.http = new HttpCalls({ base, fetch: options.fetch ?? fetch.bind(globalThis), timers });
    this.open = new PublicCalls(this.http);
    this.link = new Link({
      connection: {
        servers: options.url,
        name: "kez-web",
        inboxPrefix: replyPrefix(this.me),
        authenticator: nkeyAuthenticator(account.identity),
        ...(options.dial === undefined ? {} : { dial: options.dial }),
        ...(options.pingInterval === undefined ? {} : { pingInterval: options.pingInterval }),
        ...(options.pongTimeout === undefined ? {} : { pongTimeout: options.pongTimeout }),
      },
      timers,
      network,
      states: this.states,
      random,
      renewAfter: options.renewAfter ?? renewAfter,
      ready: () => this.feed?.push({ kind: "ready" }),
    });
    this.calls = new NatsCalls(this.link, this.me, timers, random);
  }

  get state(): DoorState {
    return this.states.current;
  }

  onState(listener: (state: DoorState) => void): () => void {
    return this.states.listen(listener);
  }

  retryNow(): void {
    this.link.retryNow();
  }

  async close(): Promise<void> {
    this.states.become({ kind: "closed" });
    this.feed?.close();
    this.http.close();
    await this.link.close();
  }

  config = (): Promise<Config> => this.open.config();
  register = (envelope: Bytes): Promise<User> => this.open.register(envelope);

  lookup = (handle: string): Promise<User> => this.registry("lookup", { handle }, readUser);
  byPrimary = (primary: Primary): Promise<User> => this.registry("by_primary", { primary }, readUser);
  search = (prefix: string, limit = 20): Promise<readonly User[]> => this.registry("search", { prefix, limit }, readUsers);
  release = (envelope: Bytes): Promise<User> => this.registry("release", envelope, readUser);
  appendLink = (link: Bytes): Promise<Appended> => this.registry("sigchain_append", link, readAppended);

  /** An answer holds as many links as fit into 900 KiB; so there may be more than one. */
  async sigchain(primary: Primary, from = 1): Promise<Sigchain> {
    const links: Bytes[] = [];
    for (;;) {
      const part = await this.registry("sigchain_get", { primary, from: from + links.length }, readSigchain);
      links.push(...part.links);
      // Empty although there is more: the chain grew, or the server does not know itself; the caller verifies it anyway.
      if (part.links.length === 0 || from + links.length > part.length) return { ...part, links };
    }
  }

  account = (): Promise<AccountStatus> => this.calls.status();
  list = (since: number, limit = 100): Promise<Page> => this.inbox("list", { since, limit }, readPage);
  head = (): Promise<Head> => this.inbox("head", {}, readHead);
  deleteMessages = (which: { readonly up_to: number } | { readonly seqs: readonly number[] }): Promise<number> =>
    this.inbox("delete", { ...which }, readDeleted);
  settings = (change: Partial<InboxSettings> = {}): Promise<InboxSettings> =>
    this.inbox("settings", { ...change }, readSettings);
  stats = (): Promise<InboxStats> => this.inbox("stats", {}, readStats);
  send = (to: Primary, envelope: Bytes): Promise<Sent> => this.calls.send(to, envelope);

  live(_cursor: () => number): LiveFeed {
    if (this.feed !== null) throw new TypeError("one live feed at a time");
    const end = this.link.subscribe(inboxPattern(this.me), (message) => {
      const event = readLiveCopy(message, this.me);
      if (event !== null) feed.push(event);
    });
    const feed = new Feed(() => {
      end();
      this.feed = null;
    });
    this.feed = feed;
    if (this.states.current.kind === "closed") feed.close();
    // With a connection that is there already, the subscription is in force once this is answered.
    if (this.link.isOpen) this.link.flush().then(() => feed.push({ kind: "ready" }), () => {});
    return feed;
  }

  signal(to: Primary, payload: { readonly [name: string]: Writable }): Promise<void> {
    try {
      this.link.publish(liveSubject(to, this.me), writeJson(payload));
    } catch {
      // Nobody hears it, and nobody misses it.
    }
    return Promise.resolve();
  }

  signals(from: Primary, listener: (payload: JsonValue) => void): () => void {
    return this.link.subscribe(liveSubject(this.me, from), ({ subject, data }) => {
      if (data.length > limits.linkBytes || senderOfSignal(subject, this.me) !== from) return;
      const reading = readJson(data, limits.bodyDepth);
      if (reading.ok && reading.value.get("kez")?.string != null) listener(reading.value);
    });
  }

  private registry<Result>(
    call: RegistryCall, body: Writable | Bytes, read: (answer: Members) => Result,
  ): Promise<Result> {
    return this.calls.call(registrySubject(this.me, call), body, read);
  }

  private inbox<Result>(
    call: InboxCall, body: Writable, read: (answer: Members) => Result,
  ): Promise<Result> {
    return this.calls.call(inboxSubject(this.me, call), body, read);
  }
}
