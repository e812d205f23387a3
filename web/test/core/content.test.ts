import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeUtf8Lossy, encodeUtf8 } from "../../src/core/bytes";
import type { ContentBody } from "../../src/core/content/body";
import { type Content, contentOf, displayOf } from "../../src/core/content/content";
import { chunksOf, type FileDescription, matchesDescription } from "../../src/core/content/file";
import { readLiveSignal, writeLiveSignal } from "../../src/core/content/live";
import { paddedLength } from "../../src/core/content/padding";
import { readContent } from "../../src/core/content/reading";
import { writeContent, writeContentUnpadded } from "../../src/core/content/writing";
import { sha256Hex } from "../../src/core/crypto/digest";
import { limits } from "../../src/core/limits";
import * as ids from "../../src/core/messages/id";
import { person } from "../support/people";
import { seeded } from "../support/random";

const hex = "ab".repeat(16);
const id = ids.parseMessageId(hex) ?? assert.fail();
const fileId = ids.parseFileId(hex) ?? assert.fail();
const conversation = ids.parseConversationId(hex) ?? assert.fail();
const file: FileDescription = {
  id: fileId, filename: "a.txt", mime: "text/plain", size: 3, sha256: await sha256Hex(encodeUtf8("abc")), caption: "c",
};
const { primary } = await person(1);

const bodies: ContentBody[] = [
  { kind: "text", text: "hello", replyTo: null }, { kind: "text", text: "é\n😀\u0000\"", replyTo: id },
  { kind: "inlineFile", file, data: encodeUtf8("abc") }, { kind: "inlineFile", file: { ...file, caption: null }, data: new Uint8Array() },
  { kind: "chunkedFile", file, chunks: 2 }, { kind: "fileChunk", file: fileId, index: 1, count: 2, data: Uint8Array.of(1, 2) },
  { kind: "fileWant", file: fileId, missing: [0, 5] }, { kind: "fileWant", file: fileId, missing: [] },
  { kind: "receipt", receipt: "read", ids: [id] }, { kind: "receipt", receipt: "delivered", ids: [] },
  { kind: "reaction", target: id, emoji: "👍" }, { kind: "edit", target: id, text: "x" }, { kind: "delete", target: id },
  { kind: "sync", sync: { kind: "sent", to: primary, id, createdAt: { seconds: 1, nanoseconds: 5_000_000 }, body: encodeUtf8('{"kez": "x"}') } },
  { kind: "sync", sync: { kind: "read", peer: primary, upTo: id } }, { kind: "sync", sync: { kind: "settings", body: encodeUtf8("{}") } },
];

test("reads what it writes, padded to a length of the list", () => {
  for (const body of bodies) {
    const full: Content = { body, fallback: "f", quiet: true, conversation, expiresIn: 60 };
    for (const content of [contentOf(body), full]) {
      const plaintext = writeContent(content, 200_000);
      assert.deepEqual(readContent(plaintext), content);
      assert.equal(paddedLength(plaintext.length), plaintext.length);
      assert.deepEqual(readContent(writeContentUnpadded(content)), content);
    }
  }
});

