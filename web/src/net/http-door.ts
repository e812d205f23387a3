/** The door where WebSockets are blocked: fetch alone, and a streaming answer in place of the broker's live copies. */
import type { Bytes } from "../core/bytes";
import type { KezError } from "../core/errors";
import type { Primary } from "../core/identity/primary";
import type { Network, Timers } from "../nats/index";
import { noNetworkHints, systemTimers } from "../nats/index";
import { AccountCalls } from "./account-calls";
import type { Door, DoorState, LiveFeed, Offer } from "./door";
import { failure } from "./failures";
import { Feed } from "./feed";
import { HttpCalls } from "./http-calls";
import { HttpFeed } from "./http-feed";
import type { Account } from "./login";
import type { AccountStatus, Appended, Config, Head, Page, Sent, Sigchain, User } from "./models";
import { PublicCalls } from "./public-calls";
import { ServerClock } from "./server-clock";
import { States } from "./states";

export interface HttpDoorOptions {
  readonly base: string;
  readonly account: Account;
  readonly fetch?: typeof fetch;
  readonly timers?: Timers;
  readonly network?: Network;
  readonly random?: () => number;
  /** Milliseconds of a stream's silence before it is begun again. */
  readonly silence?: number;
}

export class HttpDoor implements Door {
  readonly kind = "http";
  readonly offers: ReadonlySet<Offer> = new Set();
  private readonly account_: Account;
  private readonly timers: Timers;
  private readonly network: Network;
  private readonly random: () => number;
  private readonly silence: number;
  private readonly http: HttpCalls;
  private readonly open: PublicCalls;
  private readonly mine: AccountCalls;
  private readonly states = new States();
  private running: { readonly feed: Feed; readonly stream: HttpFeed } | null = null;

  constructor(options: HttpDoorOptions) {
    this.account_ = options.account;
    this.timers = options.timers ?? systemTimers;
    this.network = options.network ?? noNetworkHints;
    this.random = options.random ?? Math.random;
    this.silence = options.silence ?? 40_000;
    // Bound: a browser's fetch wants to be called on its window.
    const fetcher = options.fetch ?? fetch.bind(globalThis);
    this.http = new HttpCalls({ base: options.base, fetch: fetcher, timers: this.timers });
    this.open = new PublicCalls(this.http);
    this.mine = new AccountCalls(this.http, options.account, new ServerClock(() => this.timers.now()));
  }

  get state(): DoorState {
    return this.states.current;
  }

  onState(listener: (state: DoorState) => void): () => void {
    return this.states.listen(listener);
  }

  retryNow(): void {
    if (this.states.current.kind !== "open") this.running?.stream.hurry();
  }

  close(): Promise<void> {
    this.states.become({ kind: "closed" });
    this.running?.feed.close();
    this.http.close();
    return Promise.resolve();
  }

  config = (): Promise<Config> => this.heard(this.open.config());
  lookup = (handle: string): Promise<User> => this.heard(this.open.lookup(handle));
  byPrimary = (primary: Primary): Promise<User> => this.heard(this.open.byPrimary(primary));
  sigchain = (primary: Primary, from?: number): Promise<Sigchain> => this.heard(this.open.sigchain(primary, from));
  register = (envelope: Bytes): Promise<User> => this.heard(this.open.register(envelope));
  release = (envelope: Bytes): Promise<User> => this.heard(this.open.release(envelope));
  account = (): Promise<AccountStatus> => this.heard(this.mine.status());
  list = (since: number, limit = 100): Promise<Page> => this.heard(this.mine.list(since, limit));
  send = (to: Primary, envelope: Bytes): Promise<Sent> => this.heard(this.mine.send(to, envelope));

  appendLink(link: Bytes): Promise<Appended> {
    return this.heard(this.open.appendLink(this.account_.identity.primary, link));
  }

  async head(since: number): Promise<Head> {
    const { messages, next, epoch } = await this.list(since, 1);
    return { last_seq: messages[0]?.seq ?? next, epoch };
  }

  search = (): Promise<never> => notOffered();
  deleteMessages = (): Promise<never> => notOffered();
  settings = (): Promise<never> => notOffered();
  stats = (): Promise<never> => notOffered();
  /** Nobody hears it, as with a connection that is lost. */
  signal = (): Promise<void> => Promise.resolve();
  signals = (): (() => void) => () => {};

  live(cursor: () => number): LiveFeed {
    if (this.running !== null) throw new TypeError("one live feed at a time");
    const feed = new Feed(() => {
      stream.end();
      this.running = null;
    });
    const { mine: calls, states, timers, network, random, silence } = this;
    const stream = new HttpFeed(feed, { calls, states, timers, network, random, silence, cursor });
    this.running = { feed, stream };
    if (states.current.kind === "closed") feed.close();
    return feed;
  }

  /** What an answer, or its lack, says of the connection; while a stream is open, that knows better. */
  private async heard<Result>(answer: Promise<Result>): Promise<Result> {
    try {
      const result = await answer;
      if (this.running === null) this.states.become({ kind: "open" });
      return result;
    } catch (error) {
      const cause = error as KezError;
      const cut = cause.code === "offline" || cause.code === "timeout";
      if (this.running === null && cut) this.states.become({ kind: "waiting", retryAt: null, cause });
      throw error;
    }
  }
}

function notOffered(): Promise<never> {
  return Promise.reject(failure("not_offered", "This needs a WebSocket to the server, and there is none."));
}
