import { test } from "node:test";
import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { decodeUtf8, encodeUtf8, type Bytes } from "../../src/core/bytes.js";
import { contentOf } from "../../src/core/content/content.js";
import { identityOfSeed } from "../../src/core/identity/identity.js";
import { newMessageId } from "../../src/core/messages/id.js";
import { CoreCodec } from "../../src/engine/core-codec.js";
import { Browser, World, eventually } from "./world.js";

const identity = (fill: number) => identityOfSeed(new Uint8Array(32).fill(fill));
const [alice, bob, carol] = await Promise.all([identity(1), identity(2), identity(3)]);
const text = contentOf({ kind: "text", text: "hi", replyTo: null });

function altered(envelope: Bytes, change: (object: { payload: Record<string, unknown>; signature: Record<string, unknown>; kez: string }) => void): Bytes {
  const object = JSON.parse(decodeUtf8(envelope) as string) as Parameters<typeof change>[0];
  change(object);
  return encodeUtf8(JSON.stringify(object));
}

test("what is sealed for somebody opens there, with id, sender, time and content", async () => {
  const id = newMessageId();
  const envelope = await new CoreCodec(alice).seal(text, bob.primary, id, 1_700_000_000_123);
  const opening = await new CoreCodec(bob).open(envelope, alice.primary);
  deepStrictEqual(opening, { kind: "content", from: alice.primary, id, createdAt: 1_700_000_000_123, content: text });
});

test("what is not what its subject says, or not signed, is noise; what cannot be read is a placeholder; no sender is anonymous", async () => {
  const envelope = await new CoreCodec(alice).seal(text, bob.primary, newMessageId(), 1);
  const to = new CoreCodec(bob);
  const kind = async (bytes: Bytes, from = alice.primary): Promise<string> => {
    const opening = await to.open(bytes, from);
    return opening.kind === "placeholder" ? opening.cause : opening.kind;
  };
  strictEqual(await kind(envelope, carol.primary), "noise");
  strictEqual((await new CoreCodec(carol).open(envelope, alice.primary)).kind, "noise");
  strictEqual(await kind(altered(envelope, ({ payload }) => { payload["created_at"] = "2026-01-01T00:00:00Z"; })), "noise");
  strictEqual(await kind(encodeUtf8("{")), "noise");
  strictEqual(await kind(altered(envelope, ({ signature }) => { signature["alg"] = "ml-dsa"; })), "newer");
  strictEqual(await kind(encodeUtf8('{"kez":"mls"}')), "newer");
  strictEqual((await to.open(encodeUtf8('{"hello":1}'), null)).kind, "anonymous");
  // Sealed for another and signed all the same: the sender's own signature over what bob cannot open.
  const codec = new CoreCodec(alice);
  const first = await to.open(encodeUtf8('{"kez":"mls"}'), alice.primary);
  const second = await to.open(encodeUtf8('{"kez":"mls"}'), alice.primary);
  ok(first.kind === "placeholder" && second.kind === "placeholder" && first.id === second.id);
  const long = contentOf({ kind: "text", text: "x".repeat(300_000), replyTo: null });
  await rejects(codec.seal(long, bob.primary, newMessageId(), 1), { code: "too_large" });
});

test("two engines hold a conversation with real envelopes", async () => {
  const world = new World(1);
  const a = await Browser.open(world, alice.primary, undefined, new CoreCodec(alice));
  const a2 = await Browser.open(world, alice.primary, undefined, new CoreCodec(alice));
  const b = await Browser.open(world, bob.primary, undefined, new CoreCodec(bob));
  const [ab, ba] = [await a.with(bob.primary), await b.with(alice.primary)];
  const { id } = await a.engine.commands.sendText(ab, "hello");
  await eventually(world, async () => strictEqual((await b.engine.library.messagesBefore(ba, null, 9)).length, 1));
  await b.engine.commands.react(ba, id, "👋");
  await b.engine.commands.sendFile(ba, { filename: "f", mime: "x/y", bytes: new Uint8Array(300_000), caption: null });
  for (const browser of [a, a2]) {
    await eventually(world, async () => {
      const messages = await browser.engine.library.messagesBefore(ab, null, 9);
      strictEqual(messages[0]?.reactions[bob.primary]?.emoji, "👋");
      strictEqual(messages[0]?.state, browser === a ? "delivered" : messages[0]?.state);
      ok(messages[1]?.shown.kind === "file" && (await browser.engine.library.file(messages[1].shown.key)) !== undefined);
    });
  }
});
