/**
 * `Rows` in memory: for tests, and for a browser that offers no storage (a private window), where a visit then leaves
 * nothing behind. It copies what goes in and out, as IndexedDB does.
 */
import { StorageError, type Change, type Range, type Row, type Rows, type StoreName, STORE_NAMES } from "./rows.js";

export class MemoryRows implements Rows {
  private stores = emptyStores();
  private closed = false;

  get(store: StoreName, id: string): Promise<Uint8Array | undefined> {
    return this.run(() => this.stores[store].get(id)?.slice());
  }

  scan(store: StoreName, range: Range = {}): Promise<Row[]> {
    return this.run(() => {
      const ids = this.ids(store, range);
      if (range.reverse === true) ids.reverse();
      return ids.slice(0, range.limit ?? ids.length).flatMap((id) => {
        const value = this.stores[store].get(id);
        return value === undefined ? [] : [{ id, value: value.slice() }];
      });
    });
  }

  count(store: StoreName, range: Pick<Range, "from" | "to"> = {}): Promise<number> {
    return this.run(() => this.ids(store, range).length);
  }

  write(changes: readonly Change[]): Promise<void> {
    return this.run(() => {
      for (const change of changes) {
        const store = this.stores[change.store];
        switch (change.kind) {
          case "put": store.put(change.id, change.value.slice()); break;
          case "delete": store.remove(change.id); break;
          case "delete-range": for (const id of store.between(change.from, change.to)) store.remove(id);
        }
      }
    });
  }

  clear(): Promise<void> {
    return this.run(() => { this.stores = emptyStores(); });
  }

  close(): void {
    this.closed = true;
  }

  private ids(store: StoreName, range: Pick<Range, "from" | "to">): string[] {
    return this.stores[store].between(range.from, range.to);
  }

  private run<T>(work: () => T): Promise<T> {
    if (this.closed) return Promise.reject(new StorageError("closed", "the storage was closed"));
    return Promise.resolve().then(work);
  }
}

/** Rows by id, with the ids in order; sorting waits until an order is asked for. */
class Ordered {
  private readonly rows = new Map<string, Uint8Array>();
  private sorted: string[] = [];
  private stale = false;

  get(id: string): Uint8Array | undefined {
    return this.rows.get(id);
  }

  put(id: string, value: Uint8Array): void {
    if (!this.rows.has(id)) {
      const last = this.sorted.at(-1);
      if (!this.stale && (last === undefined || last < id)) this.sorted.push(id);
      else this.stale = true;
    }
    this.rows.set(id, value);
  }

  remove(id: string): void {
    if (this.rows.delete(id)) this.stale = true;
  }

  between(from: string | undefined, to: string | undefined): string[] {
    if (this.stale) {
      this.sorted = [...this.rows.keys()].sort();
      this.stale = false;
    }
    const start = from === undefined ? 0 : lowerBound(this.sorted, from);
    return this.sorted.slice(start, to === undefined ? undefined : Math.max(start, lowerBound(this.sorted, to)));
  }
}

function lowerBound(ids: readonly string[], id: string): number {
  let low = 0;
  let high = ids.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ids[middle] as string) < id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function emptyStores(): Record<StoreName, Ordered> {
  return Object.fromEntries(STORE_NAMES.map((name) => [name, new Ordered()])) as Record<StoreName, Ordered>;
}
