import { test } from "node:test";
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { concat, decodeUtf8, encodeHex, type Bytes } from "../../src/core/bytes.js";
import type { ContentBody } from "../../src/core/content/body.js";
import { contentOf } from "../../src/core/content/content.js";
import type { FileDescription } from "../../src/core/content/file.js";
import { readContent } from "../../src/core/content/reading.js";
import { decodeBase64 } from "../../src/core/bytes.js";
import { limits } from "../../src/core/limits.js";
import { newFileId, newMessageId, type FileId } from "../../src/core/messages/id.js";
import { Bitmap } from "../../src/engine/bitmap.js";
import { bounds } from "../../src/engine/bounds.js";
import type { ConvId, FileKey, Message } from "../../src/engine/model.js";
import { Random } from "./random.js";
import { Browser, PlainCodec, World, eventually, pause, person } from "./world.js";

const [alice, bob] = [person("a"), person("b")];

function noise(size: number, seed = 1): Bytes {
  const random = new Random(seed);
  return Uint8Array.from({ length: size }, () => random.below(256));
}

async function pair(seed: number): Promise<{ world: World; a: Browser; b: Browser; ab: ConvId; ba: ConvId }> {
  const world = new World(seed);
  const [a, b] = [await Browser.open(world, alice), await Browser.open(world, bob)];
  return { world, a, b, ab: await a.with(bob), ba: await b.with(alice) };
}

const chosen = (bytes: Bytes, caption: string | null = null) => ({ filename: "a.bin", mime: "application/octet-stream", bytes, caption });

async function received(browser: Browser, conv: ConvId, index = 0): Promise<Bytes | undefined> {
  const message = (await browser.engine.library.messagesBefore(conv, null, 100))[index];
  if (message?.shown.kind !== "file") return undefined;
  const parts = await browser.engine.library.file(message.shown.key);
  return parts === undefined ? undefined : concat(...parts);
}

async function keyOf(browser: Browser, conv: ConvId): Promise<FileKey> {
  const [message] = await browser.engine.library.messagesBefore(conv, null, 1);
  return (message?.shown as Message["shown"] & { kind: "file" }).key;
}

test("files of every size arrive as they were, and are whole at the sender at once", async () => {
  const { world, a, b, ab, ba } = await pair(1);
  const sizes = [0, 1, limits.inlineFileBytes, limits.inlineFileBytes + 1, 3 * limits.chunkBytes, 500_000];
  for (const size of sizes) {
    const bytes = noise(size, size);
    const { key } = await a.engine.commands.sendFile(ab, chosen(bytes, `of ${size}`));
    deepStrictEqual(concat(...((await a.engine.library.file(key)) as Bytes[])), bytes);
    await eventually(world, async () => strictEqual(await b.engine.library.count(ba), sizes.indexOf(size) + 1));
    await eventually(world, async () => deepStrictEqual(await received(b, ba, sizes.indexOf(size)), bytes));
  }
  strictEqual(await a.sealed.count("uploads"), 0);
  await rejects(a.engine.commands.sendFile(ab, chosen(new Uint8Array(limits.fileBytes + 1))), { code: "too_large" });
  strictEqual((await b.engine.library.search("of 500000")).length, 1);
});

test("10 MiB both ways with lost copies, lost acknowledgements, reloads and cuts", async () => {
  const { world, a, b, ab, ba } = await pair(2);
  Object.assign(world.faults, { lostCopy: 0.1, lostAnswer: 0.05, lostRequest: 0.05 });
  const [there, back] = [noise(limits.fileBytes, 7), noise(2_000_000, 8)];
  await a.engine.commands.sendFile(ab, chosen(there));
  await b.engine.commands.sendFile(ba, chosen(back));
  for (let n = 0; n < 4; n++) {
    for (let wait = 0; wait < 10; wait++) { await pause(); world.clock.advance(500); }
    if (n === 1) await a.reload();
    if (n === 2) await b.reload();
    if (n === 3) { a.door.connect(false); await pause(); a.door.connect(true); }
  }
  const got = async (browser: Browser, conv: ConvId, bytes: Bytes): Promise<void> => {
    for (const message of await browser.engine.library.messagesBefore(conv, null, 10)) {
      if (message.state !== null || message.shown.kind !== "file") continue;
      const parts = await browser.engine.library.file(message.shown.key);
      ok(parts !== undefined && Buffer.compare(concat(...parts), bytes) === 0);
      return;
    }
    ok(false, "no file yet");
  };
  await eventually(world, async () => { await got(b, ba, there); await got(a, ab, back); }, 2000);
  ok(a.events.some((event) => event.kind === "transfer" && event.progress.direction === "out" && event.progress.state === "moving"));
});

