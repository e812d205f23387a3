/** What is there to see: conversations, pages of messages, files, drafts, search. Reads only. */
import type { Bytes } from "../core/bytes.js";
import type { MessageId } from "../core/messages/id.js";
import { prefixRange } from "../store/rows.js";
import { Bitmap } from "./bitmap.js";
import type { Progress } from "./events.js";
import { chunkRow, messageRow } from "./ids.js";
import type { Conversation, ConvId, FileKey, Message, Met, Order, Settings, Transfer, Upload } from "./model.js";
import type { Steps } from "./steps.js";

export class Library {
  private readonly steps: Steps;

  constructor(steps: Steps) {
    this.steps = steps;
  }

  /** The one with the latest message first. */
  conversations(): Conversation[] {
    return [...this.steps.memory.conversations.values()].sort((a, b) => ((a.last?.order ?? "") < (b.last?.order ?? "") ? 1 : -1));
  }

  conversation(conv: ConvId): Conversation | undefined {
    return this.steps.memory.conversations.get(conv);
  }

  get settings(): Settings {
    return this.steps.memory.settings;
  }

  /** Up to `limit` messages before `before` (default: the end), ascending. */
  async messagesBefore(conv: ConvId, before: Order | null, limit: number): Promise<Message[]> {
    const { from, to } = prefixRange(`${conv}/`);
    const range = { from, to: before === null ? to : messageRow(conv, before), reverse: true, limit };
    return (await this.steps.rows.scan<Message>("messages", range)).map((row) => row.value).reverse();
  }

  /** Up to `limit` messages from `from` on, ascending. */
  async messagesFrom(conv: ConvId, from: Order, limit: number): Promise<Message[]> {
    const range = { from: messageRow(conv, from), to: prefixRange(`${conv}/`).to, limit };
    return (await this.steps.rows.scan<Message>("messages", range)).map((row) => row.value);
  }

  /** For virtual lists: how many messages the conversation holds. */
  count(conv: ConvId): Promise<number> {
    return this.steps.rows.count("messages", prefixRange(`${conv}/`));
  }

  /** The message with this id, of whichever sender: for a reply's quote and a deep link. */
  async messageWithId(conv: ConvId, id: MessageId): Promise<Message | undefined> {
    const conversation = this.conversation(conv);
    if (conversation === undefined) return undefined;
    for (const sender of [conversation.peer, this.steps.memory.me]) {
      const met = await this.steps.rows.get<Met>("ids", await this.steps.memory.ids.met(conv, sender, id));
      if (met?.order == null) continue;
      const message = await this.steps.rows.get<Message>("messages", messageRow(conv, met.order));
      if (message !== undefined) return message;
    }
    return undefined;
  }

  async draft(conv: ConvId): Promise<string> {
    return (await this.steps.rows.get<string>("drafts", conv)) ?? "";
  }

  /** Everything that was begun and not sent. */
  async drafts(): Promise<(readonly [ConvId, string])[]> {
    return (await this.steps.rows.scan<string>("drafts")).map(({ id, value }) => [id as ConvId, value] as const);
  }

  async transfer(key: FileKey): Promise<Transfer | undefined> {
    return (await this.steps.rows.get<Transfer>("transfers", `w/${key}`)) ?? this.steps.rows.get<Transfer>("transfers", `u/${key}`);
  }

  /** How far a file has come, or gone out. */
  async progress(key: FileKey): Promise<Progress | undefined> {
    const upload = await this.steps.rows.get<Upload>("uploads", key);
    if (upload !== undefined && upload.pointer !== null) {
      const done = Bitmap.parse(upload.done).size;
      const state = upload.failed === null ? "moving" : "failed";
      return { direction: "out", done, count: upload.count, state, failure: upload.failed };
    }
    const transfer = await this.transfer(key);
    if (transfer === undefined) return undefined;
    const { have, count, failure, sender } = transfer;
    const state = transfer.state === "receiving" ? "moving" : transfer.state;
    const direction = sender === this.steps.memory.me ? "out" : "in";
    return { direction, done: Bitmap.parse(have).size, count, state, failure };
  }

  /** The bytes of a whole file, as its chunks; undefined when it is not (any more) here. */
  async file(key: FileKey): Promise<Bytes[] | undefined> {
    const transfer = await this.steps.rows.get<Transfer>("transfers", `w/${key}`);
    if (transfer === undefined || Bitmap.parse(transfer.have).size < transfer.count) return undefined;
    const parts: Bytes[] = [];
    for (let index = 0; index < transfer.count; index++) {
      const part = await this.steps.rows.bytes("chunks", chunkRow(key, index));
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return parts;
  }

  /** Messages in which every word occurs, the latest first; `conv`: only there. */
  async search(query: string, conv: ConvId | null = null, limit = 50): Promise<Message[]> {
    await this.steps.search.load(this.steps.rows);
    const rows = this.steps.search.find(query, conv === null ? "" : `${conv}/`, limit);
    const found = await Promise.all(rows.map((row) => this.steps.rows.get<Message>("messages", row)));
    return found.filter((message) => message !== undefined);
  }
}