test("the members stand as the other clients write them", () => {
  const written: [ContentBody, string][] = [
    [{ kind: "text", text: "a", replyTo: id }, `{"kez":"kez-text-v1","text":"a","reply_to":"${hex}"}`],
    [{ kind: "inlineFile", file, data: encodeUtf8("abc") },
      `{"kez":"kez-file-v1","mode":"inline","file_id":"${hex}","filename":"a.txt","mime":"text/plain","size":3,"sha256":"${file.sha256}","caption":"c","data":"YWJj"}`],
    [{ kind: "chunkedFile", file: { ...file, caption: null }, chunks: 2 },
      `{"kez":"kez-file-v1","mode":"chunked","file_id":"${hex}","filename":"a.txt","mime":"text/plain","size":3,"sha256":"${file.sha256}","n":2}`],
    [{ kind: "fileChunk", file: fileId, index: 0, count: 2, data: Uint8Array.of(1) },
      `{"kez":"kez-file-chunk-v1","file_id":"${hex}","i":0,"n":2,"data":"AQ==","quiet":true}`],
    [{ kind: "fileWant", file: fileId, missing: [0, 5] }, `{"kez":"kez-file-want-v1","file_id":"${hex}","missing":[0,5],"quiet":true}`],
    [{ kind: "receipt", receipt: "read", ids: [id] }, `{"kez":"kez-receipt-v1","kind":"read","ids":["${hex}"],"quiet":true}`],
    [{ kind: "reaction", target: id, emoji: "👍" }, `{"kez":"kez-react-v1","target":"${hex}","emoji":"👍"}`],
    [{ kind: "edit", target: id, text: "x" }, `{"kez":"kez-edit-v1","target":"${hex}","text":"x"}`],
    [{ kind: "delete", target: id }, `{"kez":"kez-delete-v1","target":"${hex}"}`],
    [{ kind: "sync", sync: { kind: "sent", to: primary, id, createdAt: { seconds: 1, nanoseconds: 0 }, body: encodeUtf8('{"kez": "x"}') } },
      `{"kez":"kez-sync-v1","kind":"sent","to":"${primary}","id":"${hex}","created_at":"1970-01-01T00:00:01.000Z","body":{"kez": "x"},"quiet":true}`],
    [{ kind: "sync", sync: { kind: "read", peer: primary, upTo: id } },
      `{"kez":"kez-sync-v1","kind":"read","peer":"${primary}","up_to":"${hex}","quiet":true}`],
  ];
  for (const [body, expected] of written) assert.equal(decodeUtf8Lossy(writeContentUnpadded(contentOf(body))), expected);
  const more = contentOf({ kind: "text", text: "a", replyTo: null }, { fallback: "f", quiet: true, conversation, expiresIn: 5 });
  const expected = `{"kez":"kez-text-v1","text":"a","fallback":"f","quiet":true,"conv":"${hex}","expires_in":5}`;
  assert.equal(decodeUtf8Lossy(writeContentUnpadded(more)), expected);
});

test("everything else is plain text", () => {
  for (const text of ["", "hello", "{}", "[1]", '{"kez":5}', '{"kez":"kez-text-v1"', "\u0000", '{"kez":"a","kez":"b"}', "\ufeff{}"]) {
    const content = readContent(encodeUtf8(text));
    assert.deepEqual(content.body, { kind: "plainText", text });
    assert.deepEqual(displayOf(content), { show: "text", text });
    assert.deepEqual(writeContent(content, 1000), encodeUtf8(text));
  }
  assert.deepEqual(readContent(Uint8Array.of(0x61, 0xff)).body, { kind: "plainText", text: "a\ufffd" });
});

const chunk = (members: string) => `"kez":"kez-file-chunk-v1","file_id":"${hex}",${members}`;
const sent = (members: string) => `"kez":"kez-file-v1","file_id":"${hex}","filename":"a","mime":"b",${members}`;
const sum = `"sha256":"${"0".repeat(64)}"`;

test("what is unknown or ill-typed shows its fallback, or one placeholder", () => {
  const hostile = [
    '"kez":"kez-poll-v1"', '"kez":"kez-text-v1"', '"kez":"kez-text-v1","text":5', '"kez":"kez-text-v1","text":"a","reply_to":"x"',
    '"kez":"kez-text-v1","text":"a","conv":"x"', '"kez":"kez-text-v1","text":"a","expires_in":0',
    '"kez":"kez-text-v1","text":"a","expires_in":1.5', '"kez":"kez-text-v1","text":"a","expires_in":9223372036854775808',
    '"kez":"kez-file-v1","mode":"carrier"', sent(`"mode":"inline","size":1,${sum}`), sent(`"mode":"inline","size":1,${sum},"data":"A"`),
    sent(`"mode":"chunked","size":10485761,${sum},"n":2`), sent(`"mode":"chunked","size":-1,${sum},"n":2`), sent(`"mode":"chunked","size":1,${sum},"n":0`),
    sent(`"mode":"chunked","size":1,${sum},"n":10241`), sent('"mode":"chunked","size":1,"sha256":"00","n":1'), sent(`"mode":"carrier","size":1,${sum}`),
    sent(`"mode":"chunked","size":1,${sum},"n":1,"caption":5`),
    `"kez":"kez-react-v1","target":"${hex}"`, '"kez":"kez-delete-v1"', `"kez":"kez-edit-v1","target":"${hex}","text":null`,
    chunk('"i":2,"n":2,"data":""'), chunk('"i":-1,"n":2,"data":""'), chunk('"i":0,"n":2,"data":"*"'), chunk('"i":0.0,"n":2,"data":""'),
    chunk(`"i":0,"n":1,"data":"${"A".repeat(109_228)}"`), chunk('"i":0,"n":1e1,"data":""'),
    `"kez":"kez-file-want-v1","file_id":"${hex}","missing":[10240]`, `"kez":"kez-file-want-v1","file_id":"${hex}","missing":5`,
    `"kez":"kez-receipt-v1","kind":"seen","ids":[]`, `"kez":"kez-receipt-v1","kind":"read","ids":["x"]`, '"kez":"kez-receipt-v1","kind":"read"',
    '"kez":"kez-sync-v1","kind":"x"', `"kez":"kez-sync-v1","kind":"read","peer":"${primary}"`, '"kez":"kez-sync-v1","kind":"settings","body":[]',
  ];
  for (const members of hostile) {
    const shown = (more: string) => displayOf(readContent(encodeUtf8(`{${members}${more}}`)));
    assert.deepEqual(shown(""), { show: "placeholder" }, members.slice(0, 80));
    assert.deepEqual(shown(',"fallback":"f"'), { show: "text", text: "f" });
    assert.deepEqual(shown(',"quiet":true'), { show: "nothing" });
    assert.deepEqual(shown(',"fallback":5,"quiet":1'), { show: "placeholder" });
  }
});

