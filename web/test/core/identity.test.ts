import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeBase64Url } from "../../src/core/bytes";
import { contactLink, readContact } from "../../src/core/identity/contact-link";
import * as handles from "../../src/core/identity/handle";
import { identityOfSeed, newSeed, nkeyOf, signNonce } from "../../src/core/identity/identity";
import { decodeNkey, decodeNkeySeed, encodeNkey, encodeNkeySeed } from "../../src/core/identity/nkey";
import * as primaries from "../../src/core/identity/primary";
import { handleOn, parseRecipient, readTypedRecipient } from "../../src/core/identity/recipient";
import { checkSafetyCode, safetyCode, safetyNumber } from "../../src/core/identity/safety-number";
import { person } from "../support/people";
import { hexOfVector, stringOf, vectors } from "../support/vectors";

test("every nkey vector is written, read and signed", async () => {
  for (const entry of vectors("nkeys")) {
    const [seed, publicKey] = [hexOfVector(entry, "seed"), hexOfVector(entry, "public")];
    assert.equal(encodeNkey(publicKey), stringOf(entry, "nkey_public"));
    assert.equal(encodeNkeySeed(seed), stringOf(entry, "nkey_seed"));
    assert.deepEqual(decodeNkey(stringOf(entry, "nkey_public")), publicKey);
    assert.deepEqual(decodeNkeySeed(stringOf(entry, "nkey_seed")), seed);
    const identity = await identityOfSeed(seed);
    assert.equal(nkeyOf(identity.primary), stringOf(entry, "nkey_public"));
    const signature = await signNonce(identity, stringOf(entry, "nonce_text"));
    assert.equal(signature && encodeBase64Url(signature), stringOf(entry, "sig_base64url"));
  }
});

test("a recovery key is forgiven its spacing and nothing else", () => {
  const seed = newSeed();
  const text = encodeNkeySeed(seed);
  assert.equal(text.length, 58);
  assert.ok(text.startsWith("SU"));
  assert.deepEqual(decodeNkeySeed(` ${text.slice(0, 20).toLowerCase()}\n${text.slice(20)} `), seed);
  const publicText = encodeNkey(seed);
  for (const wrong of ["", "SU", text.slice(0, -1), text + "A", publicText, "SA" + text.slice(2), "x".repeat(5000)]) {
    assert.equal(decodeNkeySeed(wrong), null, wrong);
  }
  for (let index = 0; index < text.length; index++) {
    const other = text[index] === "A" ? "B" : "A";
    assert.equal(decodeNkeySeed(text.slice(0, index) + other + text.slice(index + 1)), null, String(index));
  }
  assert.equal(decodeNkey(text), null);
  assert.equal(decodeNkey(publicText.toLowerCase()), null);
});

test("only a nonce that cannot mean anything else is signed", async () => {
  const identity = await person(1);
  for (const nonce of ["AAAAAAAA", "a-b_c-d_", "Z".repeat(64)]) assert.equal((await signNonce(identity, nonce))?.length, 64);
  const refused = ["", "short", "Z".repeat(65), "{\"type\":1}", "GET\n/v1/inbox/a\nsince=0\n1", "AAAAAAAA\n", "AAAA AAAA", "AAAAAAA=", "ÄÄÄÄÄÄÄÄ"];
  for (const nonce of refused) assert.equal(await signNonce(identity, nonce), null, nonce);
});

test("a primary has one form", async () => {
  const { primary } = await person(1);
  assert.equal(primary, "ed25519:8a88e3dd7409f195fd52db2d3cba5d72ca6709bf1d94121bf3748801b40f6f5c");
  const hex = primaries.hexOf(primary);
  assert.equal(primaries.parsePrimary(primary), primary);
  assert.equal(primaries.parsePrimaryOrHex(hex), primary);
  assert.equal(primaries.primaryOfKey(primaries.keyOf(primary)), primary);
  assert.equal(primaries.shardOf(primary), "8");
  for (const text of [hex, primary.toUpperCase(), `ed25519:${hex.toUpperCase()}`, primary + "0", primary.slice(0, -1), ` ${primary}`, `${primary}\n`]) {
    assert.equal(primaries.parsePrimary(text), null, text);
  }
  assert.throws(() => primaries.primaryOfKey(new Uint8Array(31)), RangeError);
});

