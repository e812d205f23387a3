/**
 * One unit of work on the sealed rows: reads see what the same unit changed, and `commit` writes all of it in one batch.
 * Whoever decides something (a message came, an acknowledgement came) does it in a unit, so a crash leaves all or nothing.
 */
import type { Range, StoreName } from "./rows.js";
import type { SealedChange, SealedRows } from "./sealed.js";

type Pending =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "gone" };

export class Work {
  private readonly changed = new Map<StoreName, Map<string, Pending>>();

  readonly rows: SealedRows;

  constructor(rows: SealedRows) {
    this.rows = rows;
  }

  async get<T>(store: StoreName, id: string): Promise<T | undefined> {
    const pending = this.changed.get(store)?.get(id);
    if (pending === undefined) return this.rows.get<T>(store, id);
    // A copy: what the caller does to it must not reach the batch without a `put`.
    return pending.kind === "value" ? (structuredClone(pending.value) as T) : undefined;
  }

  async bytes(store: StoreName, id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const pending = this.changed.get(store)?.get(id);
    if (pending === undefined) return this.rows.bytes(store, id);
    return pending.kind === "bytes" ? (pending.bytes.slice() as Uint8Array<ArrayBuffer>) : undefined;
  }

  /** Rows of JSON values in the range, ascending, this unit's own changes included. */
  async scan<T>(store: StoreName, range: Pick<Range, "from" | "to">): Promise<{ readonly id: string; readonly value: T }[]> {
    const own = this.changed.get(store);
    const rows = await this.rows.scan<T>(store, range);
    if (own === undefined) return rows;
    const merged = new Map(rows.map((row) => [row.id, row.value]));
    for (const [id, pending] of own) {
      if ((range.from !== undefined && id < range.from) || (range.to !== undefined && id >= range.to)) continue;
      if (pending.kind === "value") merged.set(id, structuredClone(pending.value) as T);
      else merged.delete(id);
    }
    return [...merged].map(([id, value]) => ({ id, value })).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  }

  /** How many rows the range holds, or somewhat more: a row that this unit replaces counts twice. For bounds. */
  async count(store: StoreName, range: { readonly from: string; readonly to: string }): Promise<number> {
    let count = await this.rows.count(store, range);
    for (const [id, pending] of this.changed.get(store) ?? []) {
      if (pending.kind !== "gone" && id >= range.from && id < range.to) count += 1;
    }
    return count;
  }

  put(store: StoreName, id: string, value: unknown): void {
    this.set(store, id, { kind: "value", value });
  }

  putBytes(store: StoreName, id: string, bytes: Uint8Array): void {
    this.set(store, id, { kind: "bytes", bytes });
  }

  delete(store: StoreName, id: string): void {
    this.set(store, id, { kind: "gone" });
  }

  /** Deletes what is stored in the range and what this unit put there. */
  async deleteRange(store: StoreName, range: { readonly from: string; readonly to: string }): Promise<void> {
    for (const id of await this.rows.ids(store, range)) this.delete(store, id);
    for (const id of this.changed.get(store)?.keys() ?? []) {
      if (id >= range.from && id < range.to) this.delete(store, id);
    }
  }

  get isEmpty(): boolean {
    return this.changed.size === 0;
  }

  async commit(): Promise<void> {
    const changes: SealedChange[] = [];
    for (const [store, rows] of this.changed) {
      for (const [id, pending] of rows) {
        switch (pending.kind) {
          case "value": changes.push({ kind: "put", store, id, value: pending.value }); break;
          case "bytes": changes.push({ kind: "put-bytes", store, id, bytes: pending.bytes }); break;
          case "gone": changes.push({ kind: "delete", store, id });
        }
      }
    }
    if (changes.length > 0) await this.rows.write(changes);
    this.changed.clear();
  }

  private set(store: StoreName, id: string, pending: Pending): void {
    const rows = this.changed.get(store) ?? new Map<string, Pending>();
    rows.set(id, pending);
    this.changed.set(store, rows);
  }
}
