/**
 * A connection that outlives its sockets: it keeps the table of subscriptions, sends it again to the next server, and tells
 * in `status()` what it is doing meanwhile. Shaped like the official client's, which could take its place, but for two
 * things: nothing published is kept while there is no connection (the caller keeps what must not be lost), and requests
 * whose connection was lost fail at once.
 */
import {
  ClosedConnectionError, ConnectionError, DrainingConnectionError, MaxPayloadError, PermissionViolationError,
} from "./errors";
import { Lifeline } from "./lifeline";
import { MsgImpl } from "./message";
import { Mux } from "./mux";
import type {
  ConnectionOptions, Msg, NatsConnection, Payload, PublishOptions, RequestOptions, ServerInfo, Stats, Status,
  Subscription, SubscriptionOptions,
} from "./options";
import type { Operation } from "./parser";
import { BoundedQueue } from "./queue";
import type { Session } from "./session";
import { checkedLiteral, checkedSubject } from "./subjects";
import { SubscriptionImpl } from "./subscription";
import { systemTimers } from "./timers";

const encoder = new TextEncoder();
const empty = new Uint8Array(0);

/** Connects once; what fails afterwards is tried again as the options say. */
export async function connect(options: ConnectionOptions): Promise<NatsConnection> {
  const connection = new Connection(options);
  await connection.open();
  return connection;
}

