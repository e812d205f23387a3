import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { KezError } from "../../src/core/errors";
import { safetyCode } from "../../src/core/identity/safety-number";
import type { Primary } from "../../src/core/identity/primary";
import { newMessageId } from "../../src/core/messages/id";
import type { ConversationView } from "../../src/app/state";
import type { ConvId, Message } from "../../src/engine/model";
import type { Host } from "../../src/app/host/host";
import type { Calls } from "../../src/app/host/calls";
import { StorageError } from "../../src/store/rows";
import { newWorld, until } from "./host-world";

const code = (expected: string) => (error: unknown): boolean => error instanceof KezError && error.code === expected;
const me = (host: Host): Primary => host.shared.me?.primary as Primary;
const views = (host: Host): readonly ConversationView[] => host.snapshot.conversations;
const texts = async (calls: Calls, conv: ConvId): Promise<string[]> =>
  (await calls.messagesBefore(conv, null, 100)).map(({ shown }) => (shown.kind === "text" ? shown.text : shown.kind));

async function two() {
  const { world, registry, machine } = newWorld();
  const [aMachine, bMachine] = [machine(), machine()];
  const a = await aMachine.signUp("alice");
  const b = await bMachine.signUp("bob");
  const met = await a.calls.findContact("@Bob");
  const ab = (await a.calls.begin(met.primary)).id;
  return { world, registry, aMachine, bMachine, a, b, ab };
}

test("two people find each other, write, and see names, requests, receipts and who is there", async () => {
  const { world, a, b, ab, bMachine } = await two();
  await b.calls.choose({ notifications: true });
  await a.calls.sendText(ab, "hello");
  await until(world, () => views(b.host).length === 1 && views(b.host)[0]?.name.kind === "handle");
  const [request] = views(b.host);
  deepStrictEqual([request?.standing, request?.name.text, request?.unread, request?.last?.text], ["request", "alice", 1, "hello"]);
  await until(world, () => bMachine.attended.length === 1);
  strictEqual(bMachine.attended[0]?.notification?.conv, null, "a request shows nothing of itself");
  const ba = request?.id as ConvId;
  await b.calls.accept(ba);
  await b.calls.sendText(ba, "hi");
  bMachine.told.length = 0;
  const shown = (await b.calls.messagesBefore(ba, null, 100))[0];
  if (shown !== undefined) await b.calls.markRead(ba, shown.order);
  await a.calls.sendText(ab, "and another");
  await until(world, () => bMachine.told.includes("notify and another"));
  deepStrictEqual(bMachine.told.at(-1), "notify and another", "what was read is told before what came after it");
  ok(bMachine.told.includes(`read ${ba}`));
  await until(world, async () => (await texts(a.calls, ab)).length === 3);
  // Read so soon after it was let in, it needs no receipt of its own for its delivery.
  await until(world, async () => (await a.calls.messagesBefore(ab, null, 10))[0]?.state === "read");
  strictEqual(views(a.host)[0]?.isOnline, true);
  await a.calls.choose({ online: false });
  deepStrictEqual([views(a.host)[0]?.isOnline, views(a.host)[0]?.lastActive], [null, null], "nobody is told who does not want to know");
  await a.calls.choose({ online: true });
  world.clock.advance(100_000);
  strictEqual(views(a.host)[0]?.isOnline, false);
});

test("what was typed finds people, and says what is wrong with it", async () => {
  const { registry, a, b } = await two();
  const { calls } = a;
  strictEqual((await calls.findContact("bob@kez.test")).primary, me(b.host));
  strictEqual((await calls.findContact(me(b.host))).handle, "bob");
  strictEqual((await calls.findContact(`https://kez.test/u/bob#${me(b.host)}`)).fqhn, "bob@kez.test");
  ok((await calls.findContact("alice")).isSelf);
  await rejects(calls.findContact("nobody"), code("not_found"));
  await rejects(calls.findContact("no such thing"), code("bad_contact"));
  await rejects(calls.findContact("bob@elsewhere.test"), code("other_server"));
  await rejects(calls.findContact(`https://kez.test/u/bob#${me(a.host)}`), code("link_other_key"));
  await rejects(calls.findContact(`ed25519:${"0".repeat(64)}`), code("bad_key"));
  registry.byHandle.set("b0b", me(a.host));
  strictEqual((await calls.findContact("b0b")).lookalike, null, "it is checked who bob is before names are compared");
});