test("a fallback is cut between characters", () => {
  const fallback = (text: string) => readContent(encodeUtf8(JSON.stringify({ kez: "x", fallback: text }))).fallback;
  assert.equal(fallback("x".repeat(1001)), "x".repeat(1000));
  assert.equal(fallback("😀".repeat(1001)), "😀".repeat(1000));
  assert.equal(fallback("x" + "😀".repeat(3000)), "x" + "😀".repeat(999));
  assert.equal(fallback("😀".repeat(1000)), "😀".repeat(1000));
});

test("a time to expire is whole seconds, and a long one is no error", () => {
  const seconds = (text: string) => readContent(encodeUtf8(`{"kez":"kez-text-v1","text":"","expires_in":${text}}`)).expiresIn;
  assert.equal(seconds("1"), 1);
  assert.equal(seconds("null"), null);
  assert.equal(seconds("9223372036854775807"), Number.MAX_SAFE_INTEGER);
});

test("pads to the next length", () => {
  const lengths: [number, number][] = [[0, 256], [256, 256], [257, 512], [1025, 2048], [4096, 4096], [4097, 8192], [8193, 12_288]];
  for (const [count, expected] of lengths) assert.equal(paddedLength(count), expected);
  for (let count = 0; count < 600; count++) {
    const content = contentOf({ kind: "text", text: "a".repeat(count), replyTo: null });
    const padded = writeContent(content, 10_000);
    assert.ok([256, 512, 1024].includes(padded.length), String(count));
    assert.deepEqual(readContent(padded), content);
  }
  assert.ok(writeContent(contentOf({ kind: "text", text: "a", replyTo: null }), 255).length < 64);
});

test("a file is what it was announced as", async () => {
  assert.equal(await matchesDescription(file, encodeUtf8("abc")), true);
  assert.equal(await matchesDescription(file, encodeUtf8("abd")), false);
  assert.equal(await matchesDescription(file, encodeUtf8("abcd")), false);
  for (const [size, chunks] of [[0, 1], [1, 1], [81_920, 1], [81_921, 2], [limits.fileBytes, 128]] as const) assert.equal(chunksOf(size), chunks);
});

test("a typing signal is read, anything else is dropped", () => {
  for (const active of [true, false]) {
    assert.deepEqual(readLiveSignal(writeLiveSignal({ kind: "typing", active })), { kind: "typing", active });
  }
  for (const text of ["", "{}", '{"kez":"kez-typing-v1"}', '{"kez":"kez-typing-v1","active":1}', '{"kez":"x","active":true}']) {
    assert.equal(readLiveSignal(encodeUtf8(text)), null, text);
  }
});

test("no plaintext throws, whatever was done to a good one", () => {
  const random = seeded(3);
  const good = bodies.map((body) => writeContentUnpadded(contentOf(body, { fallback: "f", conversation })));
  for (let round = 0; round < 20_000; round++) {
    const bytes = good[Math.floor(random() * good.length)]?.slice() ?? assert.fail();
    for (let change = random() * 4; change > 0; change--) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
    displayOf(readContent(random() < 0.2 ? bytes.subarray(0, random() * bytes.length) : bytes));
  }
});