class Connection implements NatsConnection {
  private readonly options: ConnectionOptions;
  private readonly timers;
  private readonly lifeline: Lifeline;
  private readonly mux: Mux;
  private readonly subscriptions = new Map<number, SubscriptionImpl>();
  private readonly watchers = new Set<BoundedQueue<Status>>();
  private readonly counts = { inBytes: 0, outBytes: 0, inMsgs: 0, outMsgs: 0 };
  private nextSid = 1;
  private draining = false;
  private over = false;
  private readonly ending: Promise<void | Error>;
  private tellEnd: (error?: Error) => void = () => {};

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.timers = options.timers ?? systemTimers;
    this.mux = new Mux(options.inboxPrefix ?? "_INBOX", this.timers);
    this.ending = new Promise((resolve) => (this.tellEnd = resolve));
    this.lifeline = new Lifeline(options, {
      up: (session, again) => this.up(session, again),
      down: (error) => {
        this.mux.failAll(new ConnectionError("the connection ended before the answer", null, error));
        this.tell({ type: "disconnect", error });
      },
      message: (operation) => this.received(operation),
      info: (info) => {
        if (info.ldm) this.tell({ type: "ldm" });
      },
      error: (error) => this.complained(error),
      tell: (status) => this.tell(status),
      over: (error) => this.ended(error),
    });
    this.subscribe(this.mux.subject, { callback: (_, message) => message && this.mux.answered(message) });
  }

  open = (): Promise<void> => this.lifeline.open();
  closed = (): Promise<void | Error> => this.ending;
  isClosed = (): boolean => this.over;
  isDraining = (): boolean => this.draining;
  getServer = (): string => this.options.servers;
  stats = (): Stats => ({ ...this.counts });

  get info(): ServerInfo | undefined {
    return this.lifeline.current?.info;
  }

  get bufferedAmount(): number {
    return this.lifeline.current?.buffered ?? 0;
  }

  close(): Promise<void> {
    this.lifeline.close(null);
    return Promise.resolve();
  }

  async drain(): Promise<void> {
    if (this.over) throw new ClosedConnectionError();
    if (this.draining) throw new DrainingConnectionError();
    this.draining = true;
    const mine = [...this.subscriptions.values()].filter((each) => each.getSubject() !== this.mux.subject);
    await Promise.all(mine.map((each) => each.drain()));
    await this.mux.empty();
    await this.close();
  }

  publish(subject: string, payload: Payload = empty, { reply, headers }: PublishOptions = {}): void {
    checkedLiteral(subject);
    if (reply !== undefined) checkedLiteral(reply);
    const session = this.session();
    const body = typeof payload === "string" ? encoder.encode(payload) : payload;
    const block = headers?.encode() ?? empty;
    const size = body.length + block.length;
    const maximum = session.info?.max_payload ?? 0;
    if (size > maximum) throw new MaxPayloadError(size, maximum);
    const target = reply === undefined ? subject : `${subject} ${reply}`;
    const line = headers === undefined ? `PUB ${target} ${size}\r\n` : `HPUB ${target} ${block.length} ${size}\r\n`;
    session.write(line, block, body, "\r\n");
    this.counts.outMsgs += 1;
    this.counts.outBytes += size;
  }

  subscribe(subject: string, options: SubscriptionOptions = {}): Subscription {
    checkedSubject(subject);
    if (options.queue !== undefined) checkedLiteral(options.queue);
    if (this.over) throw new ClosedConnectionError();
    if (this.draining) throw new DrainingConnectionError();
    const sid = this.nextSid++;
    const subscription = new SubscriptionImpl(sid, subject, options, this.options.maxPendingMessages ?? 8192, {
      stop: (each, after) => {
        const limit = after === undefined ? "" : ` ${after}`;
        this.lifeline.current?.write(`UNSUB ${each.getID()}${limit}\r\n`);
      },
      forget: (each) => this.subscriptions.delete(each.getID()),
      slow: (sub) => this.tell({ type: "slowConsumer", sub, pending: sub.getPending() }),
      flush: () => this.flush(),
    });
    this.subscriptions.set(sid, subscription);
    this.lifeline.current?.write(subscription.lines());
    return subscription;
  }

  request(subject: string, payload: Payload = empty, { timeout = 5000, headers }: RequestOptions = {}): Promise<Msg> {
    if (this.draining) return Promise.reject(new DrainingConnectionError());
    return this.mux.request(subject, timeout, (reply) =>
      this.publish(subject, payload, headers === undefined ? { reply } : { reply, headers }),
    );
  }

  async flush(): Promise<void> {
    await this.session().flush();
  }

  async rtt(): Promise<number> {
    const began = this.timers.now();
    await this.flush();
    return this.timers.now() - began;
  }

  reconnect(): Promise<void> {
    if (this.over) return Promise.reject(new ClosedConnectionError());
    this.lifeline.hurry();
    return Promise.resolve();
  }

  probe(): void {
    this.lifeline.probe();
  }

  status(): BoundedQueue<Status> {
    const queue: BoundedQueue<Status> = new BoundedQueue(256, () => this.watchers.delete(queue));
    if (this.over) queue.close();
    else this.watchers.add(queue);
    return queue;
  }

  private session(): Session {
    if (this.over) throw new ClosedConnectionError();
    const session = this.lifeline.current;
    if (session === null) throw new ConnectionError("not connected");
    return session;
  }

  private up(session: Session, again: boolean): void {
    for (const subscription of this.subscriptions.values()) session.write(subscription.lines());
    if (again) this.tell({ type: "reconnect" });
  }

  private received(operation: Operation & { op: "MSG" }): void {
    this.counts.inMsgs += 1;
    this.counts.inBytes += operation.payload.length;
    try {
      this.subscriptions.get(operation.sid)?.deliver(new MsgImpl(operation, this));
    } catch (error) {
      // A mistake of the callback's: told as one, and no reason to end the connection.
      queueMicrotask(() => {
        throw error;
      });
    }
  }

  private complained(error: Error): void {
    this.tell({ type: "error", error });
    if (!(error instanceof PermissionViolationError)) return;
    if (error.operation === "publish") {
      this.mux.refused(error.subject, error);
      return;
    }
    // Not asked for again at the next server, which would refuse it as well.
    for (const subscription of this.subscriptions.values()) {
      const sameQueue = (subscription.options.queue ?? null) === error.queue;
      if (subscription.getSubject() === error.subject && sameQueue) subscription.finish(error);
    }
  }

  private tell(status: Status): void {
    // A watcher that does not read loses what is new; the first of a row of troubles is what explains them.
    for (const watcher of this.watchers) watcher.push(status);
    this.options.onStatus?.(status);
  }

  private ended(error: Error | null): void {
    this.over = true;
    this.mux.failAll(new ClosedConnectionError(error ?? undefined));
    for (const subscription of this.subscriptions.values()) subscription.finish(error);
    this.tell({ type: "close", error });
    for (const watcher of this.watchers) watcher.close();
    this.watchers.clear();
    this.tellEnd(error ?? undefined);
  }
}
