/**
 * The connection to the broker as the door sees it: one that is renewed before its login ends. The next one is made and
 * hears everything first; then the old one finishes what it has begun, and goes.
 */
import {
  ClosedConnectionError, connect, ConnectionError, type ConnectionOptions, type Msg, type NatsConnection, type Network, noNetworkHints, Pause,
  type Payload, type PublishOptions, type RequestOptions, type Status, type Subscription, type Timers,
} from "../nats/index";
import { isRefusal, ofNats } from "./nats-failures";
import type { States } from "./states";

export interface LinkOptions {
  /** Of each connection; what the link itself decides is not among them. */
  readonly connection: Omit<ConnectionOptions, "waitOnFirstConnect" | "signal" | "onStatus" | "network" | "timers">;
  readonly timers: Timers;
  readonly network?: Network;
  readonly states: States;
  readonly random: () => number;
  /** Milliseconds from a login to the next, at the most; a twentieth less at the least. */
  readonly renewAfter: number;
  /** Every subscription is in force, for the first time or after a loss. */
  readonly ready: () => void;
}

/** Milliseconds after which a renewal that failed is tried again: the old connection is still there. */
const renewalRetry = 5 * 60_000;
/** Milliseconds over which the clients of a server that is about to stop leave it. */
const leaving = 5_000;

/** A subscription that every connection gets; on two of them while there are two. */
interface Wanted {
  readonly subject: string;
  readonly deliver: (message: Msg) => void;
  readonly made: Map<NatsConnection, Subscription>;
}

export class Link {
  private readonly options: LinkOptions;
  private readonly closing = new AbortController();
  private readonly wanted = new Set<Wanted>();
  private readonly hints = new Set<(online: boolean) => void>();
  private connection: NatsConnection | null = null;
  private waiting: (() => void)[] = [];
  private renewing = false;
  private cancelRenewal: () => void = () => {};

  constructor(options: LinkOptions) {
    this.options = options;
    this.begin().catch(() => {}); // It waits for ever, so it fails by `close` alone.
  }

  get isOpen(): boolean {
    return this.options.states.current.kind === "open";
  }

  /** Resolves when there is a connection, at the latest after `milliseconds`. */
  async opened(milliseconds: number): Promise<void> {
    if (this.isOpen || this.closing.signal.aborted) return;
    const wait = new Pause(milliseconds, this.options.timers);
    this.waiting.push(() => wait.skip());
    await wait.over;
  }

  /** Fails as `NatsConnection.request` does. */
  async request(subject: string, payload: Payload, options?: RequestOptions): Promise<Msg> {
    return this.current().request(subject, payload, options);
  }

  publish(subject: string, payload: Payload, options?: PublishOptions): void {
    this.current().publish(subject, payload, options);
  }

  /** @returns what ends it */
  subscribe(subject: string, deliver: (message: Msg) => void): () => void {
    const wanted: Wanted = { subject, deliver, made: new Map() };
    this.wanted.add(wanted);
    if (this.connection !== null) this.install(wanted, this.connection);
    return () => {
      this.wanted.delete(wanted);
      for (const subscription of wanted.made.values()) subscription.unsubscribe();
    };
  }

  /** Resolves when the broker has read everything before it. */
  async flush(): Promise<void> {
    await this.current().flush();
  }

  retryNow(): void {
    for (const hint of this.hints) hint(true);
  }

  async close(): Promise<void> {
    this.cancelRenewal();
    this.closing.abort();
    for (const tell of this.waiting.splice(0)) tell();
    await this.connection?.close();
  }

  /** Makes the next connection now and lets the old one go. */
  async renew(): Promise<void> {
    const old = this.connection;
    if (this.renewing || old === null || this.closing.signal.aborted) return;
    this.renewing = true;
    let next: NatsConnection | null = null;
    try {
      next = await this.dial(false);
      for (const wanted of this.wanted) this.install(wanted, next);
      await next.flush();
      this.connection = next;
    } catch {
      await next?.close();
      this.planRenewal(renewalRetry);
      return;
    } finally {
      this.renewing = false;
    }
    // With the old one lost meanwhile, copies were missed as after any loss.
    if (this.isOpen) this.planRenewal();
    else await this.established(next);
    for (const { made } of this.wanted) {
      void made.get(old)?.drain();
      made.delete(old);
    }
    await old.drain().catch(() => {});
  }

  private current(): NatsConnection {
    if (this.closing.signal.aborted) throw new ClosedConnectionError();
    if (this.connection === null) throw new ConnectionError("not connected");
    return this.connection;
  }

  private async begin(): Promise<void> {
    const connection = await this.dial(true);
    this.connection = connection;
    for (const wanted of this.wanted) this.install(wanted, connection);
    await this.established(connection);
  }

  private async dial(first: boolean): Promise<NatsConnection> {
    const { connection: options, timers, network = noNetworkHints } = this.options;
    let made: NatsConnection | null = null;
    const hinted: Network = {
      onChange: (changed) => {
        const forget = network.onChange(changed);
        this.hints.add(changed);
        return () => {
          forget();
          this.hints.delete(changed);
        };
      },
    };
    made = await connect({
      ignoreAuthErrorAbort: true,
      ...options,
      timers,
      network: hinted,
      signal: this.closing.signal,
      waitOnFirstConnect: first,
      // Of the connection that counts: the first from the start, a later one once it has taken over.
      onStatus: (status) => {
        if (made === this.connection) this.heard(status);
      },
    });
    return made;
  }

  private install(wanted: Wanted, connection: NatsConnection): void {
    const callback = (_: Error | null, message: Msg | null) => message && wanted.deliver(message);
    wanted.made.set(connection, connection.subscribe(wanted.subject, { callback }));
  }

  private heard(status: Status): void {
    const { states, timers, random } = this.options;
    switch (status.type) {
      case "reconnecting": {
        this.cancelRenewal();
        const kind = isRefusal(status.error) ? "refused" : "waiting";
        states.become({ kind, retryAt: timers.now() + status.delay, cause: ofNats(status.error) });
        return;
      }
      case "reconnect":
        if (this.connection !== null) void this.established(this.connection);
        return;
      case "ldm":
        this.planRenewal(leaving * random());
        return;
    }
  }

  private async established(connection: NatsConnection): Promise<void> {
    try {
      await connection.flush();
    } catch {
      return; // Lost again, and told of.
    }
    if (connection !== this.connection) return;
    this.options.states.become({ kind: "open" });
    this.planRenewal();
    for (const tell of this.waiting.splice(0)) tell();
    this.options.ready();
  }

  private planRenewal(after = this.options.renewAfter * (1 - this.options.random() / 20)): void {
    this.cancelRenewal();
    if (this.closing.signal.aborted) return;
    this.cancelRenewal = this.options.timers.after(after, () => void this.renew());
  }
}
