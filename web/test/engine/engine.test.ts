import { test } from "node:test";
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { encodeUtf8 } from "../../src/core/bytes.js";
import { contentOf } from "../../src/core/content/content.js";
import { KezError } from "../../src/core/errors.js";
import type { FileId, MessageId } from "../../src/core/messages/id.js";
import { bounds } from "../../src/engine/bounds.js";
import type { ConvId, Message } from "../../src/engine/model.js";
import { MemoryRows } from "../../src/store/memory.js";
import { StorageError } from "../../src/store/rows.js";
import { Browser, PlainCodec, World, eventually, pause, person } from "./world.js";

const [alice, bob, carol] = [person("a"), person("b"), person("c")];

/** Two people who have accepted each other. */
async function friends(seed = 1): Promise<{ world: World; a: Browser; b: Browser; ab: ConvId; ba: ConvId }> {
  const world = new World(seed);
  const [a, b] = [await Browser.open(world, alice), await Browser.open(world, bob)];
  return { world, a, b, ab: await a.with(bob), ba: await b.with(alice) };
}

async function all(browser: Browser, conv: ConvId): Promise<Message[]> {
  return browser.engine.library.messagesBefore(conv, null, 1000);
}

async function texts(browser: Browser, conv: ConvId): Promise<string[]> {
  return (await all(browser, conv)).map(({ shown }) => (shown.kind === "text" ? shown.text : shown.kind));
}

let ids = 0;
function newId(): MessageId {
  return (ids++).toString(16).padStart(32, "0") as MessageId;
}

test("messages arrive in order, with the states sent, delivered and read", async () => {
  const { world, a, b, ab, ba } = await friends();
  for (let n = 0; n < 20; n++) await a.engine.commands.sendText(ab, `n${n}`);
  await eventually(world, async () => deepStrictEqual(await texts(b, ba), Array.from({ length: 20 }, (_, n) => `n${n}`)));
  await eventually(world, async () => ok((await all(a, ab)).every((message) => message.state === "delivered")));
  strictEqual(b.engine.library.conversation(ba)?.unread, 20);
  const seen = (await all(b, ba))[9] as Message;
  await b.engine.commands.markRead(ba, seen.order);
  strictEqual(b.engine.library.conversation(ba)?.unread, 10);
  await eventually(world, async () => deepStrictEqual((await all(a, ab)).map((message) => message.state === "read"), Array.from({ length: 20 }, (_, n) => n < 10)));
});

test("receipts are coalesced: at most one a conversation every five seconds, none to strangers, none when switched off", async () => {
  const { world, a, b, ab, ba } = await friends();
  for (let n = 0; n < 5; n++) { await a.engine.commands.sendText(ab, `${n}`); await pause(); await pause(); }
  await eventually(world, async () => strictEqual((await texts(b, ba)).length, 5), 0);
  await pause();
  ok(b.door.calls.send <= 1, `${b.door.calls.send} receipts`);
  await eventually(world, async () => ok((await all(a, ab)).every((message) => message.state === "delivered")));
  ok(b.door.calls.send <= 2);
  await b.engine.commands.changeSettings({ receipts: false });
  await eventually(world, async () => strictEqual(await b.sealed.count("outbox"), 0));
  const before = b.door.calls.send;
  await a.engine.commands.sendText(ab, "silent");
  await eventually(world, async () => strictEqual((await texts(b, ba)).length, 6));
  world.clock.advance(30_000);
  await pause();
  strictEqual(b.door.calls.send, before);
  const c = await Browser.open(world, carol);
  await c.engine.commands.sendText(await c.with(bob), "hello");
  await eventually(world, () => strictEqual(b.engine.library.conversations().length, 2));
  world.clock.advance(30_000);
  await pause();
  strictEqual(b.door.calls.send, before);
});

test("what is read at once is said in one receipt, without waiting for the pause after its delivery", async () => {
  const { world, a, b, ab, ba } = await friends();
  world.clock.advance(30_000);
  await pause();
  const before = { at: world.clock.now(), sent: b.door.calls.send };
  await a.engine.commands.sendText(ab, "look");
  await eventually(world, async () => strictEqual((await texts(b, ba)).at(-1), "look"), 0);
  await b.engine.commands.markRead(ba, ((await all(b, ba)).at(-1) as Message).order);
  await eventually(world, async () => strictEqual((await all(a, ab)).at(-1)?.state, "read"), 0);
  ok(world.clock.now() - before.at < bounds.receiptPause);
  // The receipt, and the word to his other browsers.
  strictEqual(b.door.calls.send - before.sent, 2);
});

