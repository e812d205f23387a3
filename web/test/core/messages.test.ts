import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, decodeUtf8Lossy, encodeUtf8, randomBytes } from "../../src/core/bytes";
import { readContent } from "../../src/core/content/reading";
import { signEnvelope } from "../../src/core/envelopes/signing";
import type { Identity } from "../../src/core/identity/identity";
import type { Primary } from "../../src/core/identity/primary";
import type { Writable } from "../../src/core/json/writer";
import { maximumPlaintext, sealMessage } from "../../src/core/messages/envelope";
import { parseMessageId } from "../../src/core/messages/id";
import { type MessageReading, readMessage } from "../../src/core/messages/reading";
import { SharedSecrets } from "../../src/core/messages/secrets";
import { timestampOf } from "../../src/core/timestamp";
import { person, personWithSecrets } from "../support/people";
import { hexOfVector, stringOf, vector } from "../support/vectors";

const noon = timestampOf(Date.UTC(2026, 4, 25, 12));

async function message(from: Identity, to: Primary, plaintext: Bytes = encodeUtf8("hi")): Promise<Bytes> {
  const secret = await new SharedSecrets(from).with(to);
  return sealMessage(plaintext, { to, createdAt: noon }, secret, from);
}

/** A message whose signature is good, whatever is in it. */
function signed(from: Identity, members: { [name: string]: Writable | undefined }): Promise<Bytes> {
  const whole = { id: "a".repeat(32), from: from.primary, nonce: "AAECAwQFBgcICQoL", ciphertext: "", created_at: "2026-05-25T03:00:00Z" };
  return signEnvelope("message", { ...whole, ...members }, from);
}

async function readBy(number: number, bytes: Bytes, sender: Primary | null): Promise<MessageReading> {
  const { me, secrets } = await personWithSecrets(number);
  return readMessage(bytes, sender, me.primary, me.primary, secrets);
}

function swap(bytes: Bytes, text: string, other: string): Bytes {
  const before = decodeUtf8Lossy(bytes);
  assert.ok(before.includes(text), text);
  return encodeUtf8(before.replace(text, other));
}

test("the envelope of the vectors opens for both sides, and is sealed to the same ciphertext", async () => {
  const entry = vector("envelopes", "message");
  const bytes = vector("envelopes", "message", "envelope").raw;
  const [ann, ben] = [await personWithSecrets(1), await personWithSecrets(2)];
  for (const { me, secrets } of [ann, ben]) {
    const reading = await readMessage(bytes, ann.me.primary, ben.me.primary, me.primary, secrets);
    assert.ok(reading.kind === "opened");
    assert.equal(decodeUtf8Lossy(reading.plaintext), stringOf(entry, "plaintext"));
    assert.equal(reading.message.attribution.id, "000102030405060708090a0b0c0d0e0f");
    assert.deepEqual(readContent(reading.plaintext).body, { kind: "text", text: "hello", replyTo: null });
    const key = await crypto.subtle.importKey("raw", hexOfVector(entry, "message_key"), "AES-GCM", false, ["decrypt"]);
    const { nonce, ciphertext } = reading.message;
    const plaintext = await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, ciphertext);
    assert.deepEqual(new Uint8Array(plaintext), reading.plaintext);
    const id = parseMessageId("000102030405060708090a0b0c0d0e0f");
    assert.ok(id);
    const parts = { to: ben.me.primary, createdAt: noon, id, nonce };
    const again = await sealMessage(reading.plaintext, parts, await ann.secrets.with(ben.me.primary), ann.me);
    const mine = await readMessage(again, ann.me.primary, ben.me.primary, me.primary, secrets);
    assert.ok(mine.kind === "opened");
    assert.deepEqual(mine.message.ciphertext, ciphertext);
  }
});

