import assert from "node:assert/strict";
import { test } from "node:test";
import { dimensionsOf } from "../../src/views/media/dimensions";

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap((part) => (typeof part === "string" ? [...part].map((letter) => letter.charCodeAt(0)) : part)));
const nothing = (count: number): number[] => Array.from({ length: count }, () => 0);
/** A frame's header of 300 by 200. */
const frame = [0xff, 0xc0, 0, 17, 8, 0, 200, 1, 44];
/** Exif with one entry: the orientation. */
const exif = (orientation: number): number[] => {
  const tiff = [0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0];
  return [0xff, 0xe1, 0, 8 + tiff.length, ...bytes("Exif"), 0, 0, ...tiff];
};

test("a picture's first bytes say how large it is", () => {
  const found: [Uint8Array, number, number][] = [
    [bytes([0x89], "PNG\r\n\x1a\n", [0, 0, 0, 13], "IHDR", [0, 0, 1, 44, 0, 0, 0, 200]), 300, 200],
    [bytes("GIF89a", [44, 1, 200, 0]), 300, 200],
    [bytes("BM", nothing(16), [44, 1, 0, 0, 56, 255, 255, 255]), 300, 200],
    [bytes([0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0], frame), 300, 200],
    [bytes([0xff, 0xd8], exif(1), frame), 300, 200],
    [bytes([0xff, 0xd8], exif(6), frame), 200, 300],
    [bytes("RIFF", nothing(4), "WEBPVP8X", nothing(8), [43, 1, 0, 199, 0, 0]), 300, 200],
    [bytes("RIFF", nothing(4), "WEBPVP8 ", nothing(10), [44, 1, 200, 0]), 300, 200],
  ];
  for (const [picture, width, height] of found) assert.deepEqual(dimensionsOf(picture), { width, height });
});

test("what is cut off, empty or nonsense says nothing", () => {
  for (const picture of [
    bytes(), bytes("x"), bytes([0x89], "PNG"), bytes([0xff, 0xd8]), bytes([0xff, 0xd8, 0, 0, 0, 0]), bytes([0xff, 0xd8, 0xff, 0xe1, 255, 255]),
    bytes([0xff, 0xd8, 0xff, 0xe0, 0, 0]), bytes("GIF89a", [0, 0, 0, 0]), bytes("<svg/>"), bytes("RIFF", nothing(4), "WAVE", nothing(20)),
  ]) assert.equal(dimensionsOf(picture), null);
  const noise = Uint8Array.from({ length: 4096 }, (_, index) => (index * 97) % 251);
  for (const start of [[0xff, 0xd8, 0xff, 0xe1], [0x89, 0x50], [0x52, 0x49]]) {
    noise.set(start);
    assert.doesNotThrow(() => dimensionsOf(noise));
  }
});