test("sent while offline and closed: goes out once, in order, when the browser comes back", async () => {
  const { world, a, b, ab, ba } = await friends();
  a.door.connect(false);
  await a.engine.commands.sendText(ab, "one");
  await a.engine.commands.sendText(ab, "two");
  strictEqual((await all(a, ab))[0]?.state, "sending");
  await a.stop();
  world.faults.lostAnswer = 0.5;
  await a.start();
  await a.engine.commands.sendText(ab, "three");
  await eventually(world, async () => deepStrictEqual(await texts(b, ba), ["one", "two", "three"]));
  world.faults.lostAnswer = 0;
  await eventually(world, async () => ok((await all(a, ab)).every((message) => message.state === "delivered")));
  strictEqual((await texts(b, ba)).length, 3);
});

test("a refused message has failed with its reason, holds up nobody, and is retried with the same bytes", async () => {
  const { world, a, b, ab, ba } = await friends();
  world.refusing.set(bob, new KezError("inbox_full", "full", 507));
  const { order } = await a.engine.commands.sendText(ab, "x");
  await eventually(world, async () => deepStrictEqual((await all(a, ab)).map(({ state, failure }) => [state, failure]), [["failed", "inbox_full"]]));
  await a.reload();
  world.refusing.clear();
  await a.engine.commands.sendText(ab, "y");
  await eventually(world, async () => deepStrictEqual(await texts(b, ba), ["y"]));
  await a.engine.commands.retry(ab, order);
  await eventually(world, async () => deepStrictEqual((await texts(b, ba)).sort(), ["x", "y"]));
  await eventually(world, async () => ok((await all(a, ab)).every((message) => message.state === "delivered")));
});

test("a message that waits can be taken back; an alarm holds what waits and refuses more", async () => {
  const { world, a, b, ab, ba } = await friends();
  a.door.connect(false);
  const { order } = await a.engine.commands.sendText(ab, "regretted");
  await a.engine.commands.sendText(ab, "meant");
  await a.engine.commands.deleteForMe(ab, order);
  await a.engine.commands.setAlarm(ab, "sigchain_forked");
  await rejects(a.engine.commands.sendText(ab, "no"), { code: "alarm" });
  await a.reload();
  a.door.connect(true);
  world.clock.advance(10_000);
  await pause();
  deepStrictEqual(await texts(b, ba), []);
  await a.engine.commands.setAlarm(ab, null);
  await eventually(world, async () => deepStrictEqual(await texts(b, ba), ["meant"]));
  deepStrictEqual(await texts(a, ab), ["meant"]);
});

test("effects before their target wait for it; edits and deletes of others do nothing", async () => {
  const { world, a, b, ab, ba } = await friends();
  const codec = new PlainCodec(alice);
  const put = async (body: Parameters<typeof contentOf>[0], id = newId()): Promise<void> => {
    world.store(bob, alice, await codec.seal(contentOf(body), bob, id, world.clock.now()));
    world.clock.advance(1);
  };
  const target = newId();
  await put({ kind: "edit", target, text: "second" });
  await put({ kind: "reaction", target, emoji: "👍" });
  await put({ kind: "text", text: "first", replyTo: null }, target);
  await eventually(world, async () => {
    const [message] = await all(b, ba);
    deepStrictEqual(message?.shown, { kind: "text", text: "second", replyTo: null });
    strictEqual(message?.reactions[alice]?.emoji, "👍");
  });
  strictEqual(await b.sealed.count("held"), 0);
  const own = await b.engine.commands.sendText(ba, "bob's");
  await put({ kind: "edit", target: own.id, text: "forged" });
  await put({ kind: "delete", target: own.id });
  await put({ kind: "delete", target });
  await eventually(world, async () => deepStrictEqual(await texts(b, ba), ["deleted", "bob's"]));
  // The forged ones wait for messages of alice's own with that id, bounded.
  for (let n = 0; n < bounds.held + 20; n++) await put({ kind: "delete", target: newId() });
  await eventually(world, async () => strictEqual(await b.sealed.count("held"), bounds.held));
  await a.stop();
  ok(ab !== ba);
});

