import assert from "node:assert/strict";
import { test } from "node:test";
import { type Bytes, decodeUtf8Lossy, encodeBase64Url, encodeHex, encodeUtf8 } from "../../src/core/bytes";
import { signRegistration, signRelease } from "../../src/core/envelopes/claims";
import { readInvite } from "../../src/core/envelopes/invite";
import { classifyEnvelope } from "../../src/core/envelopes/reading";
import { signRequest, type RequestDoor, requestText } from "../../src/core/envelopes/request-auth";
import { isSignatureValid, readEnvelope, requireTag, verifyEnvelope } from "../../src/core/envelopes/signed-envelope";
import { signEnvelope } from "../../src/core/envelopes/signing";
import { parseHandle, parseServerName } from "../../src/core/identity/handle";
import { identityOfSeed, nkeyOf } from "../../src/core/identity/identity";
import { encodeNkeySeed } from "../../src/core/identity/nkey";
import { shardOf } from "../../src/core/identity/primary";
import type { JsonValue } from "../../src/core/json/value";
import { RawJson, type Writable } from "../../src/core/json/writer";
import { canonicalText } from "../../src/core/json/jcs";
import { codeOf } from "../support/errors";
import { person } from "../support/people";
import { hexOfVector, stringOf, vector, vectors } from "../support/vectors";

const named = ["registration", "registration_with_unknown_members", "message"] as const;

function envelopeVector(name: (typeof named)[number]): { entry: JsonValue; bytes: Bytes } {
  const entry = vector("envelopes", name);
  return { entry, bytes: vector("envelopes", name, "envelope").raw };
}

/** The same bytes with one text in place of another. */
function replaced(bytes: Bytes, text: string, other: string): Bytes {
  const before = decodeUtf8Lossy(bytes);
  assert.ok(before.includes(text), text);
  return encodeUtf8(before.replace(text, other));
}

test("every envelope vector is read, verified, and signed to the same bytes", async () => {
  for (const name of named) {
    const { entry, bytes } = envelopeVector(name);
    const envelope = readEnvelope(bytes);
    assert.equal(decodeUtf8Lossy(envelope.canonicalPayload), stringOf(entry, "canonical_payload"));
    assert.equal(await isSignatureValid(envelope), true, name);
    const seed = hexOfVector(entry, name === "message" ? "sender_seed" : "seed");
    const members: Record<string, Writable> = {};
    for (const [member, value] of envelope.payload.members ?? []) {
      if (member !== "type" && member !== "version") members[member] = new RawJson(value.rawText);
    }
    const signed = await signEnvelope(envelope.tag as "message", members, await identityOfSeed(seed));
    assert.equal(canonicalText(readEnvelope(signed).root), canonicalText(envelope.root), name);
  }
});

test("a signature is over the payload as it was sent, members that nobody knows included", async () => {
  const { bytes } = envelopeVector("registration_with_unknown_members");
  assert.equal(await codeOf(() => verifyEnvelope(readEnvelope(bytes))), null);
  assert.equal(await codeOf(() => verifyEnvelope(readEnvelope(replaced(bytes, "tudisco", "tudisca")))), "bad_signature");
  assert.equal(await codeOf(() => verifyEnvelope(readEnvelope(replaced(bytes, "4.5", "4.50")))), null);
  assert.equal(await codeOf(() => verifyEnvelope(readEnvelope(replaced(bytes, "4.5", "4.6")))), "bad_signature");
});

test("a malformed envelope is refused by its code", async () => {
  const { bytes } = envelopeVector("registration");
  const refused: [string, string, string][] = [
    ['"kez":', '"zek":', "bad_envelope"], ['"payload":', '"p":', "bad_envelope"], ['"version": 1', '"version": 1.0', "bad_envelope"],
    ['"version": 1', '"version": "1"', "bad_envelope"], ['"version": 1', '"version": 9007199254740993', "bad_envelope"],
    ["ed25519-sha512-jcs", "rsa", "bad_envelope"], ['"sig": "6', '"sig": "', "bad_envelope"], ['"sig": "6', '"sig": "A', "bad_envelope"],
    ['"key": "ed25519:', '"key": "', "bad_envelope"], ["{", "[", "bad_json"], ['"version": 1', '"n":1e999,"version": 1', "bad_envelope"],
    ['"version": 1', '"version": 1,"version": 1', "bad_json"],
  ];
  for (const [text, other, code] of refused) {
    assert.equal(await codeOf(() => readEnvelope(replaced(bytes, text, other))), code, other);
  }
  assert.equal(await codeOf(() => readEnvelope(encodeUtf8('{"kez":' + "[".repeat(24) + "]".repeat(24) + "}"))), "bad_json");
  for (const text of ["", "null", "[]", "5"]) assert.notEqual(await codeOf(() => readEnvelope(encodeUtf8(text))), null);
  assert.equal(await codeOf(() => requireTag(readEnvelope(bytes), "handle_registration")), null);
  assert.equal(await codeOf(() => requireTag(readEnvelope(bytes), "handle_release")), "bad_envelope");
  const mixed = replaced(bytes, "kez.chat.handle_registration", "kez.chat.handle_release");
  assert.equal(await codeOf(() => requireTag(readEnvelope(mixed), "handle_registration")), "bad_type");
});