/** Chunks and a pointer by hand, from alice to bob. */
class Hand {
  readonly file: FileDescription;
  readonly chunks: Bytes[];
  private readonly world: World;
  private readonly codec = new PlainCodec(alice);

  private constructor(world: World, file: FileDescription, chunks: Bytes[]) {
    this.world = world;
    this.file = file;
    this.chunks = chunks;
  }

  static async of(world: World, bytes: Bytes, part: number, wrong: Partial<FileDescription> = {}): Promise<Hand> {
    const sha256 = encodeHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
    const file = { id: newFileId(), filename: "x", mime: "x/y", size: bytes.length, sha256, caption: null, ...wrong };
    const chunks: Bytes[] = [];
    for (let at = 0; at < bytes.length; at += part) chunks.push(bytes.slice(at, at + part));
    return new Hand(world, file, chunks);
  }

  async put(body: ContentBody): Promise<void> {
    this.world.store(bob, alice, await this.codec.seal(contentOf(body), bob, newMessageId(), this.world.clock.now()));
  }

  chunk(index: number, count = this.chunks.length): Promise<void> {
    return this.put({ kind: "fileChunk", file: this.file.id, index, count, data: this.chunks[index] as Bytes });
  }

  pointer(chunks = this.chunks.length): Promise<void> {
    return this.put({ kind: "chunkedFile", file: this.file, chunks });
  }
}

test("pointer and chunks in any order, twice, of any division", async () => {
  for (let seed = 1; seed <= 10; seed++) {
    const { world, b, ba } = await pair(seed);
    const bytes = noise(5000, seed);
    const hand = await Hand.of(world, bytes, 300 + seed * 37);
    const todo = [-1, ...hand.chunks.keys(), ...hand.chunks.keys(), -1];
    while (todo.length > 0) {
      const next = todo.splice(world.random.below(todo.length), 1)[0] as number;
      await (next < 0 ? hand.pointer() : hand.chunk(next));
      if (world.random.chance(0.1)) await b.reload();
    }
    await eventually(world, async () => deepStrictEqual(await received(b, ba), bytes));
    strictEqual(await b.sealed.count("transfers", { from: "u/", to: "v" }), 0);
  }
});

test("wrong hash, wrong size and another division are failures with their reason, or corrected by the pointer", async () => {
  const { world, b, ba } = await pair(3);
  const failure = async (): Promise<unknown> => (await b.engine.library.transfer(await keyOf(b, ba)))?.failure;
  const hash = await Hand.of(world, noise(900), 300, { sha256: "0".repeat(64) });
  await hash.pointer();
  for (const index of hash.chunks.keys()) await hash.chunk(index);
  await eventually(world, async () => strictEqual(await failure(), "wrong_hash"));
  world.clock.advance(1);
  const size = await Hand.of(world, noise(900), 300, { size: 700 });
  await size.pointer();
  for (const index of size.chunks.keys()) await size.chunk(index);
  await eventually(world, async () => strictEqual(await failure(), "wrong_size"));
  world.clock.advance(1);
  const short = await Hand.of(world, noise(900), 300, { size: 901 });
  await short.pointer();
  for (const index of short.chunks.keys()) await short.chunk(index);
  await eventually(world, async () => strictEqual(await failure(), "wrong_size"));
  world.clock.advance(1);
  const bytes = noise(900, 5);
  const division = await Hand.of(world, bytes, 300);
  await division.chunk(0, 7);
  await division.chunk(1, 3);
  await division.pointer();
  for (const index of division.chunks.keys()) await division.chunk(index);
  await eventually(world, async () => deepStrictEqual(await received(b, ba, 3), bytes));
});

