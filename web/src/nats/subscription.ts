import { BoundedQueue } from "./queue";
import type { Msg, Subscription, SubscriptionOptions } from "./options";

/** What a subscription asks of its connection. */
export interface SubscriptionHost {
  /** Tells the server to send no more, or only until it has sent `after` since its SUB. */
  stop(subscription: SubscriptionImpl, after?: number): void;
  /** What still comes for it is nobody's. */
  forget(subscription: SubscriptionImpl): void;
  slow(subscription: SubscriptionImpl): void;
  flush(): Promise<void>;
}

export class SubscriptionImpl implements Subscription {
  readonly closed: Promise<void | Error>;
  readonly options: SubscriptionOptions;
  private readonly subject: string;
  private readonly sid: number;
  private readonly host: SubscriptionHost;
  private readonly queue: BoundedQueue<Msg>;
  /** Of messages in all, over every session. */
  private max: number | null;
  private received = 0;
  /** Received by earlier sessions: a server counts from the SUB on that it got itself. */
  private before = 0;
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

  /** What tells a server of it. */
  lines(): string {
    this.before = this.received;
    const queue = this.options.queue === undefined ? "" : ` ${this.options.queue}`;
    const limit = this.max === null ? "" : `UNSUB ${this.sid} ${this.max - this.before}\r\n`;
    return `SUB ${this.subject}${queue} ${this.sid}\r\n${limit}`;
  }

  /** Called by the connection for each message of this sid. */
  deliver(message: Msg): void {
    if (this.ended) return;
    this.received += 1;
    if (this.options.callback !== undefined) this.options.callback(null, message);
    else if (!this.queue.push(message)) this.host.slow(this);
    if (this.max !== null && this.received >= this.max) this.finish();
  }

  /** No message follows; the reader still gets those that are held, then `error`. */
  finish(error: Error | null = null): void {
    if (this.ended) return;
    this.ended = true;
    this.host.forget(this);
    this.queue.close(error);
    this.tellClosed(error ?? undefined);
    if (error !== null) this.options.callback?.(error, null);
  }

  unsubscribe(max?: number): void {
    if (this.ended) return;
    if (max !== undefined && this.received < max) {
      this.max = max;
      this.host.stop(this, max - this.before);
      return;
    }
    this.host.stop(this);
    this.finish();
  }

  async drain(): Promise<void> {
    if (this.ended) return;
    this.draining = true;
    // What the server sent before it read the UNSUB is here when the flush is answered, if it is.
    this.host.stop(this);
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
