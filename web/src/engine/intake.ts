/** Takes one proved message into a unit of work, whichever way it came: once, at its place, with all it means. */
import { type Content, displayOf } from "../core/content/content.js";
import { readContent } from "../core/content/reading.js";
import { millisecondsOf } from "../core/timestamp.js";
import type { SyncContent } from "../core/content/sync.js";
import { decodeUtf8Lossy, encodeBase64 } from "../core/bytes.js";
import { prefixRange } from "../store/rows.js";
import type { Arrival } from "./arrival.js";
import { bounds } from "./bounds.js";
import { change, conversationFor, noteMessage } from "./conversations.js";
import { affect, release } from "./effects.js";
import { expire } from "./expiry.js";
import { orderOf } from "./ids.js";
import type { Conversation, ConvId, Effect, Message, Met, Order, Settings, Shown } from "./model.js";
import { DEFAULT_SETTINGS } from "./model.js";
import { owe } from "./receipts.js";
import { takeChunk, takeInline, takePointer, takeWant } from "./transfers.js";
import type { Unit } from "./unit.js";

export async function intake(unit: Unit, arrival: Arrival): Promise<void> {
  const content = "placeholder" in arrival.what ? null : arrival.what;
  if (content?.body.kind === "sync") {
    if (arrival.sender === unit.me && arrival.peer === unit.me) await takeSync(unit, arrival, content.body.sync);
    return;
  }
  const mine = arrival.sender === unit.me;
  if (mine && arrival.peer === unit.me && content !== null && await takeOwn(unit, arrival, content)) return;
  const conversation = await conversationFor(
    unit, arrival.peer, content?.conversation ?? null, mine || arrival.peer === unit.me ? "accepted" : "request");
  if (conversation === null) return;
  // The server leaves out what it knows to be blocked; a live copy comes all the same.
  if (conversation.standing === "blocked" && !mine) return;
  // To write to somebody is to accept them, from whichever browser.
  if (mine && conversation.standing === "request") change(unit, conversation.id, { standing: "accepted" });
  const order = orderOf(arrival.at, arrival.seq, arrival.id);
  if (content !== null && await takeQuietly(unit, conversation, arrival, order, content)) return;
  await takeMessage(unit, conversation, arrival, order, content);
}

/** Files between one's own browsers: they begin no conversation with oneself. True when that is what it was. */
async function takeOwn(unit: Unit, arrival: Arrival, { body }: Content): Promise<boolean> {
  if (body.kind === "fileChunk") await takeChunk(unit, unit.me, body);
  else if (body.kind === "fileWant") {
    if (await meet(unit, await unit.memory.ids.conversation(unit.me, null), arrival, null)) {
      await takeWant(unit, null, unit.me, body.file, body.missing);
    }
  } else return false;
  return true;
}

/** What repeats harmlessly (chunks, receipts) and what is only met (quiet content); true when there is nothing to show. */
async function takeQuietly(
  unit: Unit, conversation: Conversation, arrival: Arrival, order: Order, content: Content,
): Promise<boolean> {
  const { body } = content;
  const { sender } = arrival;
  if (body.kind === "fileChunk") {
    if (sender === unit.me || conversation.standing === "accepted") await takeChunk(unit, sender, body);
    else passOver(unit, conversation);
    return true;
  }
  if (body.kind === "receipt") {
    if (sender === unit.me || conversation.standing !== "accepted") return true;
    for (const target of body.ids.slice(0, bounds.receiptIds)) {
      await affect(unit, conversation, sender, order, { kind: "receipt", target, receipt: body.receipt });
    }
    return true;
  }
  const effect = effectOf(content);
  // By the sender's own clock: it competes with nothing but the same sender's, and all who read it agree.
  const place = orderOf(arrival.createdAt, 0, arrival.id);
  if (effect === null && body.kind !== "fileWant" && displayOf(content).show !== "nothing") return false;
  if (!(await meet(unit, conversation.id, arrival, null))) return true;
  if (body.kind === "fileWant") await takeWant(unit, conversation, sender, body.file, body.missing);
  else if (effect !== null) await affect(unit, conversation, sender, place, effect);
  return true;
}

async function takeMessage(
  unit: Unit, conversation: Conversation, arrival: Arrival, order: Order, content: Content | null,
): Promise<void> {
  const mine = arrival.sender === unit.me;
  if (await isMet(unit, conversation, arrival)) return;
  if (!mine && conversation.standing === "request") {
    const kept = await unit.work.count("messages", prefixRange(`${conversation.id}/`));
    if (kept >= bounds.requestMessages || weightOf(content) > bounds.requestContent) return passOver(unit, conversation);
  }
  if (!(await meet(unit, conversation.id, arrival, order))) return;
  const expiresAt = content === null || content.expiresIn === null ? null : arrival.at + content.expiresIn * 1000;
  const message: Message = {
    conv: conversation.id, order, id: arrival.id, sender: arrival.sender, at: arrival.at,
    shown: await shownOf(unit, conversation, arrival), edited: null, reactions: {},
    state: mine ? (arrival.outgoing === true ? "sending" : "sent") : null, failure: null, expiresAt,
  };
  const unread = !mine && order > conversation.readUpTo;
  unit.putMessage(message, unread);
  if (unread) change(unit, conversation.id, { unread: (unit.conversation(conversation.id)?.unread ?? 0) + 1 });
  noteMessage(unit, message);
  expire.schedule(unit, message);
  if (message.shown.kind === "file") await takeFile(unit, message, content);
  if (!mine && conversation.standing === "accepted") await owe(unit, conversation.id, { delivered: [arrival.id] });
  await release(unit, message);
}

