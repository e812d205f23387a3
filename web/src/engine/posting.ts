/** What this identity writes: into its own conversation at once, and sealed into the outbox, in one unit of work. */
import { encodeBase64 } from "../core/bytes.js";
import type { ContentBody } from "../core/content/body.js";
import { type Content, contentOf } from "../core/content/content.js";
import { chunksOf, type FileDescription } from "../core/content/file.js";
import { writeContentUnpadded } from "../core/content/writing.js";
import { KezError } from "../core/errors.js";
import { limits } from "../core/limits.js";
import { newFileId, newMessageId, type MessageId } from "../core/messages/id.js";
import { type Bytes, encodeHex } from "../core/bytes.js";
import { Bitmap } from "./bitmap.js";
import { bounds } from "./bounds.js";
import type { Codec } from "./codec.js";
import { chunkRow, orderOf, timeOf } from "./ids.js";
import { intake } from "./intake.js";
import type { Conversation, ConvId, FileKey, Message, Met, Order, Transfer } from "./model.js";
import { assemble } from "./transfers.js";
import type { Unit } from "./unit.js";

export interface Posted {
  readonly id: MessageId;
  readonly order: Order;
}

/** A file that a person chose. */
export interface ChosenFile {
  readonly filename: string;
  readonly mime: string;
  readonly bytes: Bytes;
  readonly caption: string | null;
}

/**
 * @throws KezError `blocked`, `alarm` (somebody has to look at the contact first), `outbox_full`, `too_large`, `not_found`
 */
export async function post(
  unit: Unit, codec: Codec, conv: ConvId, body: ContentBody, more: { expiresIn?: number | null; id?: MessageId | null } = {},
): Promise<Posted> {
  const id = more.id ?? newMessageId();
  const posts = more.id == null ? undefined : await unit.work.get<Met>("ids", await unit.memory.ids.met(conv, unit.me, id));
  if (posts?.order != null) return { id, order: posts.order };
  const conversation = await writable(unit, conv);
  const createdAt = nextTime(unit, conversation);
  const content = contentOf(body, { conversation: conversation.thread, expiresIn: more.expiresIn ?? null });
  const posted = await writeDown(unit, conversation, content, createdAt, id);
  const shown = body.kind === "text" || body.kind === "inlineFile";
  const envelope = await codec.seal(content, conversation.peer, posted.id, createdAt);
  unit.queue({
    to: conversation.peer, envelope: encodeBase64(envelope), id: posted.id,
    shows: shown ? { conv, order: posted.order } : null,
    sync: { body: encodeBase64(writeContentUnpadded(content)), createdAt }, failed: null,
  });
  return posted;
}

/** Sends a file: in one message up to 80 KiB, else in chunks and then the message. @throws KezError as `post` does */
export async function postFile(unit: Unit, codec: Codec, conv: ConvId, chosen: ChosenFile): Promise<Posted & { key: FileKey }> {
  const { bytes } = chosen;
  if (bytes.length > limits.fileBytes) throw new KezError("too_large", "Files can have up to 10 MiB.");
  const file: FileDescription = {
    id: newFileId(), filename: chosen.filename, mime: chosen.mime, size: bytes.length, caption: chosen.caption,
    sha256: encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))),
  };
  const key = await unit.memory.ids.file(unit.me, file.id);
  if (bytes.length <= limits.inlineFileBytes) {
    return { ...(await post(unit, codec, conv, { kind: "inlineFile", file, data: bytes })), key };
  }
  const conversation = await writable(unit, conv);
  if (await unit.work.rows.count("uploads") >= bounds.uploads) throw new KezError("outbox_full", "Too many files wait to be sent.");
  const createdAt = nextTime(unit, conversation);
  const count = chunksOf(bytes.length);
  const content = contentOf({ kind: "chunkedFile", file, chunks: count }, { conversation: conversation.thread });
  for (let index = 0; index < count; index++) {
    unit.work.putBytes("chunks", chunkRow(key, index), bytes.subarray(index * limits.chunkBytes, (index + 1) * limits.chunkBytes));
  }
  // One's own file is whole from the start: it can be shown, and sent again to whoever asks.
  unit.work.put("transfers", `w/${key}`, {
    key, sender: unit.me, fileId: file.id, count, have: Bitmap.full(count).toString(), bytes: bytes.length, state: "whole",
    failure: null, wants: 0, begunAt: unit.now, resent: 0,
    pointer: null,
  } satisfies Transfer);
  const posted = await writeDown(unit, conversation, content, createdAt);
  const whole = await unit.work.get<Transfer>("transfers", `w/${key}`);
  unit.work.put("transfers", `w/${key}`, { ...(whole as Transfer), pointer: { conv, order: posted.order, file } });
  unit.upload({
    key, to: conversation.peer, fileId: file.id, count, done: Bitmap.empty(count).toString(), failed: null,
    pointer: { conv, order: posted.order, id: posted.id, file, createdAt },
  });
  return { ...posted, key };
}

