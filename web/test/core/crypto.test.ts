import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeHex, encodeUtf8, equalBytes, randomBytes } from "../../src/core/bytes";
import { Cache } from "../../src/core/crypto/cache";
import { hasSmallOrder, isCanonicalScalar, montgomeryOf } from "../../src/core/crypto/curve";
import { agreementKeyOf, isUsableKey, publicKeyOfSeed, signBytes, verifySignature } from "../../src/core/crypto/ed25519";
import { SealError } from "../../src/core/crypto/seal-error";
import { open, seal, sharedSecret } from "../../src/core/crypto/sealing";
import { agree, agreementScalar, importScalar } from "../../src/core/crypto/x25519";
import { identityOfSeed } from "../../src/core/identity/identity";
import { primaryOfKey } from "../../src/core/identity/primary";
import type { JsonValue } from "../../src/core/json/value";
import { sha256Hex } from "../../src/core/crypto/digest";
import { canonical } from "../../src/core/json/jcs";
import { readJsonText } from "../../src/core/json/reader";
import { person } from "../support/people";
import { bytesOfHex, hexOfVector, stringOf, vector, vectors } from "../support/vectors";

test("a seed gives the keys of every vector", async () => {
  const rows = vectors("ed25519_to_x25519", "rows").map((row) => (row.items ?? []).map((cell) => bytesOfHex(cell.string ?? "")));
  assert.ok(rows.length >= 50);
  for (const row of rows) {
    const [seed, publicKey, scalar, agreement] = row as [typeof row[0] & {}, typeof row[0] & {}, typeof row[0] & {}, typeof row[0] & {}];
    assert.deepEqual(await publicKeyOfSeed(seed), publicKey);
    assert.deepEqual(await agreementScalar(seed), scalar);
    assert.deepEqual(montgomeryOf(publicKey), agreement);
  }
});

test("refuses every negative key", async () => {
  for (const entry of vectors("negative_keys")) {
    const name = stringOf(entry, "name");
    if (entry.get("ed25519_public")) {
      const key = hexOfVector(entry, "ed25519_public");
      assert.equal(montgomeryOf(key), null, name);
      assert.equal(isUsableKey(primaryOfKey(key)), false, name);
      const { agreementKey } = await person(1);
      await assert.rejects(sharedSecret(agreementKey, primaryOfKey(key)), { problem: "unusable_key" });
    } else {
      const mine = await importScalar(hexOfVector(entry, "x25519_private"));
      await assert.rejects(agree(mine, hexOfVector(entry, "x25519_public")), { problem: "unusable_key" }, name);
    }
  }
});

test("a point outside the prime-order subgroup is no key, as for libsodium", () => {
  for (const entry of vectors("informational_keys")) assert.equal(montgomeryOf(hexOfVector(entry, "ed25519_public")), null);
});

test("signatures are taken or refused as libsodium does", async () => {
  const verdicts = new Set<boolean>();
  for (const entry of vectors("signature_edge_cases")) {
    const expected = entry.get("libsodium")?.boolean ?? null;
    assert.notEqual(expected, null);
    const primary = primaryOfKey(hexOfVector(entry, "public"));
    const valid = await verifySignature(primary, hexOfVector(entry, "message"), hexOfVector(entry, "signature"));
    assert.equal(valid, expected, stringOf(entry, "name"));
    verdicts.add(valid);
  }
  assert.equal(verdicts.size, 2);
});

test("both halves of a signature are canonical and of full order", async () => {
  const order = bytesOfHex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  assert.equal(isCanonicalScalar(order), false);
  order[0] = (order[0] ?? 0) - 1;
  assert.equal(isCanonicalScalar(order), true);
  const small = [
    "00".repeat(32), "01" + "00".repeat(31), "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "ec" + "ff".repeat(30) + "7f", "ed" + "ff".repeat(30) + "7f",
    "ee" + "ff".repeat(30) + "7f", "ee" + "ff".repeat(31), "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
  ];
  for (const hex of small) assert.ok(hasSmallOrder(bytesOfHex(hex)), hex);
  const { primary, signingKey } = await person(1);
  const message = encodeUtf8("kez");
  const signature = await signBytes(signingKey, message);
  assert.equal(hasSmallOrder(signature.subarray(0, 32)), false);
  assert.equal(await verifySignature(primary, message, signature), true);
  for (let bit = 0; bit < 512; bit += 37) {
    const changed = signature.slice();
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.equal(await verifySignature(primary, message, changed), false, String(bit));
  }
  assert.equal(await verifySignature((await person(2)).primary, message, signature), false);
});