test("strangers land in requests, bounded; accepting brings what was passed over and the receipts", async () => {
  const world = new World(3);
  const b = await Browser.open(world, bob);
  const c = await Browser.open(world, carol);
  const cb = await c.with(bob);
  for (let n = 0; n < bounds.requestMessages + 30; n++) await c.engine.commands.sendText(cb, `n${n}`);
  await eventually(world, () => strictEqual(b.engine.library.conversations()[0]?.passedOver, 30));
  const request = b.engine.library.conversations()[0];
  strictEqual(request?.standing, "request");
  const conv = request?.id as ConvId;
  strictEqual((await all(b, conv)).length, bounds.requestMessages);
  strictEqual(b.door.heard.size, 0);
  await c.engine.commands.sendText(cb, "x".repeat(bounds.requestContent + 1));
  await eventually(world, () => strictEqual(b.engine.library.conversations()[0]?.passedOver, 31));
  await b.engine.commands.accept(conv);
  await eventually(world, async () => strictEqual((await all(b, conv)).length, bounds.requestMessages + 31));
  await eventually(world, async () => ok((await all(c, cb)).every((message) => message.state === "delivered")));
  ok(b.door.heard.has(carol));
});

test("more strangers than there is room for are not kept", async () => {
  const world = new World(4);
  const b = await Browser.open(world, bob);
  for (let n = 0; n < bounds.requests + 5; n++) {
    const from = `ed25519:${(n + 16).toString(16).padStart(64, "0")}` as typeof bob;
    world.store(bob, from, await new PlainCodec(from).seal(contentOf({ kind: "text", text: "spam", replyTo: null }), bob, newId(), 0));
  }
  await eventually(world, () => strictEqual(b.engine.library.conversations().length, bounds.requests));
  await eventually(world, async () => strictEqual(await b.sealed.count("messages"), bounds.requests));
});

test("a block works at once, offline too, is told to the server, and reaches one's other browser", async () => {
  const { world, a, b, ab, ba } = await friends();
  const b2 = await Browser.open(world, bob);
  await a.engine.commands.sendText(ab, "before");
  await eventually(world, async () => deepStrictEqual(await texts(b2, await b2.with(alice)), ["before"]));
  b.door.connect(false);
  await b.engine.commands.setBlocked(ba, true);
  await rejects(b.engine.commands.sendText(ba, "no"), { code: "blocked" });
  await b.reload();
  b.door.connect(true);
  await eventually(world, () => deepStrictEqual(world.settings.get(bob)?.blocked, [alice]));
  await a.engine.commands.sendText(ab, "blocked");
  b2.door.connect(false);
  b2.door.connect(true);
  await eventually(world, async () => strictEqual(b2.engine.library.conversation(await b2.with(alice))?.standing, "blocked"));
  await pause();
  deepStrictEqual(await texts(b, ba), ["before"]);
  // Blocked without a conversation: on a new browser, and after the conversation was removed.
  const b3 = await Browser.open(world, bob);
  await eventually(world, async () => ok((await b3.sealed.get<string[]>("meta", "blocked"))?.includes(alice)));
  await b2.engine.commands.removeConversation(ba);
  await a.engine.commands.sendText(ab, "knocking");
  await eventually(world, async () => strictEqual(await a.sealed.count("outbox"), 0));
  await pause();
  deepStrictEqual([b2, b3].map((browser) => browser.engine.library.conversations().length), [0, 0]);
  await b.engine.commands.setBlocked(ba, false);
  await eventually(world, () => deepStrictEqual(world.settings.get(bob)?.blocked, []));
  await a.engine.commands.sendText(ab, "after");
  await eventually(world, async () => strictEqual((await texts(b, ba)).at(-1), "after"));
});

test("what was read on one browser is read on the other", async () => {
  const { world, a, b, ab, ba } = await friends();
  const b2 = await Browser.open(world, bob);
  const ba2 = await b2.with(alice);
  for (const text of ["1", "2", "3"]) await a.engine.commands.sendText(ab, text);
  await eventually(world, () => strictEqual(b2.engine.library.conversation(ba2)?.unread, 3));
  await eventually(world, () => strictEqual(b.engine.library.conversation(ba)?.unread, 3));
  await b.engine.commands.markRead(ba, ((await all(b, ba))[1] as Message).order);
  await eventually(world, () => strictEqual(b2.engine.library.conversation(ba2)?.unread, 1));
  strictEqual(b2.engine.library.conversation(ba2)?.id, ba, "conversations have the same id on every browser of one identity");
});

