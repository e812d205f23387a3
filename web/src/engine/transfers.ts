/**
 * Files that come in: chunks and pointer in any order, twice, across reloads; checked before they are shown; bounded.
 * And chunks that others ask for again.
 */
import type { Bytes } from "../core/bytes.js";
import { encodeHex } from "../core/bytes.js";
import type { ContentBody } from "../core/content/body.js";
import type { FileDescription } from "../core/content/file.js";
import type { Primary } from "../core/identity/primary.js";
import { limits } from "../core/limits.js";
import type { FileId } from "../core/messages/id.js";
import { prefixRange } from "../store/rows.js";
import { Bitmap } from "./bitmap.js";
import { bounds } from "./bounds.js";
import { chunkRow } from "./ids.js";
import type { Conversation, FileKey, Message, Transfer, TransferFailure } from "./model.js";
import type { Unit } from "./unit.js";

type Chunk = Extract<ContentBody, { kind: "fileChunk" }>;

export async function takeChunk(unit: Unit, sender: Primary, chunk: Chunk): Promise<void> {
  const key = await unit.memory.ids.file(sender, chunk.file);
  if ((await transferOf(unit, key, "whole")) !== undefined) return;
  let transfer = await transferOf(unit, key, "unfinished");
  if (transfer === undefined) {
    transfer = begin(unit, key, sender, chunk.file, chunk.count);
  } else if (chunk.count !== transfer.count || transfer.state === "failed") return;
  const have = Bitmap.parse(transfer.have);
  if (have.has(chunk.index)) return;
  const bytes = transfer.bytes + chunk.data.length;
  if (bytes > (transfer.pointer?.file.size ?? limits.fileBytes)) return failed(unit, transfer, "wrong_size");
  have.add(chunk.index);
  transfer = { ...transfer, have: have.toString(), bytes };
  unit.work.putBytes("chunks", chunkRow(key, chunk.index), chunk.data);
  put(unit, transfer);
  await makeRoom(unit, transfer);
  await finishIfComplete(unit, transfer);
}

/** The visible message of a chunked file has come. */
export async function takePointer(unit: Unit, message: Message, file: FileDescription, count: number): Promise<void> {
  if (message.shown.kind !== "file") return;
  const { key } = message.shown;
  const pointer = { conv: message.conv, order: message.order, file };
  if ((await transferOf(unit, key, "whole")) !== undefined) return;
  const existing = await transferOf(unit, key, "unfinished");
  let transfer = existing ?? begin(unit, key, message.sender, file.id, count);
  // The pointer says what counts: chunks of another division are no use.
  if (transfer.count !== count || transfer.bytes > file.size || transfer.state === "failed") {
    await dropChunks(unit, key);
    transfer = begin(unit, key, message.sender, file.id, count);
  }
  // A second message about the same file shows what the first one got.
  transfer = { ...transfer, pointer: transfer.pointer ?? pointer };
  put(unit, transfer);
  await makeRoom(unit, transfer);
  await finishIfComplete(unit, transfer);
}

/** A file that came in one message, or a whole one of one's own. */
export async function takeInline(unit: Unit, message: Message, file: FileDescription, data: Bytes): Promise<void> {
  if (message.shown.kind !== "file") return;
  const { key } = message.shown;
  if ((await transferOf(unit, key, "whole")) !== undefined) return;
  const pointer = { conv: message.conv, order: message.order, file };
  const transfer = { ...begin(unit, key, message.sender, file.id, 1), pointer, bytes: data.length, have: Bitmap.full(1).toString() };
  unit.work.putBytes("chunks", chunkRow(key, 0), data);
  await finishIfComplete(unit, transfer);
}

/** Begins again after a failure: with what is here, or with nothing when that was wrong. */
export async function retryTransfer(unit: Unit, key: FileKey): Promise<Transfer | null> {
  const transfer = await transferOf(unit, key, "unfinished");
  if (transfer?.pointer == null) return null;
  const keeps = transfer.state === "receiving" || transfer.failure === "incomplete";
  if (!keeps) await dropChunks(unit, key);
  const again: Transfer = {
    ...transfer, state: "receiving", failure: null, wants: 0,
    ...(keeps ? {} : { have: Bitmap.empty(transfer.count).toString(), bytes: 0 }),
  };
  put(unit, again);
  return again;
}

/** Stops asking for a file and forgets what came of it; `retryTransfer` begins again. */
export async function cancelIncoming(unit: Unit, key: FileKey): Promise<void> {
  const transfer = await transferOf(unit, key, "unfinished");
  if (transfer?.pointer == null) return;
  await dropChunks(unit, key);
  failed(unit, { ...transfer, have: Bitmap.empty(transfer.count).toString(), bytes: 0 }, "cancelled");
}

/**
 * Somebody lacks chunks of a file that this identity sent them: they go out again, within reason.
 *
 * @param conversation in which it was said; null between one's own browsers
 */