async function identities(entry: JsonValue) {
  const sender = entry.get("sender");
  const recipient = entry.get("recipient");
  if (!sender || !recipient) throw new Error("no keys");
  return {
    sender: await identityOfSeed(hexOfVector(sender, "ed25519_seed")),
    recipient: await identityOfSeed(hexOfVector(recipient, "ed25519_seed")),
  };
}

test("every message vector is sealed to its bytes, and opened by both sides", async () => {
  for (const entry of vectors("messages")) {
    const { sender, recipient } = await identities(entry);
    const nonce = hexOfVector(entry, "nonce");
    const plaintext = hexOfVector(entry, "plaintext");
    const ciphertext = hexOfVector(entry, "ciphertext_and_tag");

    const theirs = agreementKeyOf(recipient.primary);
    assert.ok(theirs);
    assert.deepEqual(await agree(sender.agreementKey, theirs), hexOfVector(entry, "shared_secret"));

    const outgoing = await sharedSecret(sender.agreementKey, recipient.primary);
    const incoming = await sharedSecret(recipient.agreementKey, sender.primary);
    assert.deepEqual(await seal(plaintext, nonce, outgoing), ciphertext);
    assert.deepEqual(await open(ciphertext, nonce, incoming), plaintext);
    assert.deepEqual(await open(ciphertext, nonce, outgoing), plaintext);
    const key = await crypto.subtle.importKey("raw", hexOfVector(entry, "aes_key"), "AES-GCM", false, ["decrypt"]);
    assert.deepEqual(new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce }, key, ciphertext)), plaintext);
  }
});

test("the vectors' envelopes have their canonical form, digest and signature", async () => {
  for (const entry of vectors("messages")) {
    const { sender } = await identities(entry);
    const reading = readJsonText(entry.get("envelope_unsigned")?.rawText ?? "", 24);
    assert.ok(reading.ok);
    const bytes = canonical(reading.value);
    assert.equal(encodeHex(bytes), stringOf(entry, "envelope_jcs_utf8"));
    assert.equal(await sha256Hex(bytes), stringOf(entry, "envelope_sha256"));
    assert.deepEqual(await signBytes(sender.signingKey, bytes), hexOfVector(entry, "signature"));
    assert.equal(await verifySignature(sender.primary, bytes, hexOfVector(entry, "signature")), true);
  }
});

test("what was changed, cut, or is for others does not open", async () => {
  const [ann, ben, eve] = await Promise.all([person(1), person(2), person(3)]);
  const secret = await sharedSecret(ann.agreementKey, ben.primary);
  const nonce = randomBytes(12);
  const ciphertext = await seal(encodeUtf8("hello"), nonce, secret);
  const failed = (error: unknown) => error instanceof SealError && error.problem === "open_failed";
  for (const index of [0, 4, ciphertext.length - 1]) {
    const changed = ciphertext.slice();
    changed[index] = (changed[index] ?? 0) ^ 1;
    await assert.rejects(open(changed, nonce, secret), failed);
  }
  for (const length of [0, 15, 16, ciphertext.length - 1]) {
    await assert.rejects(open(ciphertext.slice(0, length), nonce, secret), failed);
  }
  await assert.rejects(open(ciphertext, randomBytes(12), secret), failed);
  await assert.rejects(open(ciphertext, nonce, await sharedSecret(eve.agreementKey, ann.primary)), failed);
  for (const length of [0, 11, 13]) {
    await assert.rejects(async () => open(ciphertext, randomBytes(length), secret), { problem: "nonce_length" });
  }
});

test("no key can be taken out of an identity", async () => {
  const { signingKey, agreementKey } = await person(1);
  for (const key of [signingKey, agreementKey]) {
    assert.equal(key.extractable, false);
    await assert.rejects(crypto.subtle.exportKey("pkcs8", key));
  }
  assert.ok(equalBytes(await publicKeyOfSeed(hexOfVector(vector("nkeys", 0), "seed")), hexOfVector(vector("nkeys", 0), "public")));
});

test("a cache keeps what was used last", () => {
  const cache = new Cache<string, number>(2);
  let computed = 0;
  const compute = () => ++computed;
  assert.deepEqual(["a", "b", "a", "c", "a", "b"].map((key) => cache.of(key, compute)), [1, 2, 1, 3, 1, 4]);
  cache.forget("b");
  assert.equal(cache.of("b", compute), 5);
  const none = new Cache<string, null>(1);
  assert.equal(none.of("x", () => null), null);
  assert.equal(none.of("x", () => assert.fail("computed twice")), null);
});
