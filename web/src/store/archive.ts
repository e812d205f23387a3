/**
 * The whole history as one encrypted file: a first line that says what it is, then blocks of rows, each sealed under the
 * archive key with its number and whether it is the last one. A block that is missing, moved or cut off is noticed.
 */
import { StorageError, type StoreName } from "./rows.js";
import type { SealedRows } from "./sealed.js";
import type { StoreKeys } from "./vault.js";

const FIRST_LINE = "kez-archive-v1\n";
/** Plaintext bytes after which a block is closed: little enough to seal without a pause that is felt. */
const BLOCK = 256 * 1024;
/** The largest block that is read: one row can be a chunk of a file, and some more. */
const MAX_BLOCK = 4 * 1024 * 1024;
const HEADER = 5 + 12;

/** What goes along: neither what waits to be sent here (another browser would send it again), nor cursors. */
export const ARCHIVED: readonly StoreName[] = ["conversations", "messages", "ids", "transfers", "chunks", "drafts", "pins"];

export interface ArchivedRow {
  readonly store: StoreName;
  readonly id: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** The parts of the file, in order. */
export async function* writeArchive(rows: SealedRows, keys: StoreKeys): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  yield encoder.encode(FIRST_LINE) as Uint8Array<ArrayBuffer>;
  let number = 0;
  let held: Uint8Array[] = [];
  let size = 0;
  for (const store of ARCHIVED) {
    let from = "";
    for (;;) {
      const page = await rows.scanBytes(store, { from, limit: 64 });
      for (const row of page) {
        const record = writeRecord(store, row.id, row.bytes);
        held.push(record);
        size += record.length;
        if (size >= BLOCK) {
          yield await sealBlock(keys.archive, number++, false, held, size);
          [held, size] = [[], 0];
        }
      }
      const last = page.at(-1);
      if (last === undefined) break;
      from = `${last.id}\0`;
    }
  }
  yield await sealBlock(keys.archive, number, true, held, size);
}

/**
 * The rows of an archive.
 *
 * @param read gives the bytes from `start` to `end`, fewer at the file's end (a Blob's slice)
 * @throws StorageError `damaged` when it is no archive, of another identity, incomplete or altered; rows that were given
 *   before that are good, but there are more
 */
export async function* readArchive(
  read: (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>, keys: StoreKeys,
): AsyncGenerator<ArchivedRow[]> {
  if (decoder.decode(await read(0, FIRST_LINE.length)) !== FIRST_LINE) throw damaged("this is no archive of kez");
  let at = FIRST_LINE.length;
  for (let number = 0; ; number++) {
    const header = await read(at, at + HEADER);
    if (header.length < HEADER) throw damaged("the archive ends too early");
    const size = new DataView(header.buffer, header.byteOffset).getUint32(0);
    const last = header[4] === 1;
    if (size > MAX_BLOCK) throw damaged("a block of the archive is too large");
    const sealed = await read(at + HEADER, at + HEADER + size);
    at += HEADER + size;
    const algorithm = { name: "AES-GCM", iv: header.subarray(5), additionalData: blockBinding(number, last) };
    let plain: Uint8Array<ArrayBuffer>;
    try {
      plain = new Uint8Array(await crypto.subtle.decrypt(algorithm, keys.archive, sealed));
    } catch (cause) {
      throw damaged("the archive is damaged, or of another identity", cause);
    }
    yield readRecords(plain);
    if (last) return;
  }
}

async function sealBlock(
  key: CryptoKey, number: number, last: boolean, records: readonly Uint8Array[], size: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const plain = new Uint8Array(size);
  let at = 0;
  for (const record of records) { plain.set(record, at); at += record.length; }
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const algorithm = { name: "AES-GCM", iv: nonce, additionalData: blockBinding(number, last) };
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm, key, plain));
  const block = new Uint8Array(HEADER + sealed.length);
  new DataView(block.buffer).setUint32(0, sealed.length);
  block[4] = last ? 1 : 0;
  block.set(nonce, 5);
  block.set(sealed, HEADER);
  return block;
}

/** `<length of head><head: JSON [store, id]><length of value><value>`, lengths in 4 bytes. */
function writeRecord(store: StoreName, id: string, bytes: Uint8Array): Uint8Array {
  const head = encoder.encode(JSON.stringify([store, id]));
  const record = new Uint8Array(8 + head.length + bytes.length);
  const view = new DataView(record.buffer);
  view.setUint32(0, head.length);
  record.set(head, 4);
  view.setUint32(4 + head.length, bytes.length);
  record.set(bytes, 8 + head.length);
  return record;
}

function readRecords(plain: Uint8Array<ArrayBuffer>): ArchivedRow[] {
  const view = new DataView(plain.buffer);
  const rows: ArchivedRow[] = [];
  for (let at = 0; at < plain.length;) {
    const head = view.getUint32(at);
    const [store, id] = JSON.parse(decoder.decode(plain.subarray(at + 4, at + 4 + head))) as [StoreName, string];
    at += 4 + head;
    const size = view.getUint32(at);
    rows.push({ store, id, bytes: plain.slice(at + 4, at + 4 + size) });
    at += 4 + size;
  }
  // Of a newer client: stores that this one does not know are passed over.
  return rows.filter((row) => ARCHIVED.includes(row.store));
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function blockBinding(number: number, last: boolean): Uint8Array<ArrayBuffer> {
  return encoder.encode(`kez-archive-v1\n${number}\n${last ? "last" : "more"}`) as Uint8Array<ArrayBuffer>;
}

function damaged(message: string, cause?: unknown): StorageError {
  return new StorageError("damaged", message, cause);
}