function weightOf(content: Content | null): number {
  const body = content?.body;
  return body?.kind === "text" || body?.kind === "plainText" ? body.text.length : body?.kind === "inlineFile" ? body.data.length : 0;
}

async function isMet(unit: Unit, conversation: Conversation, arrival: Arrival): Promise<boolean> {
  const row = await unit.memory.ids.met(conversation.id, arrival.sender, arrival.id);
  return (await unit.work.get<Met>("ids", row)) !== undefined;
}

/** Whether this (conversation, sender, id) is met for the first time; from then on it was. */
async function meet(unit: Unit, conv: ConvId, arrival: Arrival, order: Order | null): Promise<boolean> {
  const row = await unit.memory.ids.met(conv, arrival.sender, arrival.id);
  if ((await unit.work.get<Met>("ids", row)) !== undefined) return false;
  unit.work.put("ids", row, { order } satisfies Met);
  return true;
}

function passOver(unit: Unit, conversation: Conversation): void {
  const passedOver = (unit.conversation(conversation.id)?.passedOver ?? 0) + 1;
  change(unit, conversation.id, { passedOver });
}

async function shownOf(unit: Unit, conversation: Conversation, { what, sender }: Arrival): Promise<Shown> {
  if ("placeholder" in what) {
    // What a stranger sends is not kept beyond what is shown.
    const envelope = conversation.standing === "accepted" ? encodeBase64(what.envelope) : null;
    return { kind: "placeholder", cause: what.placeholder, envelope };
  }
  const { body } = what;
  if (body.kind === "text") return { kind: "text", text: body.text.slice(0, bounds.textCharacters), replyTo: body.replyTo };
  if (body.kind === "inlineFile" || body.kind === "chunkedFile") {
    return { kind: "file", file: body.file, key: await unit.memory.ids.file(sender, body.file.id) };
  }
  const display = displayOf(what);
  if (display.show === "text") return { kind: "text", text: display.text.slice(0, bounds.textCharacters), replyTo: null };
  return { kind: "placeholder", cause: "unknown_content", envelope: null };
}

async function takeFile(unit: Unit, message: Message, content: Content | null): Promise<void> {
  if (content?.body.kind === "inlineFile") await takeInline(unit, message, content.body.file, content.body.data);
  if (content?.body.kind === "chunkedFile") await takePointer(unit, message, content.body.file, content.body.chunks);
}

function effectOf({ body }: Content): Effect | null {
  switch (body.kind) {
    case "reaction": {
      // No emoji is that long: as if it was taken back.
      const emoji = body.emoji.length <= bounds.emojiCharacters ? body.emoji : "";
      return { kind: "reaction", target: body.target, emoji };
    }
    case "edit": return { kind: "edit", target: body.target, text: body.text.slice(0, bounds.textCharacters) };
    case "delete": return { kind: "delete", target: body.target };
    default: return null;
  }
}

/** What one's other browsers tell. */
async function takeSync(unit: Unit, arrival: Arrival, sync: SyncContent): Promise<void> {
  switch (sync.kind) {
    case "sent":
      // A clock that runs ahead must not put a message after everything that is still to come.
      return intake(unit, {
        sender: unit.me, peer: sync.to, id: sync.id, seq: 0, what: readContent(sync.body),
        at: Math.min(millisecondsOf(sync.createdAt), arrival.at), createdAt: millisecondsOf(sync.createdAt),
      });
    case "read": {
      const order = orderOf(arrival.at, arrival.seq, arrival.id);
      const conversations = unit.conversationsWith(sync.peer);
      for (const conversation of conversations) {
        const author = await unit.memory.ids.met(conversation.id, sync.peer, sync.upTo);
        const here = (await unit.work.get<Met>("ids", author)) !== undefined;
        // The message may be in any thread; when it has come to none, the first waits for it.
        if (here || (conversation.thread === null && conversations.length === 1)) {
          await affect(unit, conversation, unit.me, order, { kind: "seen", target: sync.upTo });
        }
      }
      return;
    }
    case "settings":
      return takeSettings(unit, sync.body);
  }
}

function takeSettings(unit: Unit, body: Uint8Array): void {
  const raw: unknown = JSON.parse(decodeUtf8Lossy(body));
  const { receipts, typing } = (typeof raw === "object" && raw !== null ? raw : {}) as Partial<Record<keyof Settings, unknown>>;
  const settings: Settings = {
    receipts: typeof receipts === "boolean" ? receipts : DEFAULT_SETTINGS.receipts,
    typing: typeof typing === "boolean" ? typing : DEFAULT_SETTINGS.typing,
  };
  unit.work.put("meta", "settings", settings);
  unit.after.push(() => { unit.memory.settings = settings; });
  unit.tell({ kind: "settings", settings });
}
