import { BoundedQueue } from "./queue.js";
import type { Msg, Subscription, SubscriptionOptions } from "./options.js";

/** What a subscription asks of its connection. */
export interface SubscriptionHost {
  /** Tells the server to end it, after `max` messages in all if given. */
  unsubscribed(subscription: SubscriptionImpl, max?: number): void;
  slow(subscription: SubscriptionImpl): void;
  flush(): Promise<void>;
}

export class SubscriptionImpl implements Subscription {
  readonly closed: Promise<void | Error>;
  readonly options: SubscriptionOptions;
  /** Of messages in all; the server counts too, but forgets at a reconnect. */
  max: number | null;
  private readonly subject: string;
  private readonly sid: number;
  private readonly host: SubscriptionHost;
  private readonly queue: BoundedQueue<Msg>;
  private received = 0;
  private draining = false;
  private ended = false;
  private tellClosed: (error?: Error) => void = () => {};

  constructor(sid: number, subject: string, options: SubscriptionOptions, bound: number, host: SubscriptionHost) {
    this.sid = sid;
    this.subject = subject;
    this.options = options;
    this.max = options.max ?? null;
    this.host = host;
    this.queue = new BoundedQueue(bound, () => this.unsubscribe());
    this.closed = new Promise((resolve) => (this.tellClosed = resolve));
  }

  /** Called by the connection for each message of this sid. */
  deliver(message: Msg): void {
    if (this.ended) return;
    this.received += 1;
    if (this.options.callback !== undefined) this.options.callback(null, message);
    else if (!this.queue.push(message)) this.host.slow(this);
    if (this.max !== null && this.received >= this.max) {
      this.host.unsubscribed(this);
      this.finish();
    }
  }

  /** No message follows; the reader still gets those that are held, then `error`. */
  finish(error: Error | null = null): void {
    if (this.ended) return;
    this.ended = true;
    this.queue.close(error);
    this.tellClosed(error ?? undefined);
  }

  unsubscribe(max?: number): void {
    if (this.ended) return;
    this.host.unsubscribed(this, max);
    if (max === undefined || this.received >= max) this.finish();
    else this.max = max;
  }

  async drain(): Promise<void> {
    if (this.ended) return;
    this.draining = true;
    this.host.unsubscribed(this);
    // What the server had sent before it read the UNSUB is here when the flush is answered.
    await this.host.flush().catch(() => {});
    this.finish();
  }

  isClosed = (): boolean => this.ended;
  isDraining = (): boolean => this.draining;
  getSubject = (): string => this.subject;
  getID = (): number => this.sid;
  getReceived = (): number => this.received;
  getProcessed = (): number => this.received - this.queue.length;
  getPending = (): number => this.queue.length;

  [Symbol.asyncIterator](): AsyncIterator<Msg> {
    return this.queue;
  }
}
