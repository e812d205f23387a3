import type { LiveEvent, LiveFeed } from "./door";

/** Copies that wait for the reader; an inbox that is read is far below. */
const bound = 2_000;

/** The events of a live feed, held for one reader up to a bound. */
export class Feed implements LiveFeed, AsyncIterator<LiveEvent, undefined> {
  private readonly held: LiveEvent[] = [];
  /** Copies were dropped: after those that are held the reader must list. */
  private lost = false;
  private reader: ((result: IteratorResult<LiveEvent, undefined>) => void) | null = null;
  private closed = false;
  private readonly stopped: () => void;

  /** @param stopped called once, when the reader or the door has closed it */
  constructor(stopped: () => void) {
    this.stopped = stopped;
  }

  push(event: LiveEvent): void {
    // While the reader has not been told of a loss, what comes is part of it: the list will hold it.
    if (this.closed || this.lost) return;
    const reader = this.reader;
    if (reader !== null) {
      this.reader = null;
      reader({ done: false, value: event });
    } else if (this.held.length < bound) {
      this.held.push(event);
    } else {
      this.lost = true;
    }
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.held.length = 0;
    this.reader?.({ done: true, value: undefined });
    this.reader = null;
    this.stopped();
  }

  next(): Promise<IteratorResult<LiveEvent, undefined>> {
    const event = this.held.shift();
    if (event !== undefined) return Promise.resolve({ done: false, value: event });
    if (this.closed) return Promise.resolve({ done: true, value: undefined });
    if (this.lost) {
      this.lost = false;
      return Promise.resolve({ done: false, value: { kind: "gap" } });
    }
    return new Promise((resolve) => (this.reader = resolve));
  }

  return(): Promise<IteratorResult<LiveEvent, undefined>> {
    this.close();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