test("a message that is asked for twice, by a tab that took over, is sent once", async () => {
  const { world, a, b, ab } = await two();
  const id = newMessageId();
  const first = await a.calls.sendText(ab, "once", { id });
  deepStrictEqual(await a.calls.sendText(ab, "once", { id }), first);
  await a.calls.sendText(ab, "twice", { id: newMessageId() });
  await until(world, () => views(b.host)[0]?.unread === 2);
  deepStrictEqual(await texts(a.calls, ab), ["once", "twice"]);
});

test("drafts are listed, survive, and end with what is sent", async () => {
  const { aMachine, a, ab } = await two();
  await a.calls.saveDraft(ab, "half a sen");
  strictEqual(views(a.host)[0]?.draft, "half a sen");
  await a.host.stop();
  const again = await aMachine.open();
  strictEqual(views(again.host)[0]?.draft, "half a sen");
  await again.calls.sendText(ab, "half a sentence");
  strictEqual(views(again.host)[0]?.draft, "");
  await again.host.stop();
  strictEqual(views((await aMachine.open()).host)[0]?.draft, "");
});

test("files go through, are shown in their state, forwarded, and taken back while they wait", async () => {
  const { world, a, b, ab } = await two();
  const bytes = new Uint8Array(200_000).map((_, index) => index % 251);
  await a.calls.begin(me(a.host));
  await rejects(a.calls.sendFiles(ab, [{ blob: new Blob([new Uint8Array(11 * 1024 * 1024)]), filename: "x", mime: "", caption: null }]), code("too_large"));
  await a.calls.sendFiles(ab, [{ blob: new Blob([bytes]), filename: "a.bin", mime: "application/x", caption: "look" }]);
  await until(world, () => views(b.host).length === 1);
  const ba = views(b.host)[0]?.id as ConvId;
  const file = async (calls: Calls, conv: ConvId): Promise<Message> => (await calls.messagesBefore(conv, null, 1))[0] as Message;
  await until(world, async () => (await file(b.calls, ba)) !== undefined);
  await b.calls.accept(ba);
  const keyOf = ({ shown }: Message) => (shown.kind === "file" ? shown.key : ("" as never));
  const got = await file(b.calls, ba);
  await until(world, async () => (await b.calls.transfers([keyOf(got)]))[0]?.[1].state === "whole", 1000);
  const blob = await b.calls.fileBlob(keyOf(got));
  deepStrictEqual(new Uint8Array(await (blob as Blob).arrayBuffer()), bytes);
  strictEqual(blob?.type, "application/octet-stream", "whatever its sender says it is");
  const notes = (await b.calls.begin(me(b.host))).id;
  await b.calls.forward(got, [notes]);
  const copy = await file(b.calls, notes);
  ok(copy.shown.kind === "file" && copy.shown.file.filename === "a.bin" && copy.shown.file.caption === "look");
  strictEqual((await b.calls.fileBlob("f".repeat(32) as never)), null);
  deepStrictEqual((await b.calls.transfers(["f".repeat(32) as never]))[0]?.[1].state, "gone");
});

test("a suspended account is told so, and when it ends", async () => {
  const { world, registry, a } = await two();
  registry.standing = { handle: "alice", suspended: true, reason: "flood", until: "2030-01-01T00:00:00Z" };
  for (const door of world.doors) door.connect(false);
  strictEqual(a.host.shared.connection.kind, "waiting");
  for (const door of world.doors) door.connect(true);
  await until(world, () => a.host.shared.connection.kind === "suspended");
  deepStrictEqual(a.host.shared.connection, { kind: "suspended", reason: "flood", until: Date.parse("2030-01-01T00:00:00Z") });
  registry.standing = { handle: "alice", suspended: false, reason: null, until: null };
  await a.calls.look();
  await until(world, () => a.host.shared.connection.kind === "live");
});