/**
 * Seals a message anew that is here and waits nowhere: under its own id, so that whoever has it already shows it once.
 *
 * @throws KezError `not_found` when what it showed is gone, and as `post` does
 */
export async function postAgain(unit: Unit, codec: Codec, message: Message): Promise<void> {
  const conversation = await writable(unit, message.conv);
  const { shown, id, order, conv, at: createdAt } = message;
  const gone = new KezError("not_found", "What was to be sent is no longer here.", 404);
  if (shown.kind !== "text" && shown.kind !== "file") throw gone;
  const expiresIn = message.expiresAt === null ? null : Math.max(1, Math.ceil((message.expiresAt - createdAt) / 1000));
  let body: ContentBody;
  if (shown.kind === "text") body = { kind: "text", text: shown.text, replyTo: shown.replyTo };
  else {
    const transfer = await unit.work.get<Transfer>("transfers", `w/${shown.key}`);
    if (transfer === undefined) throw gone;
    if (transfer.count > 1 || shown.file.size > limits.inlineFileBytes) {
      const pointer = { conv, order, id, file: shown.file, createdAt };
      const { key, fileId, count } = transfer;
      unit.upload({ key, to: conversation.peer, fileId, count, done: Bitmap.empty(count).toString(), failed: null, pointer });
      return;
    }
    body = { kind: "inlineFile", file: shown.file, data: await assemble(unit, transfer) };
  }
  const content = contentOf(body, { conversation: conversation.thread, expiresIn });
  unit.queue({
    to: conversation.peer, envelope: encodeBase64(await codec.seal(content, conversation.peer, id, createdAt)), id,
    shows: { conv, order }, sync: { body: encodeBase64(writeContentUnpadded(content)), createdAt }, failed: null,
  });
}

async function writable(unit: Unit, conv: ConvId): Promise<Conversation> {
  const conversation = unit.conversation(conv);
  if (conversation === undefined) throw new KezError("not_found", "There is no such conversation.");
  if (conversation.standing === "blocked") throw new KezError("blocked", "You have blocked this contact.", 0);
  if (conversation.alarm !== null) throw new KezError("alarm", "Look at this contact's keys first.", 0);
  if (await unit.work.rows.count("outbox") >= bounds.outbox) throw new KezError("outbox_full", "Too much waits to be sent.", 0);
  return conversation;
}

/** After everything that is there: an answer stands below what it answers, whatever the clocks say. */
function nextTime(unit: Unit, conversation: Conversation): number {
  const { memory } = unit;
  const last = conversation.last === null ? 0 : timeOf(conversation.last.order);
  // Two edits within a millisecond have an order, too.
  memory.lastPosted = Math.max(unit.now, last + 1, memory.lastPosted + 1);
  return memory.lastPosted;
}

async function writeDown(
  unit: Unit, conversation: Conversation, content: Content, at: number, id: MessageId = newMessageId(),
): Promise<Posted> {
  await intake(unit, { sender: unit.me, peer: conversation.peer, id, at, createdAt: at, seq: 0, what: content, outgoing: true });
  return { id, order: orderOf(at, 0, id) };
}