test("a note to oneself appears once, on every browser", async () => {
  const world = new World(5);
  const [b, b2] = [await Browser.open(world, bob), await Browser.open(world, bob)];
  const conv = await b.with(bob);
  await b.engine.commands.sendText(conv, "milk");
  await eventually(world, async () => deepStrictEqual(await texts(b2, await b2.with(bob)), ["milk"]));
  await eventually(world, async () => deepStrictEqual((await all(b, conv)).map(({ state }) => state), ["sent"]));
});

test("only oneself can sync; a newer message is one placeholder with its bytes; quiet content is kept and not shown", async () => {
  const { world, b, ba } = await friends();
  const codec = new PlainCodec(alice);
  const body = encodeUtf8(JSON.stringify({ kez: "kez-text-v1", text: "never said" }));
  const sync = { kind: "sent", to: carol, id: newId(), createdAt: { seconds: 1, nanoseconds: 0 }, body } as const;
  world.store(bob, alice, await codec.seal(contentOf({ kind: "sync", sync }), bob, newId(), 1));
  world.store(bob, alice, encodeUtf8(JSON.stringify({ from: alice, to: bob, id: newId(), newer: true })));
  world.store(bob, alice, encodeUtf8(JSON.stringify({ from: alice, to: carol, id: newId() })));
  world.store(bob, alice, await codec.seal(contentOf({ kind: "unknown", name: "kez-poll-v1" }), bob, newId(), 1));
  world.store(bob, alice, await codec.seal(contentOf({ kind: "unknown", name: "kez-x-v1" }, { quiet: true }), bob, newId(), 1));
  world.store(bob, alice, await codec.seal(contentOf({ kind: "text", text: "hi", replyTo: null }), bob, newId(), 1));
  await eventually(world, async () => deepStrictEqual(await texts(b, ba), ["placeholder", "placeholder", "hi"]));
  const [newer] = await all(b, ba);
  ok(newer?.shown.kind === "placeholder" && newer.shown.cause === "newer" && newer.shown.envelope !== null);
  strictEqual(b.engine.library.conversations().length, 1);
  ok(b.events.some((event) => event.kind === "counted" && event.noise === 1));
});

test("messages that expire go, from the index too, across a reload, on both sides", async () => {
  const { world, a, b, ab, ba } = await friends();
  await a.engine.commands.sendText(ab, "burning", { expiresIn: 60 });
  await a.engine.commands.sendText(ab, "staying");
  await eventually(world, async () => strictEqual((await texts(b, ba)).length, 2), 10);
  strictEqual((await b.engine.library.search("burn")).length, 1);
  await b.reload();
  await eventually(world, async () => deepStrictEqual([...(await texts(a, ab)), ...(await texts(b, ba))], ["staying", "staying"]), 10_000);
  strictEqual((await b.engine.library.search("burn")).length, 0);
  strictEqual(await b.sealed.count("expiry"), 0);
});

test("a full storage takes nothing and loses nothing; the rest comes when there is room", async () => {
  class Full extends MemoryRows {
    full = false;
    override write(changes: Parameters<MemoryRows["write"]>[0]): Promise<void> {
      return this.full ? Promise.reject(new StorageError("full", "no room")) : super.write(changes);
    }
  }
  const world = new World(6);
  const rows = new Full();
  const [a, b] = [await Browser.open(world, alice), await Browser.open(world, bob, rows)];
  const [ab, ba] = [await a.with(bob), await b.with(alice)];
  rows.full = true;
  await a.engine.commands.sendText(ab, "1");
  await a.engine.commands.sendText(ab, "2");
  await eventually(world, () => ok(b.events.some((event) => event.kind === "storage-trouble" && event.code === "full")));
  await rejects(b.engine.commands.sendText(ba, "no room"), { code: "full" });
  deepStrictEqual(await texts(b, ba), []);
  rows.full = false;
  b.engine.look();
  await eventually(world, async () => deepStrictEqual(await texts(b, ba), ["1", "2"]));
});

