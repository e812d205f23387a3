/**
 * One step of the engine: reads and changes rows, conversations and the search index together. `commit` writes all of it
 * at once and then gives the events that tell of it; a unit that is dropped has changed nothing.
 */
import type { Primary } from "../core/identity/primary.js";
import type { ConversationId } from "../core/messages/id.js";
import { Work } from "../store/work.js";
import type { EngineEvent } from "./events.js";
import { type Ids, messageRow } from "./ids.js";
import type { ConvId, Conversation, FileKey, Message, Order, Outgoing, Settings, Upload } from "./model.js";
import type { SearchChange } from "./search/changes.js";
import { prefixRange, sortable } from "../store/rows.js";
import { searchText } from "./search/text.js";

/** What is held in memory between units. */
export interface Memory {
  readonly me: Primary;
  readonly ids: Ids;
  readonly conversations: Map<ConvId, Conversation>;
  settings: Settings;
  /** Whom the server blocks for this identity, as far as it is known. */
  blocked: ReadonlySet<Primary>;
  /** The number of the next row of `outbox`. */
  nextOutgoing: number;
  /** The time of what was written last. */
  lastPosted: number;
}

export class Unit {
  readonly work: Work;
  readonly memory: Memory;
  readonly now: number;
  readonly search: SearchChange[] = [];
  /** Rows of `outbox` and `uploads` that this unit adds, for the machines that send. */
  readonly queued: { readonly to: Primary; readonly key: string }[] = [];
  readonly uploads: Upload[] = [];
  /** Files whose message went: the unit's commit deletes their chunks. */
  readonly droppedFiles: FileKey[] = [];
  /** Conversations in which receipts became due. */
  readonly owing = new Set<ConvId>();
  /** Transfers that moved and are not whole, with how often their chunks were asked for. */
  readonly moving = new Map<FileKey, number>();
  /** Whether a message was given a time to go. */
  expiring = false;
  /** Called, in order, once everything is on the disk. */
  readonly after: (() => void)[] = [];
  private readonly events: EngineEvent[] = [];
  private readonly conversations = new Map<ConvId, Conversation | null>();

  constructor(work: Work, memory: Memory, now: number) {
    this.work = work;
    this.memory = memory;
    this.now = now;
  }

  get me(): Primary { return this.memory.me; }

  tell(event: EngineEvent): void {
    this.events.push(event);
  }

  conversation(id: ConvId): Conversation | undefined {
    const own = this.conversations.get(id);
    return own === null ? undefined : own ?? this.memory.conversations.get(id);
  }

  /** Of one contact, this unit's included. */
  conversationsWith(peer: Primary): Conversation[] {
    const ids = new Set([...this.memory.conversations.keys(), ...this.conversations.keys()]);
    return [...ids].flatMap((id) => {
      const conversation = this.conversation(id);
      return conversation?.peer === peer ? [conversation] : [];
    });
  }

  countWithStanding(standing: Conversation["standing"]): number {
    let count = 0;
    for (const id of new Set([...this.memory.conversations.keys(), ...this.conversations.keys()])) {
      if (this.conversation(id)?.standing === standing) count += 1;
    }
    return count;
  }

  async conversationOf(peer: Primary, thread: ConversationId | null): Promise<Conversation | undefined> {
    return this.conversation(await this.memory.ids.conversation(peer, thread));
  }

  putConversation(conversation: Conversation): void {
    this.conversations.set(conversation.id, conversation);
    this.work.put("conversations", conversation.id, conversation);
  }

  removeConversation(id: ConvId): void {
    this.conversations.set(id, null);
    this.work.delete("conversations", id);
  }

  message(conv: ConvId, order: Order): Promise<Message | undefined> {
    return this.work.get<Message>("messages", messageRow(conv, order));
  }

  putMessage(message: Message, fresh = false): void {
    const row = messageRow(message.conv, message.order);
    this.work.put("messages", row, message);
    this.search.push({ row, text: searchText(message) });
    this.tell({ kind: "message", message, fresh });
  }

  removeMessage(message: Message): void {
    const row = messageRow(message.conv, message.order);
    this.work.delete("messages", row);
    this.search.push({ row, text: null });
    this.tell({ kind: "message-removed", conv: message.conv, order: message.order });
  }

  /** The newest message of a conversation that is left. */
  async lastMessage(conv: ConvId): Promise<Message | undefined> {
    // The unit's own changes lie over the stored rows, so a limit could cut the wrong ones: a few more are read.
    const stored = await this.work.rows.scan<Message>("messages", { ...prefixRange(`${conv}/`), reverse: true, limit: 1 });
    const from = stored[0]?.id ?? `${conv}/`;
    const recent = await this.work.scan<Message>("messages", { from, to: prefixRange(`${conv}/`).to });
    if (recent.length > 0 || stored.length === 0) return recent.at(-1)?.value;
    return (await this.work.scan<Message>("messages", prefixRange(`${conv}/`))).at(-1)?.value;
  }

  /** Puts a sealed message behind everything that waits already. */
  queue(outgoing: Outgoing): string {
    const key = sortable(this.memory.nextOutgoing++);
    this.work.put("outbox", key, outgoing);
    this.queued.push({ to: outgoing.to, key });
    return key;
  }

  upload(upload: Upload): void {
    this.work.put("uploads", upload.key, upload);
    this.uploads.push(upload);
  }

  async commit(): Promise<readonly EngineEvent[]> {
    for (const key of this.droppedFiles) await this.work.deleteRange("chunks", prefixRange(`${key}/`));
    await this.work.commit();
    for (const [id, conversation] of this.conversations) {
      if (conversation === null) {
        this.memory.conversations.delete(id);
        this.events.push({ kind: "conversation-removed", conv: id });
      } else {
        this.memory.conversations.set(id, conversation);
        this.events.push({ kind: "conversation", conversation });
      }
    }
    return this.events;
  }
}
