import { InvalidArgumentError } from "./errors";

/** Items for one reader, held up to a bound. When it is full, `push` takes nothing and says so. */
export class BoundedQueue<T> implements AsyncIterable<T>, AsyncIterator<T, undefined> {
  private readonly items: T[] = [];
  private readonly bound: number;
  private reader: { resolve(result: IteratorResult<T, undefined>): void; reject(error: unknown): void } | null = null;
  private end: { readonly error: Error | null } | null = null;
  private readonly stopped: (() => void) | undefined;

  /** @param stopped called when the reader leaves a `for await` loop */
  constructor(bound: number, stopped?: () => void) {
    this.bound = bound;
    this.stopped = stopped;
  }

  get length(): number {
    return this.items.length;
  }

  get closed(): boolean {
    return this.end !== null;
  }

  push(item: T): boolean {
    if (this.end !== null) return false;
    if (this.reader !== null) {
      const { resolve } = this.reader;
      this.reader = null;
      resolve({ done: false, value: item });
      return true;
    }
    if (this.items.length >= this.bound) return false;
    this.items.push(item);
    return true;
  }

  /** The reader gets what is held, then the end, or the error. */
  close(error: Error | null = null): void {
    if (this.end !== null) return;
    this.end = { error };
    const reader = this.reader;
    this.reader = null;
    if (reader === null) return;
    if (error === null) reader.resolve({ done: true, value: undefined });
    else reader.reject(error);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.items.length > 0) return Promise.resolve({ done: false, value: this.items.shift() as T });
    if (this.end !== null) {
      const { error } = this.end;
      // An error is told once; afterwards there is only the end.
      this.end = { error: null };
      return error === null ? Promise.resolve({ done: true, value: undefined }) : Promise.reject(error);
    }
    if (this.reader !== null) return Promise.reject(new InvalidArgumentError("a queue has one reader"));
    return new Promise((resolve, reject) => (this.reader = { resolve, reject }));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.items.length = 0;
    this.close();
    this.stopped?.();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
