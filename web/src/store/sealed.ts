/**
 * The rows as the client uses them: JSON values or bytes above, AES-GCM below. Store name and id are additional data, so a
 * row that was moved, copied to another id or brought in from another store does not open.
 */
import { StorageError, type Change, type Range, type Rows, type StoreName } from "./rows.js";
import type { StoreKeys } from "./vault.js";

/** First byte of a sealed row: how the rest is to be read. */
const FORMAT = 1;
const NONCE = 12;

export type SealedChange =
  | { readonly kind: "put"; readonly store: StoreName; readonly id: string; readonly value: unknown }
  | { readonly kind: "put-bytes"; readonly store: StoreName; readonly id: string; readonly bytes: Uint8Array }
  | Exclude<Change, { kind: "put" }>;

export class SealedRows {
  private readonly rows: Rows;
  private readonly keys: StoreKeys;

  constructor(rows: Rows, keys: StoreKeys) {
    this.rows = rows;
    this.keys = keys;
  }

  /** Rows are authenticated, so a value has the type that this client wrote it with; `schema.ts` sees to older ones. */
  async get<T>(store: StoreName, id: string): Promise<T | undefined> {
    const bytes = await this.bytes(store, id);
    return bytes === undefined ? undefined : (JSON.parse(decoder.decode(bytes)) as T);
  }

  async bytes(store: StoreName, id: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const sealed = await this.rows.get(store, id);
    return sealed === undefined ? undefined : this.open(store, id, sealed);
  }

  async scan<T>(store: StoreName, range?: Range): Promise<{ readonly id: string; readonly value: T }[]> {
    const rows = await this.scanBytes(store, range);
    return rows.map(({ id, bytes }) => ({ id, value: JSON.parse(decoder.decode(bytes)) as T }));
  }

  async scanBytes(store: StoreName, range?: Range): Promise<{ readonly id: string; readonly bytes: Uint8Array<ArrayBuffer> }[]> {
    const rows = await this.rows.scan(store, range);
    return Promise.all(rows.map(async ({ id, value }) => ({ id, bytes: await this.open(store, id, value) })));
  }

  /** Ids alone: nothing is opened. */
  async ids(store: StoreName, range?: Range): Promise<string[]> {
    return (await this.rows.scan(store, range)).map((row) => row.id);
  }

  count(store: StoreName, range?: Pick<Range, "from" | "to">): Promise<number> {
    return this.rows.count(store, range);
  }

  /** All of it or nothing. Sealing comes first: a transaction of IndexedDB does not outlive an await. */
  async write(changes: readonly SealedChange[]): Promise<void> {
    await this.rows.write(await Promise.all(changes.map((change) => this.sealChange(change))));
  }

  /**
   * An id that tells nobody without the key what it stands for; the same for the same parts, on every browser of this
   * identity. 32 hex digits.
   */
  async blind(...parts: readonly string[]): Promise<string> {
    const text = encoder.encode(parts.map((part) => `${part.length}:${part}`).join(""));
    const mac = new Uint8Array(await crypto.subtle.sign("HMAC", this.keys.blind, text));
    return [...mac.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  }

  private async sealChange(change: SealedChange): Promise<Change> {
    if (change.kind === "delete" || change.kind === "delete-range") return change;
    const plain = change.kind === "put-bytes"
      ? (change.bytes as Uint8Array<ArrayBuffer>) : (encoder.encode(JSON.stringify(change.value)) as Uint8Array<ArrayBuffer>);
    const nonce = crypto.getRandomValues(new Uint8Array(NONCE));
    const additionalData = binding(change.store, change.id);
    const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData }, this.keys.data, plain);
    const value = new Uint8Array(1 + NONCE + sealed.byteLength);
    value[0] = FORMAT;
    value.set(nonce, 1);
    value.set(new Uint8Array(sealed), 1 + NONCE);
    return { kind: "put", store: change.store, id: change.id, value };
  }

  private async open(store: StoreName, id: string, sealed: Uint8Array): Promise<Uint8Array<ArrayBuffer>> {
    if (sealed[0] !== FORMAT) throw new StorageError("damaged", `a row of ${store} has an unknown format`);
    const bytes = sealed as Uint8Array<ArrayBuffer>;
    const algorithm = { name: "AES-GCM", iv: bytes.subarray(1, 1 + NONCE), additionalData: binding(store, id) };
    try {
      return new Uint8Array(await crypto.subtle.decrypt(algorithm, this.keys.data, bytes.subarray(1 + NONCE)));
    } catch (cause) {
      throw new StorageError("damaged", `a row of ${store} does not open`, cause);
    }
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function binding(store: StoreName, id: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(`kez-row-v1\n${store}\n${id}`) as Uint8Array<ArrayBuffer>;
}
