import { test } from "node:test";
import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { concat, type Bytes } from "../../src/core/bytes.js";
import type { Message } from "../../src/engine/model.js";
import { Browser, World, eventually, person } from "./world.js";

const [alice, bob] = [person("a"), person("b")];

async function exported(browser: Browser): Promise<Bytes> {
  const parts: Bytes[] = [];
  for await (const part of (await browser.engine.history()).export()) parts.push(part);
  return concat(...parts);
}

const reading = (file: Bytes) => (start: number, end: number): Promise<Bytes> => Promise.resolve(file.slice(start, end));

test("a history that was exported comes back whole in an empty browser, and twice is once", async () => {
  const world = new World(1);
  const [a, b] = [await Browser.open(world, alice), await Browser.open(world, bob)];
  const [ab, ba] = [await a.with(bob), await b.with(alice)];
  for (let n = 0; n < 30; n++) await a.engine.commands.sendText(ab, `text ${n}`);
  const { key } = await a.engine.commands.sendFile(ab, { filename: "f", mime: "x/y", bytes: new Uint8Array(200_000).fill(3), caption: null });
  await b.engine.commands.sendText(ba, "answer");
  await a.engine.commands.react(ab, ((await a.engine.library.messagesBefore(ab, null, 100))[0] as Message).id, "👍");
  await a.engine.commands.saveDraft(ab, "half a");
  await eventually(world, async () => strictEqual(await a.sealed.count("outbox") + await a.sealed.count("uploads"), 0));
  await eventually(world, async () => strictEqual((await a.engine.library.messagesBefore(ab, null, 100)).length, 32));
  // What a receipt changes meanwhile is not what is tested: the file is of a history that stands still.
  await a.stop();
  const file = await exported(a);
  const before = await a.engine.library.messagesBefore(ab, null, 100);
  // A browser without a server: what it has, it has from the file.
  const fresh = await Browser.open(new World(2), alice);
  strictEqual(await (await fresh.engine.history()).import(reading(file)), 32);
  strictEqual(await (await fresh.engine.history()).import(reading(file)), 0);
  deepStrictEqual(await fresh.engine.library.messagesBefore(ab, null, 100), before);
  strictEqual(fresh.engine.library.conversation(ab)?.unread, 1);
  strictEqual(await fresh.engine.library.draft(ab), "half a");
  strictEqual(concat(...((await fresh.engine.library.file(key)) as Bytes[])).length, 200_000);
  strictEqual((await fresh.engine.library.search("text 17")).length, 1);
});

test("what is here stays, what was deleted here stays deleted, what was never sent is told to have failed", async () => {
  const world = new World(3);
  const a = await Browser.open(world, alice);
  const ab = await a.with(bob);
  const first = await a.engine.commands.sendText(ab, "first");
  await eventually(world, async () => strictEqual(await a.sealed.count("outbox"), 0));
  a.door.connect(false);
  await a.engine.commands.sendText(ab, "unsent");
  const file = await exported(a);
  await a.engine.commands.deleteForMe(ab, first.order);
  strictEqual(await (await a.engine.history()).import(reading(file)), 0);
  strictEqual(await a.engine.library.count(ab), 1);
  const fresh = await Browser.open(new World(4), alice);
  await (await fresh.engine.history()).import(reading(file));
  const states = (await fresh.engine.library.messagesBefore(ab, null, 10)).map(({ state, failure }) => [state, failure]);
  deepStrictEqual(states, [["sent", null], ["failed", "not_sent"]]);
  const [, unsent] = await fresh.engine.library.messagesBefore(ab, null, 10);
  await fresh.engine.commands.retry(ab, (unsent as Message).order);
  await eventually(fresh.world, async () => {
    deepStrictEqual((await fresh.engine.library.messagesBefore(ab, null, 10)).map(({ state }) => state), ["sent", "sent"]);
  });
});

test("another identity's archive and a damaged one are refused", async () => {
  const a = await Browser.open(new World(5), alice);
  const ab = await a.with(bob);
  await a.engine.commands.sendText(ab, "x");
  const file = await exported(a);
  const b = await Browser.open(new World(6), bob);
  await rejects((await b.engine.history()).import(reading(file)), { code: "damaged" });
  file[30] = (file[30] as number) ^ 1;
  await rejects((await a.engine.history()).import(reading(file)), { code: "damaged" });
});
