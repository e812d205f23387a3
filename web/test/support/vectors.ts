import { readFileSync } from "node:fs";
import { readJsonText } from "../../src/core/json/reader";
import type { JsonValue } from "../../src/core/json/value";
import { type Bytes, decodeHex } from "../../src/core/bytes";

/** The vectors that every implementation of kez is held to. Read by our own reader: it keeps numbers as they stand. */
const text = readFileSync("Tests/Vectors/vectors.json", "utf8");
const reading = readJsonText(text, 64);
if (!reading.ok) throw reading.error;
const root = reading.value;

/** The vector at a path of member names and list places. */
export function vector(...path: (string | number)[]): JsonValue {
  let value: JsonValue | undefined | null = root;
  for (const step of path) value = typeof step === "string" ? value?.get(step) : value?.items?.[step];
  if (!value) throw new Error(`no vector ${path.join(".")}`);
  return value;
}

export function vectors(...path: (string | number)[]): readonly JsonValue[] {
  const items = vector(...path).items;
  if (!items || items.length === 0) throw new Error(`no vectors ${path.join(".")}`);
  return items;
}

/** The string member of that name. */
export function stringOf(value: JsonValue, name: string): string {
  const string = value.get(name)?.string ?? null;
  if (string === null) throw new Error(`no string ${name}`);
  return string;
}

export function hexOfVector(value: JsonValue, name: string): Bytes {
  return bytesOfHex(stringOf(value, name));
}

export function bytesOfHex(hex: string): Bytes {
  const bytes = decodeHex(hex);
  if (!bytes) throw new Error(`not hex: ${hex}`);
  return bytes;
}
