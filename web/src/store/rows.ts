/**
 * What the client asks of a storage: opaque bytes by store and id, ranges in the order of ids, and batches that happen
 * wholly or not at all. There is no read inside a transaction: IndexedDB ends one at the first await of something else, so
 * callers read, decide, and write one batch. One tab owns the storage at a time (the engine's lock), so nothing comes between.
 */

/** The stores, each a namespace of ids. Adding one takes a new `SCHEMA_VERSION`. */
export const STORE_NAMES = [
  "meta", "conversations", "messages", "ids", "held", "outbox", "uploads", "transfers", "chunks", "receipts", "drafts",
  "search", "expiry", "ahead", "pins",
] as const;

export type StoreName = (typeof STORE_NAMES)[number];

export interface Row {
  readonly id: string;
  readonly value: Uint8Array;
}

/** Ids from `from` (inclusive) to `to` (exclusive), compared by UTF-16 code units as IndexedDB does. */
export interface Range {
  readonly from?: string;
  readonly to?: string;
  /** The most rows; none: all of them. */
  readonly limit?: number;
  /** From the end of the range backwards. */
  readonly reverse?: boolean;
}

export type Change =
  | { readonly kind: "put"; readonly store: StoreName; readonly id: string; readonly value: Uint8Array }
  | { readonly kind: "delete"; readonly store: StoreName; readonly id: string }
  | { readonly kind: "delete-range"; readonly store: StoreName; readonly from: string; readonly to: string };

export interface Rows {
  get(store: StoreName, id: string): Promise<Uint8Array | undefined>;
  scan(store: StoreName, range?: Range): Promise<Row[]>;
  count(store: StoreName, range?: Pick<Range, "from" | "to">): Promise<number>;
  /** Applies the changes in order; when it rejects, none of them happened. */
  write(changes: readonly Change[]): Promise<void>;
  /** Empties every store. */
  clear(): Promise<void>;
  close(): void;
}

export type StorageFailure =
  /** No room: nothing was written. */
  | "full"
  /** A row does not open with the key, or stands under another id than the one it was written for. */
  | "damaged"
  /** Written by a newer version of the client. */
  | "newer"
  /** Closed by this client, by another tab's upgrade or by the browser. */
  | "closed"
  | "failed";

export class StorageError extends Error {
  override readonly name = "StorageError";
  readonly code: StorageFailure;

  constructor(code: StorageFailure, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.code = code;
  }
}

/** The range of every id that begins with `prefix`. No id holds U+FFFF. */
export function prefixRange(prefix: string): { readonly from: string; readonly to: string } {
  return { from: prefix, to: `${prefix}\uffff` };
}

/** A whole number as an id part that sorts like the number: 14 hex digits, enough for 2^53. */
export function sortable(number: number): string {
  if (!Number.isSafeInteger(number) || number < 0) throw new RangeError(`not a whole number: ${number}`);
  return number.toString(16).padStart(14, "0");
}
