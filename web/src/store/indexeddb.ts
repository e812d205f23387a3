/**
 * `Rows` and `VaultPlace` over IndexedDB. As thin as it can be: what it stores is sealed above it, and the tests that the
 * memory implementation passes run against this one in the browser.
 */
import { STORE_NAMES, StorageError, type Change, type Range, type Row, type Rows, type StoreName } from "./rows.js";
import type { Vault, VaultPlace } from "./vault.js";

/** Of the set of object stores; the rows' own version is `SCHEMA_VERSION`. */
const DATABASE_VERSION = 1;
const VAULT = "vault";

export class IndexedDbRows implements Rows, VaultPlace {
  private readonly database: IDBDatabase;
  private readonly factory: IDBFactory;

  private constructor(database: IDBDatabase, factory: IDBFactory) {
    this.database = database;
    this.factory = factory;
  }

  /** @param onClosed another tab upgrades or wipes the database, or the browser closed it: this one is of no more use */
  static async open(factory: IDBFactory, name: string, onClosed: () => void): Promise<IndexedDbRows> {
    const request = factory.open(name, DATABASE_VERSION);
    request.onupgradeneeded = () => {
      const existing = request.result.objectStoreNames;
      for (const store of [...STORE_NAMES, VAULT]) {
        if (!existing.contains(store)) request.result.createObjectStore(store);
      }
    };
    const database = await answered(request);
    database.onversionchange = () => { database.close(); onClosed(); };
    database.onclose = onClosed;
    return new IndexedDbRows(database, factory);
  }

  async get(store: StoreName, id: string): Promise<Uint8Array | undefined> {
    const value: unknown = await answered(this.begin([store], "readonly").objectStore(store).get(id));
    return value instanceof Uint8Array ? value : undefined;
  }

  async scan(store: StoreName, range: Range = {}): Promise<Row[]> {
    const source = this.begin([store], "readonly").objectStore(store);
    const bounds = keyRange(range);
    if (bounds === "empty") return [];
    if (range.reverse === true) return backwards(source, bounds, range.limit ?? Infinity);
    const [ids, values] = await Promise.all([
      answered(source.getAllKeys(bounds, range.limit)), answered(source.getAll(bounds, range.limit)),
    ]);
    return ids.map((id, index) => ({ id: String(id), value: values[index] as Uint8Array }));
  }

  async count(store: StoreName, range: Pick<Range, "from" | "to"> = {}): Promise<number> {
    const bounds = keyRange(range);
    if (bounds === "empty") return 0;
    return answered(this.begin([store], "readonly").objectStore(store).count(bounds));
  }

  async write(changes: readonly Change[]): Promise<void> {
    if (changes.length === 0) return;
    const transaction = this.begin([...new Set(changes.map((change) => change.store))], "readwrite");
    const done = completed(transaction);
    try {
      for (const change of changes) apply(transaction.objectStore(change.store), change);
    } catch (cause) {
      transaction.abort();
      await done.catch(() => undefined);
      throw failure(cause);
    }
    await done;
  }

  async clear(): Promise<void> {
    const transaction = this.begin(STORE_NAMES, "readwrite");
    for (const store of STORE_NAMES) transaction.objectStore(store).clear();
    await completed(transaction);
  }

  close(): void {
    this.database.close();
  }

  async load(): Promise<Vault | undefined> {
    return (await answered(this.begin([VAULT], "readonly").objectStore(VAULT).get(VAULT))) as Vault | undefined;
  }

  async save(vault: Vault): Promise<void> {
    const transaction = this.begin([VAULT], "readwrite");
    transaction.objectStore(VAULT).put(vault, VAULT);
    await completed(transaction);
  }

  /** Deletes the whole database; other tabs are told by their `onClosed`. */
  async erase(): Promise<void> {
    this.database.close();
    await answered(this.factory.deleteDatabase(this.database.name));
  }

  private begin(stores: readonly string[], mode: IDBTransactionMode): IDBTransaction {
    try {
      // "strict": acknowledged means on the disk. A cursor that moved before its messages were safe would lose them.
      return this.database.transaction([...stores], mode, { durability: mode === "readwrite" ? "strict" : "default" });
    } catch (cause) {
      throw new StorageError("closed", "the database is closed", cause);
    }
  }
}

function apply(store: IDBObjectStore, change: Change): void {
  switch (change.kind) {
    case "put": store.put(change.value, change.id); break;
    case "delete": store.delete(change.id); break;
    case "delete-range": {
      const bounds = keyRange(change);
      if (bounds !== "empty" && bounds !== undefined) store.delete(bounds);
    }
  }
}

/** IDBKeyRange throws for a range that holds nothing. */
function keyRange({ from, to }: Pick<Range, "from" | "to">): IDBKeyRange | undefined | "empty" {
  if (from !== undefined && to !== undefined) return from < to ? IDBKeyRange.bound(from, to, false, true) : "empty";
  if (from !== undefined) return IDBKeyRange.lowerBound(from);
  return to === undefined ? undefined : IDBKeyRange.upperBound(to, true);
}

function backwards(source: IDBObjectStore, bounds: IDBKeyRange | undefined, limit: number): Promise<Row[]> {
  return new Promise((resolve, reject) => {
    const rows: Row[] = [];
    const request = source.openCursor(bounds ?? null, "prev");
    request.onerror = () => reject(failure(request.error));
    request.onsuccess = () => {
      const cursor = request.result;
      if (cursor === null || rows.length >= limit) return resolve(rows);
      rows.push({ id: String(cursor.key), value: cursor.value as Uint8Array });
      cursor.continue();
    };
  });
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(failure(request.error));
  });
}

function completed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(failure(transaction.error));
  });
}

function failure(cause: unknown): StorageError {
  if (cause instanceof StorageError) return cause;
  const name = cause instanceof DOMException ? cause.name : "";
  if (name === "QuotaExceededError") return new StorageError("full", "the browser has no room left", cause);
  if (name === "VersionError") return new StorageError("newer", "a newer version wrote this database", cause);
  if (name === "InvalidStateError") return new StorageError("closed", "the database is closed", cause);
  return new StorageError("failed", "the database failed", cause);
}
