/**
 * Requests of one connection: their answers come on one wildcard subscription, told apart by a token of 128 random bits
 * each. The prefix is random too, so that other connections of the same key do not hear them.
 */
import { NatsError, NoRespondersError, TimeoutError } from "./errors";
import type { Msg } from "./options";
import { randomToken } from "./subjects";
import type { Timers } from "./timers";

interface Waiting {
  readonly subject: string;
  resolve(message: Msg): void;
  reject(error: Error): void;
  readonly cancel: () => void;
}

export class Mux {
  private readonly prefix: string;
  private readonly timers: Timers;
  private readonly waiting = new Map<string, Waiting>();
  private emptied: (() => void)[] = [];

  constructor(inboxPrefix: string, timers: Timers) {
    this.prefix = `${inboxPrefix}.${randomToken()}`;
    this.timers = timers;
  }

  /** The subject of the one subscription. */
  get subject(): string {
    return `${this.prefix}.*`;
  }

  get size(): number {
    return this.waiting.size;
  }

  /** @param send publishes the request with the reply subject that it is given; what it throws is the answer */
  request(subject: string, timeout: number, send: (reply: string) => void): Promise<Msg> {
    const token = randomToken();
    return new Promise<Msg>((resolve, reject) => {
      const cancel = this.timers.after(timeout, () => {
        this.take(token)?.reject(new TimeoutError(`no answer from "${subject}" in ${timeout} ms`));
      });
      this.waiting.set(token, { subject, resolve, reject, cancel });
      try {
        send(`${this.prefix}.${token}`);
      } catch (error) {
        this.take(token)?.reject(error instanceof Error ? error : new NatsError(String(error)));
      }
    });
  }

  /** A message of the subscription; one that answers nothing is passed over. */
  answered(message: Msg): void {
    const waiting = this.take(message.subject.slice(this.prefix.length + 1));
    if (waiting === undefined) return;
    if (message.headers?.code === 503 && message.data.length === 0) {
      waiting.reject(new NoRespondersError(waiting.subject));
    } else {
      waiting.resolve(message);
    }
  }

  /** The server does not permit the subject: the oldest request on it, if there is one, has failed. */
  refused(subject: string, error: Error): void {
    for (const [token, waiting] of this.waiting) {
      if (waiting.subject !== subject) continue;
      this.take(token)?.reject(error);
      return;
    }
  }

  /** The answers of everything that waits are lost. */
  failAll(error: Error): void {
    for (const token of [...this.waiting.keys()]) this.take(token)?.reject(error);
  }

  /** Resolves when nothing waits; every request has its own deadline. */
  empty(): Promise<void> {
    if (this.waiting.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.emptied.push(resolve));
  }

  private take(token: string): Waiting | undefined {
    const waiting = this.waiting.get(token);
    if (waiting === undefined) return undefined;
    this.waiting.delete(token);
    waiting.cancel();
    if (this.waiting.size === 0) {
      for (const tell of this.emptied.splice(0)) tell();
    }
    return waiting;
  }
}