test("handles and servers are told from what is none", () => {
  for (const text of ["abc", "a-b", "0__", "a".repeat(32)]) assert.equal(handles.parseHandle(text), text);
  for (const text of ["", "ab", "a".repeat(33), "-ab", "_ab", "Abc", "a b", "a.b", "abc\n", "аbc", "abc@x", "ａｂｃ"]) {
    assert.equal(handles.parseHandle(text), null, text);
  }
  for (const text of ["kez.lat", "a", "x-y.z", "127.0.0.1:6969", "kez.lat:65535"]) assert.equal(handles.parseServerName(text), text);
  assert.equal(handles.parseServerName("KEZ.Lat"), "kez.lat");
  for (const text of ["", ".", "a..b", "-a", "a-", "a_b", "a:0", "a:65536", "a:1:2", "a:x", "a:", "a".repeat(64), "ä.de", "a b", `${"a.".repeat(127)}aa`]) {
    assert.equal(handles.parseServerName(text), null, text);
  }
  const full = handles.parseFullHandle("ann@kez.lat");
  assert.ok(full);
  assert.equal(handles.formatFullHandle(full), "ann@kez.lat");
  for (const text of ["ann", "ann@", "@kez.lat", "ann@kez.lat@x", "an@kez.lat"]) assert.equal(handles.parseFullHandle(text), null, text);
});

test("what the protocol reserves is reserved", () => {
  const listed = "admin administrator root no-reply noreply kez nats sig self well-known me".split(" ");
  for (const text of listed) {
    const handle = handles.parseHandle(text);
    assert.ok(handle === null || handles.isReserved(handle), text);
  }
  const free = handles.parseHandle("tudisco");
  assert.ok(free && !handles.isReserved(free));
});

test("a recipient is a handle, a full one or a key, and people may type it loosely", async () => {
  const { primary } = await person(1);
  const server = handles.parseServerName("kez.lat");
  assert.ok(server);
  assert.deepEqual(parseRecipient(primary), { kind: "primary", primary });
  assert.deepEqual(parseRecipient(primaries.hexOf(primary)), { kind: "primary", primary });
  assert.equal(parseRecipient("bob")?.kind, "handle");
  const full = parseRecipient("bob@kez.lat");
  assert.ok(full?.kind === "fullHandle" && handleOn(server, full) === "bob");
  const elsewhere = parseRecipient("bob@else.where");
  assert.ok(elsewhere && handleOn(server, elsewhere) === null);
  assert.equal(parseRecipient("Bob"), null);
  for (const text of [" Bob ", "@bob", "bob\n"]) assert.deepEqual(readTypedRecipient(text), { kind: "handle", handle: "bob" });
  assert.equal(readTypedRecipient("bоb"), null, "a Cyrillic o");
});

test("both sides see one safety number, and a code tells whose keys it is about", async () => {
  const [ann, ben, eve] = (await Promise.all([1, 2, 3].map(person))).map(({ primary }) => primary) as [
    primaries.Primary, primaries.Primary, primaries.Primary,
  ];
  const number = await safetyNumber(ann, ben);
  assert.deepEqual(number, await safetyNumber(ben, ann));
  assert.notDeepEqual(number, await safetyNumber(ann, eve));
  assert.ok(number.length === 12 && number.every((group) => /^\d{5}$/.test(group)));
  // The same on every client: a change of the recipe would alarm everybody.
  assert.equal(number.join(" "), "24711 13783 58271 94327 21075 91251 39133 97370 95784 92526 14253 84687");
  assert.equal(checkSafetyCode(safetyCode(ben, ann), ann, ben), "match");
  assert.equal(checkSafetyCode(safetyCode(eve, ann), ann, ben), "mismatch");
  assert.equal(checkSafetyCode(safetyCode(ann, ben), ann, ben), "mismatch");
  for (const text of ["", "https://example.org", `${safetyCode(ben, ann)} x`, "kez-safety-v1 a b"]) {
    assert.equal(checkSafetyCode(text, ann, ben), "not_a_code");
  }
});

test("a link leads to a handle and the key behind it", async () => {
  const { primary } = await person(1);
  const server = handles.parseServerName("kez.lat");
  const handle = handles.parseHandle("ann");
  assert.ok(server && handle);
  const here = { origin: "http://127.0.0.1:6969", server };
  const link = contactLink(here.origin, "ann", primary);
  assert.equal(link, `http://127.0.0.1:6969/u/ann#${primary}`);
  const mine = { recipient: { kind: "fullHandle", full: { handle, server } }, key: primary };
  assert.deepEqual(readContact(link, here), mine);
  assert.deepEqual(readContact(` ${here.origin}/u/ann/ `, here), { ...mine, key: null });
  const elsewhere = readContact(`https://Else.Where/u/ann#${primary}`, here);
  assert.deepEqual(elsewhere?.recipient, { kind: "fullHandle", full: { handle, server: "else.where" } });
  assert.deepEqual(readContact("acct:ann@kez.lat", here), { ...mine, key: null });
  assert.deepEqual(readContact(primary, here), { recipient: { kind: "primary", primary }, key: primary });
  const refused = [
    `${link}0`, `${here.origin}/u/ann#x`, `${here.origin}/v/ann`, `${here.origin}/u/ann/x`, `${here.origin}/u/%61nn%00`, `${here.origin}/u/..`,
    "https://user:pass@kez.lat/u/ann", "javascript:alert(1)//u/ann", "https://", "data:text/html,x", "http://[::1]/u/ann", "",
  ];
  for (const text of refused) assert.equal(readContact(text, here), null, text);
});