test("a clock that is wrong is told, and by how much", async () => {
  const { world, registry, a } = await two();
  const { config } = registry;
  registry.config = async () => ({ ...(await config()), server_time: new Date(world.clock.now() + 600_000).toISOString() });
  for (const door of world.doors) { door.connect(false); door.connect(true); }
  await until(world, () => a.host.shared.clockOff !== null, 0);
  strictEqual(a.host.shared.clockOff, 600_000);
});

test("nothing rings for the conversation in view; a tab that is gone is no longer asked", async () => {
  const { world, a, b, bMachine, ab } = await two();
  await b.calls.choose({ notifications: true });
  const ba = (await b.calls.begin(me(a.host))).id;
  await b.calls.viewing({ tab: "1", conv: ba, canSound: true });
  await a.calls.sendText(ab, "seen");
  await until(world, () => bMachine.attended.length === 1);
  deepStrictEqual(bMachine.attended[0], { notification: null, sound: null });
  bMachine.living = new Set();
  await a.calls.sendText(ab, "missed");
  await until(world, () => bMachine.attended.length === 2);
  deepStrictEqual(bMachine.attended[1]?.notification?.preview, { kind: "text", text: "missed" });
  strictEqual(bMachine.attended[1]?.sound, null, "no tab is there to make it");
});

test("preferences are kept sealed, and those that one's browsers share reach the engine", async () => {
  const { aMachine, a } = await two();
  await a.calls.choose({ sounds: false, receipts: false });
  strictEqual(a.host.session?.engine.library.settings.receipts, false);
  await a.host.stop();
  const again = await aMachine.open();
  deepStrictEqual([again.host.shared.choices.sounds, again.host.shared.choices.receipts], [false, false]);
  const stored = await aMachine.place.rows.scan("meta");
  ok(stored.every(({ value }) => !new TextDecoder().decode(value).includes("sounds")), "nothing lies open");
});

test("the history goes out into a file and comes back elsewhere, with what was verified", async () => {
  const { world, a, b, ab, aMachine } = await two();
  await a.calls.sendText(ab, "kept");
  deepStrictEqual(await a.calls.compareSafetyCode(ab, "nonsense"), "not_a_code");
  deepStrictEqual(await a.calls.compareSafetyCode(ab, safetyCode(me(b.host), me(b.host))), "mismatch");
  deepStrictEqual(await a.calls.compareSafetyCode(ab, safetyCode(me(b.host), me(a.host))), "match");
  ok(views(a.host)[0]?.trust.verifiedAt !== null);
  deepStrictEqual((await a.calls.safetyNumber(ab)).groups, (await b.calls.safetyNumber((await b.calls.begin(me(a.host))).id)).groups);
  const archive = await a.calls.exportHistory();
  await a.host.stop();
  const { Machine } = await import("./host-world");
  const second = await new Machine(world, aMachine.registry).open();
  await second.calls.importSeed(a.recovery);
  strictEqual(await second.calls.importHistory(archive), 1);
  const view = views(second.host).find(({ peer }) => peer === me(b.host));
  deepStrictEqual([view?.last?.text, view?.trust.verifiedAt !== null], ["kept", true]);
  await rejects(second.calls.importHistory(new Blob(["nonsense"])));
});

test("a storage that is full is told, nothing is lost, and it goes on once there is room", async () => {
  const { world, a, b, bMachine, ab } = await two();
  const write = bMachine.place.rows.write;
  await b.calls.begin(me(a.host));
  bMachine.place.rows.write = () => Promise.reject(new StorageError("full", "no room"));
  await a.calls.sendText(ab, "kept by the server");
  await until(world, () => b.host.shared.storage !== null);
  deepStrictEqual(b.host.shared.storage, { code: "full" });
  await rejects(b.calls.sendText(views(b.host)[0]?.id as ConvId, "x"), { code: "full" });
  bMachine.place.rows.write = write;
  await b.calls.look();
  await until(world, () => views(b.host)[0]?.last?.text === "kept by the server");
  strictEqual(b.host.shared.storage, null);
});
