import assert from "node:assert/strict";
import { test } from "node:test";
import * as bytes from "../../src/core/bytes";
import { seeded } from "../support/random";

const { encodeUtf8 } = bytes;

test("hexadecimal is lowercase, even and nothing else", () => {
  assert.equal(bytes.encodeHex(Uint8Array.of(0, 10, 255)), "000aff");
  assert.deepEqual(bytes.decodeHex("000aff"), Uint8Array.of(0, 10, 255));
  for (const text of ["0", "0A", "0g", " 0", "00 ", "0x", "٠٠"]) assert.equal(bytes.decodeHex(text), null, text);
  assert.ok(bytes.isHex("ab", 2) && !bytes.isHex("ab", 3) && !bytes.isHex("aB", 2));
});

// RFC 4648, section 10.
const samples: [string, string, string][] = [
  ["", "", ""], ["f", "Zg==", "MY"], ["fo", "Zm8=", "MZXQ"], ["foo", "Zm9v", "MZXW6"], ["foob", "Zm9vYg==", "MZXW6YQ"],
  ["fooba", "Zm9vYmE=", "MZXW6YTB"], ["foobar", "Zm9vYmFy", "MZXW6YTBOI"],
];

test("base64 and base32 are those of RFC 4648", () => {
  for (const [text, base64, base32] of samples) {
    assert.equal(bytes.encodeBase64(encodeUtf8(text)), base64);
    assert.deepEqual(bytes.decodeBase64(base64), encodeUtf8(text));
    assert.equal(bytes.encodeBase32(encodeUtf8(text)), base32);
    assert.deepEqual(bytes.decodeBase32(base32), encodeUtf8(text));
    const url = base64.replace(/=/g, "");
    assert.equal(bytes.encodeBase64Url(encodeUtf8(text)), url);
    assert.deepEqual(bytes.decodeBase64Url(url), encodeUtf8(text));
  }
});

test("there is one text for each sequence of bytes", () => {
  for (const text of ["Zg", "Zg=", "Zh==", "Zm9=", "Zg==\n", "Z g=", "Zg==Zg==", "====", "=", "Zm9v=", "Zm8-", "Zm9\u0161"]) {
    assert.equal(bytes.decodeBase64(text), null, text);
  }
  for (const text of ["Zg==", "Zh", "Z", "Zm9+", "Zm9/", "Zm9v\n"]) assert.equal(bytes.decodeBase64Url(text), null, text);
  for (const text of ["M", "MZ", "MZX", "MY======", "my", "M1", "MZXW61"]) assert.equal(bytes.decodeBase32(text), null, text);
});

test("every length comes back in every form", () => {
  const random = seeded(1);
  for (let length = 0; length < 200; length++) {
    const content = Uint8Array.from({ length }, () => random() * 256);
    assert.deepEqual(bytes.decodeBase64(bytes.encodeBase64(content)), content);
    assert.equal(bytes.encodeBase64(content), Buffer.from(content).toString("base64"));
    assert.deepEqual(bytes.decodeBase64Url(bytes.encodeBase64Url(content)), content);
    assert.deepEqual(bytes.decodeBase32(bytes.encodeBase32(content)), content);
    assert.deepEqual(bytes.decodeHex(bytes.encodeHex(content)), content);
  }
});

test("a text keeps its byte order mark, loses half surrogates, and bytes that are no text are told", () => {
  assert.equal(bytes.decodeUtf8(encodeUtf8("\ufeffa")), "\ufeffa");
  assert.equal(bytes.decodeUtf8(Uint8Array.of(0xc0, 0x80)), null);
  assert.equal(bytes.decodeUtf8(Uint8Array.of(0xed, 0xa0, 0x80)), null);
  assert.equal(bytes.decodeUtf8Lossy(Uint8Array.of(0x61, 0xff)), "a\ufffd");
  assert.equal(bytes.wellFormed("\ud83d\ude00\ud83d \ude00"), "😀\ufffd \ufffd");
});

test("bytes are joined, compared and ordered", () => {
  const joined = bytes.concat(Uint8Array.of(1), new Uint8Array(), Uint8Array.of(2, 3));
  assert.deepEqual(joined, Uint8Array.of(1, 2, 3));
  assert.ok(bytes.equalBytes(joined, Uint8Array.of(1, 2, 3)) && !bytes.equalBytes(joined, Uint8Array.of(1, 2)));
  assert.ok(bytes.compareBytes(Uint8Array.of(1, 2), Uint8Array.of(1, 2, 0)) < 0);
  assert.ok(bytes.compareBytes(Uint8Array.of(2), Uint8Array.of(1, 2)) > 0);
  assert.equal(bytes.compareBytes(joined, joined), 0);
});