test("typing is told rarely, only to contacts, forgotten by itself, and can be switched off", async () => {
  const { world, a, b, ab, ba } = await friends();
  const typing = (): boolean[] => b.events.flatMap((event) => (event.kind === "typing" ? [event.active] : []));
  a.engine.commands.typing(ab, true);
  a.engine.commands.typing(ab, true);
  deepStrictEqual(typing(), [true]);
  world.clock.advance(bounds.typingLasts);
  deepStrictEqual(typing(), [true, false]);
  a.engine.commands.typing(ab, true);
  a.engine.commands.typing(ab, false);
  deepStrictEqual(typing(), [true, false, true, false]);
  await b.engine.commands.changeSettings({ typing: false });
  strictEqual(b.door.heard.size, 0);
  b.engine.commands.typing(ba, true);
  ok(!a.events.some((event) => event.kind === "typing"));
});

test("no timer fetches messages: in an hour of quiet, only heads are asked, each five minutes or so", async () => {
  const { world, a } = await friends();
  await pause();
  await pause();
  const lists = a.door.calls.list;
  for (let minute = 0; minute < 60; minute++) { world.clock.advance(60_000); await pause(); }
  strictEqual(a.door.calls.list, lists);
  ok(a.door.calls.head >= 9 && a.door.calls.head <= 12, `${a.door.calls.head} heads`);
});

test("a copy that was lost without a trace is found by the head check", async () => {
  const { world, a, b, ab, ba } = await friends();
  await pause();
  world.faults.lostCopy = 1;
  await a.engine.commands.sendText(ab, "lost live");
  await eventually(world, async () => deepStrictEqual(await texts(b, ba), ["lost live"]), 60_000);
});

test("drafts, petnames and mutes stay; a removed conversation is gone with all it had, and stays gone", async () => {
  const { world, a, b, ab, ba } = await friends();
  await a.engine.commands.sendText(ab, "x");
  await eventually(world, async () => deepStrictEqual(await texts(b, ba), ["x"]));
  await b.engine.commands.saveDraft(ba, "dear");
  await b.engine.commands.rename(ba, "Al");
  await b.engine.commands.mute(ba, 9e15);
  await b.reload();
  strictEqual(await b.engine.library.draft(ba), "dear");
  deepStrictEqual([b.engine.library.conversation(ba)?.petname, b.engine.library.conversation(ba)?.mutedUntil], ["Al", 9e15]);
  await b.engine.commands.removeConversation(ba);
  world.restore();
  await b.reload();
  b.engine.look();
  world.clock.advance(1000);
  await pause();
  await pause();
  strictEqual(await b.sealed.count("messages"), 0);
  strictEqual(await b.engine.library.draft(ba), "");
});

test("a receipt that overtakes the word on what another browser sent counts all the same", async () => {
  const world = new World(3);
  const a = await Browser.open(world, alice);
  const ab = await a.with(bob);
  const [mine, his] = [new PlainCodec(alice), new PlainCodec(bob)];
  const id = newId();
  const receipt = contentOf({ kind: "receipt", receipt: "read", ids: [id] });
  world.store(alice, bob, await his.seal(receipt, alice, newId(), world.clock.now()));
  await eventually(world, async () => strictEqual(await a.sealed.count("held"), 1));
  const body = encodeUtf8('{"kez":"kez-text-v1","text":"from the other browser"}') as Uint8Array<ArrayBuffer>;
  const sync = { kind: "sent", to: bob, id, createdAt: { seconds: Math.floor(world.clock.now() / 1000), nanoseconds: 0 }, body } as const;
  world.store(alice, alice, await mine.seal(contentOf({ kind: "sync", sync }), alice, newId(), world.clock.now()));
  await eventually(world, async () => deepStrictEqual((await all(a, ab)).map(({ state }) => state), ["read"]));
  strictEqual(await a.sealed.count("held"), 0);
});

test("what one's own browsers ask each other for begins no conversation with oneself", async () => {
  const world = new World(4);
  const a = await Browser.open(world, alice);
  const codec = new PlainCodec(alice);
  const file = newId() as unknown as FileId;
  const chunk = contentOf({ kind: "fileChunk", file, index: 0, count: 2, data: encodeUtf8("half") as Uint8Array<ArrayBuffer> });
  world.store(alice, alice, await codec.seal(chunk, alice, newId(), world.clock.now()));
  world.store(alice, alice, await codec.seal(contentOf({ kind: "fileWant", file, missing: [1] }), alice, newId(), world.clock.now()));
  await eventually(world, async () => strictEqual(await a.sealed.count("transfers"), 1));
  await eventually(world, async () => strictEqual(await a.sealed.count("ids"), 1));
  strictEqual(a.engine.library.conversations().length, 0);
});
