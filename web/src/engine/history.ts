/** The whole local history out into one encrypted file and back in, merged with what is here. */
import type { Bytes } from "../core/bytes.js";
import { prefixRange } from "../store/rows.js";
import { type ArchivedRow, readArchive, writeArchive } from "../store/archive.js";
import type { StoreKeys } from "../store/vault.js";
import { change, noteMessage } from "./conversations.js";
import { expire } from "./expiry.js";
import type { Conversation, ConvId, Message, Met, Transfer } from "./model.js";
import type { Steps } from "./steps.js";
import type { Unit } from "./unit.js";

export class History {
  private readonly steps: Steps;
  private readonly keys: StoreKeys;

  constructor(steps: Steps, keys: StoreKeys) {
    this.steps = steps;
    this.keys = keys;
  }

  /** The parts of the file, for a Blob or a stream. Messages that come meanwhile may or may not be in it. */
  export(): AsyncGenerator<Bytes> {
    return writeArchive(this.steps.rows, this.keys);
  }

  /**
   * Adds what is not here. What is here stays as it is, and what was deleted here stays deleted.
   *
   * @param read gives the bytes from `start` to `end`
   * @returns how many messages came
   * @throws StorageError `damaged`: no archive, another identity's, altered or cut off; what came before that is kept
   */
  async import(read: (start: number, end: number) => Promise<Bytes>): Promise<number> {
    let messages = 0;
    for await (const rows of readArchive(read, this.keys)) {
      messages += await this.steps.run((unit) => merge(unit, rows));
    }
    await this.steps.run(recount);
    return messages;
  }
}

async function merge(unit: Unit, rows: readonly ArchivedRow[]): Promise<number> {
  let messages = 0;
  for (const { store, id, bytes } of rows) {
    const value = (): unknown => JSON.parse(new TextDecoder().decode(bytes));
    if (store === "conversations") {
      if (unit.conversation(id as ConvId) === undefined) unit.putConversation(value() as Conversation);
    } else if (store === "messages") {
      if (await mergeMessage(unit, value() as Message)) messages += 1;
    } else if (await unit.work.count(store, { from: id, to: `${id}\0` }) === 0) {
      if (store === "chunks") unit.work.putBytes(store, id, bytes);
      else if (store !== "transfers" || !(await isWhole(unit, value() as Transfer))) unit.work.put(store, id, value());
    }
  }
  return messages;
}

async function mergeMessage(unit: Unit, message: Message): Promise<boolean> {
  const row = await unit.memory.ids.met(message.conv, message.sender, message.id);
  if (await unit.work.get<Met>("ids", row) !== undefined) return false;
  unit.work.put("ids", row, { order: message.order } satisfies Met);
  // What waited to be sent waits in the browser that wrote it, or is gone with it.
  const unsent = message.state === "sending" || message.state === "failed";
  const taken: Message = unsent ? { ...message, state: "failed", failure: message.failure ?? "not_sent" } : message;
  unit.putMessage(taken);
  noteMessage(unit, taken);
  expire.schedule(unit, taken);
  return true;
}

/** An unfinished transfer of the archive is no news when the file is whole here. */
async function isWhole(unit: Unit, transfer: Transfer): Promise<boolean> {
  return (await unit.work.get("transfers", `w/${transfer.key}`)) !== undefined;
}

/** What is unread, counted anew. */
async function recount(unit: Unit): Promise<void> {
  for (const conversation of [...unit.memory.conversations.values()]) {
    const range = { from: `${conversation.id}/${conversation.readUpTo}`, to: prefixRange(`${conversation.id}/`).to };
    const rows = await unit.work.scan<Message>("messages", range);
    const unread = rows.filter(({ value }) => value.state === null && value.order > conversation.readUpTo).length;
    if (unread !== conversation.unread) change(unit, conversation.id, { unread });
  }
}