export async function takeWant(
  unit: Unit, conversation: Conversation | null, sender: Primary, file: FileId, missing: readonly number[],
): Promise<void> {
  if (conversation !== null && conversation.standing !== "accepted") return;
  const key = await unit.memory.ids.file(unit.me, file);
  const transfer = await transferOf(unit, key, "whole");
  if (transfer?.pointer == null) return;
  // To one's own browsers, and to whom the file was sent.
  if (sender !== unit.me && transfer.pointer.conv !== conversation?.id) return;
  const wanted = [...new Set(missing)].filter((index) => index < transfer.count);
  if (wanted.length === 0 || transfer.resent + wanted.length > bounds.resends * transfer.count) return;
  if (await unit.work.get("uploads", key) !== undefined) return;
  if (await unit.work.rows.count("uploads") >= bounds.uploads) return;
  const done = Bitmap.full(transfer.count);
  for (const index of wanted) done.remove(index);
  unit.work.put("transfers", `w/${key}`, { ...transfer, resent: transfer.resent + wanted.length } satisfies Transfer);
  unit.upload({ key, to: sender, fileId: file, count: transfer.count, done: done.toString(), pointer: null, failed: null });
}

export function transferOf(unit: Unit, key: FileKey, which: "whole" | "unfinished"): Promise<Transfer | undefined> {
  return unit.work.get<Transfer>("transfers", `${which === "whole" ? "w" : "u"}/${key}`);
}

export function failed(unit: Unit, transfer: Transfer, failure: TransferFailure): void {
  if (transfer.pointer === null) {
    unit.work.delete("transfers", `u/${transfer.key}`);
    unit.droppedFiles.push(transfer.key);
  } else put(unit, { ...transfer, state: "failed", failure });
}

async function finishIfComplete(unit: Unit, transfer: Transfer): Promise<void> {
  if (transfer.pointer === null || Bitmap.parse(transfer.have).size < transfer.count) return;
  const { file } = transfer.pointer;
  const bytes = await assemble(unit, transfer);
  if (bytes.length !== file.size) return failed(unit, transfer, "wrong_size");
  const hash = encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  if (hash !== file.sha256) return failed(unit, transfer, "wrong_hash");
  unit.work.delete("transfers", `u/${transfer.key}`);
  const whole: Transfer = { ...transfer, state: "whole", failure: null };
  unit.work.put("transfers", `w/${transfer.key}`, whole);
  tell(unit, whole);
}

/** The bytes of a transfer of which every chunk is here. */
export async function assemble(unit: Unit, transfer: Transfer): Promise<Bytes> {
  const bytes = new Uint8Array(transfer.bytes);
  let at = 0;
  for (let index = 0; index < transfer.count; index++) {
    const chunk = await unit.work.bytes("chunks", chunkRow(transfer.key, index));
    if (chunk === undefined || at + chunk.length > bytes.length) return new Uint8Array();
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

function begin(unit: Unit, key: FileKey, sender: Primary, fileId: FileId, count: number): Transfer {
  return {
    key, sender, fileId, pointer: null, count, have: Bitmap.empty(count).toString(), bytes: 0, state: "receiving",
    failure: null, wants: 0, begunAt: unit.now, resent: 0,
  };
}

export function put(unit: Unit, transfer: Transfer): void {
  unit.work.put("transfers", `u/${transfer.key}`, transfer);
  if (transfer.state === "receiving" && transfer.pointer !== null) unit.moving.set(transfer.key, transfer.wants);
  tell(unit, transfer);
}

function tell(unit: Unit, transfer: Transfer): void {
  const state = transfer.state === "receiving" ? "moving" as const : transfer.state;
  const done = Bitmap.parse(transfer.have).size;
  unit.tell({
    kind: "transfer", key: transfer.key,
    progress: { direction: "in", done, count: transfer.count, state, failure: transfer.failure },
  });
}

async function dropChunks(unit: Unit, key: FileKey): Promise<void> {
  await unit.work.deleteRange("chunks", prefixRange(`${key}/`));
}

/** Lets unfinished transfers go until the bounds hold: the oldest without a pointer first, never the one at hand. */
async function makeRoom(unit: Unit, current: Transfer): Promise<void> {
  const all = (await unit.work.scan<Transfer>("transfers", prefixRange("u/"))).map((row) => row.value)
    .filter((transfer) => transfer.state === "receiving");
  const over = (of: readonly Transfer[], most: number, bytes: number): boolean =>
    of.length > most || of.reduce((sum, transfer) => sum + transfer.bytes, 0) > bytes;
  const gone = new Set<Transfer>();
  const shrink = (from: readonly Transfer[], most: number, bytes: number): void => {
    const left = from.filter((transfer) => !gone.has(transfer));
    const first = (a: Transfer, b: Transfer): number =>
      Number(a.pointer !== null) - Number(b.pointer !== null) || a.begunAt - b.begunAt || (a.key < b.key ? -1 : 1);
    const candidates = left.filter((transfer) => transfer.key !== current.key).sort(first);
    while (over(left.filter((transfer) => !gone.has(transfer)), most, bytes)) {
      const next = candidates.shift();
      if (next === undefined) return;
      gone.add(next);
    }
  };
  shrink(all.filter((transfer) => transfer.sender === current.sender), bounds.transfersOfSender, bounds.transferBytesOfSender);
  shrink(all, bounds.transfers, bounds.transferBytes);
  for (const transfer of gone) {
    await dropChunks(unit, transfer.key);
    failed(unit, { ...transfer, have: Bitmap.empty(transfer.count).toString(), bytes: 0 }, "evicted");
  }
}