test("missing chunks are asked for, sent again, and given up on after a while; a retry asks anew", async () => {
  const { world, a, b, ab, ba } = await pair(4);
  const bytes = noise(6 * limits.chunkBytes, 9);
  const { key } = await a.engine.commands.sendFile(ab, chosen(bytes));
  await eventually(world, async () => strictEqual(await a.sealed.count("uploads"), 0), 0);
  // Two chunks never were in the log.
  const inbox = world.inboxes.get(bob) ?? [];
  b.door.connect(false);
  await b.stop();
  await b.raw.clear();
  const lost = inbox.filter(({ envelope }) => {
    const { body } = readContent(decodeBase64((JSON.parse(decodeUtf8(envelope) ?? "") as { body: string }).body) as Bytes);
    return body.kind === "fileChunk" && (body.index === 2 || body.index === 4);
  });
  strictEqual(lost.length, 2);
  world.inboxes.set(bob, inbox.filter((entry) => !lost.includes(entry)));
  await a.stop();
  await b.start();
  const again = await b.with(alice);
  strictEqual(again, ba);
  await eventually(world, async () => strictEqual((await b.engine.library.transfer(await keyOf(b, ba)))?.failure, "incomplete"), 5000);
  await a.start();
  await b.engine.commands.fetchFile(await keyOf(b, ba));
  await eventually(world, async () => deepStrictEqual(await received(b, ba), bytes), 3000);
  ok(((await a.engine.library.transfer(key))?.resent ?? 0) >= 2);
});

test("nobody else's files are sent to whoever asks, and not without end", async () => {
  const { world, a, ab } = await pair(5);
  const carol = person("c");
  const { key } = await a.engine.commands.sendFile(ab, chosen(noise(3 * limits.chunkBytes)));
  await eventually(world, async () => strictEqual(await a.sealed.count("uploads"), 0));
  await a.with(carol);
  const transfer = await a.engine.library.transfer(key);
  const want = async (from: typeof carol, missing: number[]): Promise<void> => {
    const codec = new PlainCodec(from);
    const body = { kind: "fileWant", file: transfer?.fileId as FileId, missing } as const;
    world.store(alice, from, await codec.seal(contentOf(body), alice, newMessageId(), 0));
  };
  await want(carol, [0, 1, 2]);
  await eventually(world, async () => strictEqual((await a.engine.library.transfer(key))?.resent, 0));
  for (let n = 0; n < bounds.resends + 3; n++) {
    await want(bob, [0, 1, 2, 2, 9000]);
    await eventually(world, async () => strictEqual(await a.sealed.count("uploads"), 0));
    await pause();
    await pause();
  }
  await eventually(world, async () => strictEqual((await a.engine.library.transfer(key))?.resent, bounds.resends * 3));
  world.clock.advance(60_000);
  await pause();
  strictEqual((await a.engine.library.transfer(key))?.resent, bounds.resends * 3);
});

test("a flood of unfinished files is bounded, strangers' chunks are not kept at all", async () => {
  const { world, b } = await pair(6);
  const stranger = new PlainCodec(person("d"));
  for (let n = 0; n < 30; n++) {
    const hand = await Hand.of(world, noise(600, n), 300);
    await hand.chunk(0);
    world.clock.advance(1);
    const body = { kind: "fileChunk", file: newFileId(), index: 0, count: 2, data: noise(300) } as const;
    world.store(bob, stranger.me, await stranger.seal(contentOf(body), bob, newMessageId(), 0));
  }
  await eventually(world, async () => strictEqual(await b.sealed.count("transfers"), bounds.transfersOfSender));
  await eventually(world, async () => strictEqual(await b.sealed.count("chunks"), bounds.transfersOfSender));
});

test("a file can be cancelled while it goes out; its other side shows nothing", async () => {
  const { world, a, b, ab, ba } = await pair(7);
  a.door.connect(false);
  const { order } = await a.engine.commands.sendFile(ab, chosen(noise(1_000_000)));
  a.door.connect(true);
  await pause();
  await a.engine.commands.deleteForMe(ab, order);
  for (let n = 0; n < 10; n++) { await pause(); world.clock.advance(1000); }
  strictEqual(await b.engine.library.count(ba), 0);
  strictEqual(await a.sealed.count("uploads"), 0);
  strictEqual(await a.sealed.count("chunks"), 0);
});

test("a file sent from one browser is fetched by the owner's other one", async () => {
  const { world, a, ab } = await pair(8);
  const a2 = await Browser.open(world, alice);
  const bytes = noise(400_000, 3);
  await a.engine.commands.sendFile(ab, chosen(bytes));
  const conv = await a2.with(bob);
  await eventually(world, async () => deepStrictEqual(await received(a2, conv), bytes), 2000);
});

test("bitmaps say what is missing", () => {
  const map = Bitmap.empty(10);
  map.add(0);
  map.add(9);
  deepStrictEqual(map.missing(10), [1, 2, 3, 4, 5, 6, 7, 8]);
  deepStrictEqual(Bitmap.parse(map.toString()).missing(10, 2), [1, 2]);
  strictEqual(Bitmap.full(10).size, 10);
  map.remove(9);
  strictEqual(map.size, 1);
});
