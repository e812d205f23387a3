import assert from "node:assert/strict";
import { test } from "node:test";
import { limits } from "../../src/core/limits";
import { isHeic, jpegName, MOST_FILES, pastedName, refusalOf } from "../../src/views/composer/choosing";
import { claimedKind, shapeOf } from "../../src/views/media/kinds";
import { formatDuration } from "../../src/views/media/duration";

const bytes = (text: string): Uint8Array => Uint8Array.from(text, (character) => character.charCodeAt(0));

test("only what is on the list is shown, and only under the list's name", () => {
  const png = bytes("\x89PNG\r\n\x1a\n........");
  assert.deepEqual(shapeOf("image/png", png), { kind: "image", type: "image/png" });
  assert.deepEqual(shapeOf(" IMAGE/PNG; charset=x", png), { kind: "image", type: "image/png" });
  assert.deepEqual(shapeOf("image/jpg", bytes("\xff\xd8\xff\xe0")), { kind: "image", type: "image/jpeg" });
  assert.deepEqual(shapeOf("image/webp", bytes("RIFF....WEBPVP8 ")), { kind: "image", type: "image/webp" });
  assert.deepEqual(shapeOf("audio/mpeg", bytes("ID3.")), { kind: "audio", type: "audio/mpeg" });
  assert.deepEqual(shapeOf("video/mp4", bytes("....ftypisom")), { kind: "video", type: "video/mp4" });
  assert.deepEqual(shapeOf("video/quicktime", bytes("....ftypqt  ")), { kind: "video", type: "video/mp4" });
});

test("active types, and bytes that are not what they are said to be, are files", () => {
  const file = { kind: "file", type: "application/octet-stream" };
  const svg = bytes("<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>");
  for (const mime of [
    "image/svg+xml", "image/svg", "text/html", "application/xhtml+xml", "text/xml", "application/pdf", "application/javascript", "text/css",
    "text/plain", "", "x", "__proto__", "constructor", "toString", "image/*", "image/png/../svg+xml", "multipart/x-mixed-replace",
  ]) {
    assert.equal(claimedKind(mime), "file", mime);
    assert.deepEqual(shapeOf(mime, svg), file, mime);
  }
  for (const mime of ["image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp", "audio/mpeg", "video/mp4", "video/webm"]) {
    assert.deepEqual(shapeOf(mime, svg), file, mime);
    assert.deepEqual(shapeOf(mime, bytes("")), file, mime);
    assert.notEqual(claimedKind(mime), "file");
  }
});

test("a length reads as a clock does", () => {
  assert.equal(formatDuration(65), "1:05");
  assert.equal(formatDuration(3661), "1:01:01");
  assert.equal(formatDuration(NaN), "–:––");
  assert.equal(formatDuration(Infinity), "–:––");
});

test("files that cannot go are told so before they are sent", () => {
  const sized = (size: number, name = "a.txt", type = ""): { name: string; size: number; type: string } => ({ name, size, type });
  assert.equal(refusalOf(sized(limits.fileBytes), 0, limits.fileBytes), null);
  assert.equal(refusalOf(sized(limits.fileBytes + 1), 0, limits.fileBytes), "tooLarge");
  assert.equal(refusalOf(sized(0), 0, 10), "empty");
  assert.equal(refusalOf(sized(5), MOST_FILES, 10), "tooMany");
  assert.equal(refusalOf(sized(limits.fileBytes + 1, "x.HEIC"), 0, limits.fileBytes), null);
  assert.ok(isHeic(sized(1, "a.bin", "image/heic")) && isHeic(sized(1, "IMG_1.HEIF")) && !isHeic(sized(1, "a.heic", "image/png")));
  assert.equal(jpegName("IMG_1.HEIC"), "IMG_1.jpg");
  assert.equal(jpegName("photo"), "photo.jpg");
  const at = new Date(2026, 0, 2, 3, 4, 5).getTime();
  assert.equal(pastedName("image/png", at), "image-2026-01-02-030405.png");
  assert.equal(pastedName("text/html", at), "file-2026-01-02-030405");
});
