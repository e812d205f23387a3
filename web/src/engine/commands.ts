/** What a person does. Each is one unit of work; it resolves once it is on the disk, whatever the connection does. */
import { encodeBase64, encodeUtf8 } from "../core/bytes.js";
import { contentOf } from "../core/content/content.js";
import { KezError } from "../core/errors.js";
import type { Primary } from "../core/identity/primary.js";
import { newMessageId, type MessageId } from "../core/messages/id.js";
import { prefixRange } from "../store/rows.js";
import type { Blocking } from "./blocking.js";
import type { Codec } from "./codec.js";
import { change, conversationFor, readUpTo } from "./conversations.js";
import type { Delivery } from "./delivery.js";
import { expire } from "./expiry.js";
import type { Inbox } from "./inbox.js";
import type { Conversation, ConvId, FileKey, Message, Order, Outgoing, Settings, Upload } from "./model.js";
import { type ChosenFile, type Posted, post, postAgain, postFile } from "./posting.js";
import { owe } from "./receipts.js";
import type { Steps } from "./steps.js";
import { cancelIncoming, retryTransfer } from "./transfers.js";
import type { Typing } from "./typing.js";
import type { Unit } from "./unit.js";

export interface CommandParts {
  readonly steps: Steps;
  readonly codec: Codec;
  readonly inbox: Inbox;
  readonly delivery: Delivery;
  readonly typing: Typing;
  readonly blocking: Blocking;
}

export class Commands {
  private readonly parts: CommandParts;

  constructor(parts: CommandParts) {
    this.parts = parts;
  }

  /** The conversation with `peer`, begun when there is none. */
  begin(peer: Primary): Promise<Conversation> {
    return this.run(async (unit) => {
      const conversation = await conversationFor(unit, peer, null, "accepted");
      if (conversation === null) throw new KezError("not_found", "There is no such conversation.");
      return conversation;
    });
  }

  /** @param more `id`: a new one; whoever asks again with the same one gets what was posted the first time */
  sendText(
    conv: ConvId, text: string, more: { replyTo?: MessageId | null; expiresIn?: number; id?: MessageId } = {},
  ): Promise<Posted> {
    return this.run(async (unit) => {
      const body = { kind: "text", text, replyTo: more.replyTo ?? null } as const;
      const posted = await post(unit, this.parts.codec, conv, body, { expiresIn: more.expiresIn ?? null, id: more.id ?? null });
      unit.work.delete("drafts", conv);
      return posted;
    });
  }

  sendFile(conv: ConvId, file: ChosenFile): Promise<Posted & { key: FileKey }> {
    return this.run((unit) => postFile(unit, this.parts.codec, conv, file));
  }

  /** An empty emoji takes one's reaction back. */
  react(conv: ConvId, target: MessageId, emoji: string): Promise<Posted> {
    return this.run((unit) => post(unit, this.parts.codec, conv, { kind: "reaction", target, emoji }));
  }

  edit(conv: ConvId, target: MessageId, text: string): Promise<Posted> {
    return this.run((unit) => post(unit, this.parts.codec, conv, { kind: "edit", target, text }));
  }

  deleteForEveryone(conv: ConvId, target: MessageId): Promise<Posted> {
    return this.run((unit) => post(unit, this.parts.codec, conv, { kind: "delete", target }));
  }

  /** From this browser. A message that is still to be sent is not sent. */
  deleteForMe(conv: ConvId, order: Order): Promise<void> {
    return this.run(async (unit) => {
      const message = await unit.message(conv, order);
      if (message === undefined) return;
      if (message.state === "sending" || message.state === "failed") await this.unsend(unit, message);
      await expire.remove(unit, message);
    });
  }

  /** Sends what failed once more: the same bytes, behind what waits now. */
  retry(conv: ConvId, order: Order): Promise<void> {
    return this.run(async (unit) => {
      const message = await unit.message(conv, order);
      if (message?.state !== "failed") return;
      const waiting = await this.outgoingOf(unit, message);
      for (const { id, value } of waiting) {
        unit.work.delete("outbox", id);
        unit.queue({ ...value, failed: null });
      }
      const upload = message.shown.kind === "file" ? await unit.work.get<Upload>("uploads", message.shown.key) : undefined;
      if (upload !== undefined) unit.upload({ ...upload, failed: null });
      // Out of an archive: nothing is left of it but what is shown.
      if (waiting.length === 0 && upload === undefined) await postAgain(unit, this.parts.codec, message);
      unit.putMessage({ ...message, state: "sending", failure: null });
    });
  }

  /** Asks again for a file that did not come whole. */
  fetchFile(key: FileKey): Promise<void> {
    return this.run(async (unit) => { await retryTransfer(unit, key); });
  }

  /** Takes back a file that is still going out, as if it had not been chosen; leaves one that is still coming in. */
  cancelTransfer(conv: ConvId, order: Order): Promise<void> {
    return this.run(async (unit) => {
      const message = await unit.message(conv, order);
      if (message?.shown.kind !== "file") return;
      if (message.state === null) return cancelIncoming(unit, message.shown.key);
      if (message.state !== "sending" && message.state !== "failed") return;
      await this.unsend(unit, message);
      await expire.remove(unit, message);
    });
  }