test("a newer envelope is unsupported, not bad", () => {
  const { bytes } = envelopeVector("message");
  const unsupported: [string, string, object][] = [
    ['"kez": "message"', '"kez": "mls"', { what: "tag", tag: "mls" }], ['"version": 1', '"version": 2', { what: "version", version: 2 }],
    ['"version": 1', '"version": 99999999999999999999', { what: "version", version: Number.MAX_SAFE_INTEGER }],
    ["ed25519-sha512-jcs", "pq", { what: "algorithm", algorithm: "pq" }],
  ];
  for (const [text, other, expected] of unsupported) {
    const reading = classifyEnvelope(replaced(bytes, text, other));
    assert.deepEqual(reading, { kind: "unsupported", unsupported: expected });
  }
  assert.equal(classifyEnvelope(bytes).kind, "supported");
  const bad: [string, string, string][] = [
    ["kez.chat.message", "kez.sigchain.link", "bad_type"], ['"version": 1', '"version": 0', "bad_envelope"],
    ['"version": 1', '"version": "2"', "bad_envelope"], ['"kez": "message"', '"kez": 5', "bad_envelope"], ['"alg"', '"gla"', "bad_envelope"],
  ];
  for (const [text, other, code] of bad) {
    const reading = classifyEnvelope(replaced(bytes, text, other));
    assert.equal(reading.kind === "bad" && reading.error.code, code, other);
  }
  assert.equal(classifyEnvelope(encodeUtf8("{")).kind, "bad");
});

test("a claim is what the server asks for", async () => {
  const ann = await person(1);
  const [handle, server] = [parseHandle("tudisco"), parseServerName("kez.lat")];
  assert.ok(handle && server);
  const claim = { handle, server, createdAt: { seconds: 1_779_678_000, nanoseconds: 0 } };
  const text = decodeUtf8Lossy(await signRegistration(claim, ann));
  const members = `"version":1,"handle":"tudisco","primary":"${ann.primary}","server":"kez.lat","created_at":"2026-05-25T03:00:00.000Z"}`;
  assert.ok(text.startsWith(`{"kez":"handle_registration","payload":{"type":"kez.chat.handle_registration",${members}`), text);
  const invited = readEnvelope(await signRegistration(claim, ann, "abc"));
  assert.equal(invited.payload.get("invite")?.string, "abc");
  const released = readEnvelope(await signRelease(claim, ann));
  assert.ok(decodeUtf8Lossy(released.payload.raw).endsWith(members));
  for (const envelope of [invited, released]) assert.equal(await codeOf(() => verifyEnvelope(envelope)), null);
});

test("what cannot be signed is told", async () => {
  const ann = await person(1);
  assert.equal(await codeOf(() => signEnvelope("message", { n: 2 ** 53 }, ann)), "bad_envelope");
  assert.equal(await codeOf(() => signEnvelope("message", { n: new RawJson("1e999") }, ann)), "bad_envelope");
  assert.equal(await codeOf(() => signEnvelope("message", { n: new RawJson("{") }, ann)), "bad_envelope");
});

test("every request is signed like its vector", async () => {
  const lists = vectors("envelopes", "x_kez_auth").map((entry) => [entry, "inboxList"] as const);
  const others = vectors("envelopes", "x_kez_auth_other_doors").map((entry) => [entry, "other"] as const);
  const server = parseServerName("kez.lat");
  assert.ok(server);
  for (const [entry, kind] of [...lists, ...others]) {
    const [method = "", path = "", subject = "", timestamp = ""] = stringOf(entry, "signed_text").split("\n");
    const since = subject.replace("since=", "");
    const body = entry.get("body")?.string ?? null;
    let door: RequestDoor = { kind: "inboxList", path, since };
    if (kind === "other") {
      door = body === null
        ? { kind: "cursor", method, path, since, server }
        : { kind: "body", method, path, body: encodeUtf8(body), server };
    }
    assert.equal(await requestText(door, timestamp), stringOf(entry, "signed_text"));
    const identity = await identityOfSeed(hexOfVector(entry, "seed"));
    assert.equal(await signRequest(door, { seconds: Number(timestamp), nanoseconds: 5 }, identity), stringOf(entry, "header"));
  }
});

test("one seed is the primary, the nkey and the shard", async () => {
  const entries = vectors("envelopes", "nkeys");
  for (const [index, entry] of entries.entries()) {
    const { primary } = await person(index + 1);
    assert.equal(primary, stringOf(entry, "primary"));
    assert.equal(nkeyOf(primary), stringOf(entry, "nkey"));
    assert.equal(encodeNkeySeed(new Uint8Array(32).fill(index + 1)), stringOf(entry, "nkey_seed"));
    assert.equal(shardOf(primary), stringOf(entry, "shard"));
  }
});

test("an invite tells what it is for", async () => {
  const operator = await person(9);
  const members = { id: "00".repeat(16), server: "kez.lat", handle: "ann", created_at: "2026-05-25T03:00:00Z" };
  const text = encodeBase64Url(await signEnvelope("invite", members, operator));
  assert.deepEqual(readInvite(text), { server: "kez.lat", handle: "ann", expiresAt: null, key: operator.primary });
  const open = { ...members, handle: undefined, expires_at: "2026-06-01T00:00:00Z" };
  const expiring = readInvite(encodeBase64Url(await signEnvelope("invite", open, operator)));
  assert.deepEqual([expiring.handle, expiring.expiresAt?.seconds], [null, 1_780_272_000]);
  const wrong = encodeBase64Url(await signEnvelope("handle_release", members, operator));
  const badHandle = encodeBase64Url(await signEnvelope("invite", { ...members, handle: "A" }, operator));
  for (const bad of ["", "!", text + "=", text.slice(1), wrong, badHandle, "A".repeat(5000), encodeHex(encodeUtf8("{}"))]) {
    assert.equal(await codeOf(() => readInvite(bad)), "bad_invite", bad.slice(0, 40));
  }
});