test("a message is shown only if it is what its subject says", async () => {
  const [ann, ben, eve] = await Promise.all([1, 2, 3].map(person)) as [Identity, Identity, Identity];
  const bytes = await message(ann, ben.primary);
  assert.equal((await readBy(2, bytes, ann.primary)).kind, "opened");
  const wrong: [number, Bytes, Primary | null, string][] = [
    [2, bytes, eve.primary, "wrong_recipient"], [2, bytes, null, "wrong_recipient"], [3, bytes, ann.primary, "wrong_recipient"],
    // Reflected: Ann's own message, put into her inbox under Ben's name.
    [1, bytes, ben.primary, "wrong_recipient"], [1, bytes, ann.primary, "wrong_recipient"],
    [2, swap(bytes, '"2026', '"2025'), ann.primary, "bad_signature"], [2, swap(bytes, ann.primary, eve.primary), eve.primary, "bad_envelope"],
    [2, swap(bytes, '"id":"', '"id":"g'), ann.primary, "bad_envelope"], [2, encodeUtf8("{"), ann.primary, "bad_envelope"],
    [2, encodeUtf8("[]"), ann.primary, "bad_envelope"], [2, swap(bytes, '"sig":"', '"sig":"00'), ann.primary, "bad_signature"],
    [2, encodeUtf8('{"kez":"message"}'), null, "bad_envelope"],
  ];
  for (const [reader, input, sender, code] of wrong) {
    const reading = await readBy(reader, input, sender);
    assert.equal(reading.kind === "refused" && reading.error.code, code);
  }
});

test("without a sender it is counted, and a newer kind under a known one is a placeholder", async () => {
  const { primary } = await person(1);
  for (const text of ["{}", '{"kez":"mls"}', '{"kez":5}']) {
    assert.deepEqual(await readBy(2, encodeUtf8(text), null), { kind: "anonymous" });
  }
  assert.deepEqual(await readBy(2, encodeUtf8('{"kez":"mls"}'), primary), { kind: "unknownTag", from: primary, tag: "mls" });
  for (const text of ["{}", '{"kez":"sigchain_link"}']) {
    assert.deepEqual(await readBy(2, encodeUtf8(text), primary), { kind: "anonymous" });
  }
});

test("what does not open is one placeholder with its cause", async () => {
  const [ann, ben] = await Promise.all([person(1), person(2)]);
  const to = ben.primary;
  const cases: [Bytes, object][] = [
    [swap(await message(ann, to), "ed25519-sha512-jcs", "pq"), { why: "unsupported", unsupported: { what: "algorithm", algorithm: "pq" } }],
    [await signed(ann, { to, version: 2 }), { why: "unsupported", unsupported: { what: "version", version: 2 } }],
    [await signed(ann, { to, nonce: "AA==" }), { why: "malformed" }],
    [await signed(ann, { to, ciphertext: "not base64" }), { why: "malformed" }],
    [await signed(ann, { to, created_at: "yesterday" }), { why: "malformed" }],
    [await signed(ann, { to, ciphertext: "AAAA" }), { why: "sealed", problem: "open_failed" }],
    [await signed(ann, { to, ciphertext: "A".repeat(64) }), { why: "sealed", problem: "open_failed" }],
  ];
  for (const [bytes, expected] of cases) {
    const reading = await readBy(2, bytes, ann.primary);
    assert.deepEqual(reading.kind === "placeholder" && reading.unreadable, expected);
  }
});

test("an envelope keeps its limit with the longest plaintext", async () => {
  const [ann, ben] = await Promise.all([person(1), person(2)]);
  for (const limit of [262_144, 16_384, 2000]) {
    const length = (await message(ann, ben.primary, new Uint8Array(maximumPlaintext(limit)))).length;
    assert.ok(length <= limit && length > limit - 128, `${length} of ${limit}`);
  }
  assert.equal(maximumPlaintext(100), 0);
});

test("two messages never share an id or a nonce", async () => {
  const [ann, ben] = await Promise.all([person(1), person(2)]);
  const seen = new Set<string>();
  for (let round = 0; round < 50; round++) {
    const reading = await readBy(2, await message(ann, ben.primary, randomBytes(5)), ann.primary);
    assert.ok(reading.kind === "opened");
    seen.add(reading.message.attribution.id).add(reading.message.nonce.join());
  }
  assert.equal(seen.size, 100);
});

test("a secret is computed once for each peer, and an unusable key is refused", async () => {
  const { me, secrets } = await personWithSecrets(1);
  const { primary } = await person(2);
  assert.equal(await secrets.with(primary), await secrets.with(primary));
  const identityPoint = `ed25519:01${"00".repeat(31)}` as Primary;
  for (let round = 0; round < 2; round++) await assert.rejects(secrets.with(identityPoint), { problem: "unusable_key" });
  const toMyself = await sealMessage(encodeUtf8("note"), { to: me.primary, createdAt: noon }, await secrets.with(me.primary), me);
  assert.equal((await readMessage(toMyself, me.primary, me.primary, me.primary, secrets)).kind, "opened");
});