  accept(conv: ConvId): Promise<void> {
    return this.run(async (unit) => {
      const conversation = unit.conversation(conv);
      if (conversation === undefined || conversation.standing === "accepted") return;
      if (conversation.standing === "blocked") return this.parts.blocking.set(unit, conversation.peer, false);
      for (const { id, passedOver } of unit.conversationsWith(conversation.peer)) {
        change(unit, id, { standing: "accepted", passedOver: 0 });
        if (passedOver > 0) this.parts.inbox.rewind(unit);
        const kept = await unit.work.scan<Message>("messages", prefixRange(`${id}/`));
        await owe(unit, id, { delivered: kept.filter(({ value }) => value.state === null).map(({ value }) => value.id) });
      }
    });
  }

  setBlocked(conv: ConvId, blocked: boolean): Promise<void> {
    return this.run(async (unit) => {
      const conversation = unit.conversation(conv);
      if (conversation !== undefined) await this.parts.blocking.set(unit, conversation.peer, blocked);
    });
  }

  /** Until then, in milliseconds since 1970, nothing is notified; 0: it is again. */
  mute(conv: ConvId, until: number): Promise<void> {
    return this.run(async (unit) => change(unit, conv, { mutedUntil: until }));
  }

  rename(conv: ConvId, petname: string | null): Promise<void> {
    return this.run(async (unit) => {
      const peer = unit.conversation(conv)?.peer;
      if (peer !== undefined) for (const { id } of unit.conversationsWith(peer)) change(unit, id, { petname });
    });
  }

  /** Nothing is sent to the contact until `alarm` is null again: somebody has looked. */
  setAlarm(conv: ConvId, alarm: string | null): Promise<void> {
    return this.run(async (unit) => {
      const peer = unit.conversation(conv)?.peer;
      if (peer === undefined) return;
      for (const { id } of unit.conversationsWith(peer)) change(unit, id, { alarm });
      // Before the unit's own messages could go: holding is harmless should it not be written.
      if (alarm !== null) this.parts.delivery.hold(peer);
      else unit.after.push(() => this.parts.delivery.release(peer));
    });
  }

  saveDraft(conv: ConvId, text: string): Promise<void> {
    return this.run(async (unit) => {
      if (text === "") unit.work.delete("drafts", conv);
      else unit.work.put("drafts", conv, text);
    });
  }

  /** Everything up to `order` was displayed. */
  markRead(conv: ConvId, order: Order): Promise<void> {
    return this.run(async (unit) => {
      const read = await readUpTo(unit, conv, order);
      const last = read.at(-1);
      if (last === undefined || unit.conversation(conv)?.standing !== "accepted") return;
      await owe(unit, conv, { read: read.map((message) => message.id), readUpTo: last.id });
    });
  }

  typing(conv: ConvId, active: boolean): void {
    const conversation = this.parts.steps.memory.conversations.get(conv);
    if (conversation !== undefined) this.parts.typing.write(conversation, active);
  }

  /** Removes the conversation and all of its history from this browser. */
  removeConversation(conv: ConvId): Promise<void> {
    return this.run(async (unit) => {
      for (const { value } of await unit.work.scan<Message>("messages", prefixRange(`${conv}/`))) {
        if (value.state === "sending" || value.state === "failed") await this.unsend(unit, value);
        await expire.remove(unit, value);
      }
      await unit.work.deleteRange("held", prefixRange(`${conv}/`));
      for (const store of ["receipts", "drafts"] as const) unit.work.delete(store, conv);
      unit.removeConversation(conv);
    });
  }

  /** Here and in one's other browsers. */
  changeSettings(values: Partial<Settings>): Promise<void> {
    return this.run(async (unit) => {
      const { me, codec } = { me: unit.me, codec: this.parts.codec };
      const settings = { ...unit.memory.settings, ...values };
      unit.work.put("meta", "settings", settings);
      const body = contentOf({ kind: "sync", sync: { kind: "settings", body: encodeUtf8(JSON.stringify(settings)) } });
      const id = newMessageId();
      const envelope = encodeBase64(await codec.seal(body, me, id, unit.now));
      unit.queue({ to: me, envelope, id, shows: null, sync: null, failed: null });
      unit.after.push(() => { unit.memory.settings = settings; });
      unit.tell({ kind: "settings", settings });
    });
  }

  private run<T>(job: (unit: Unit) => Promise<T>): Promise<T> {
    return this.parts.steps.run(job);
  }

  private async unsend(unit: Unit, message: Message): Promise<void> {
    for (const { id, value } of await this.outgoingOf(unit, message)) {
      unit.work.delete("outbox", id);
      unit.after.push(() => this.parts.delivery.cancel(value.to, id));
    }
  }

  private async outgoingOf(unit: Unit, message: Message): Promise<{ readonly id: string; readonly value: Outgoing }[]> {
    const rows = await unit.work.scan<Outgoing>("outbox", {});
    return rows.filter(({ value }) => value.shows?.conv === message.conv && value.shows.order === message.order);
  }
}
