import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { enLater } from "../../src/views/texts/en-later.js";
import { addEnglish, isKey } from "../../src/views/texts/t.js";

addEnglish(enLater);

const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => readFileSync(join(folder, name), "utf8"));

const found = (texts: readonly string[], pattern: RegExp): string[] =>
  [...new Set(texts.flatMap((text) => [...text.matchAll(pattern)].map((match) => match[1] ?? "")))].sort();

/** The words in quotes of `type <name> = …;`. */
function wordsOf(text: string, name: string): string[] {
  const plain = text.replace(/\/\*[\s\S]*?\*\//g, "");
  return found([new RegExp(`type ${name} =([\\s\\S]*?);`).exec(plain)?.[1] ?? ""], /"([a-z_]+)"/g);
}

const app = sources("web/src/app");

test("every reason that the app gives has a sentence", () => {
  const codes = found(app, /\b(?:refusal|failed)\("([a-z_]+)"/g);
  const local = wordsOf(readFileSync("web/src/net/failures.ts", "utf8"), "LocalCode");
  const storage = wordsOf(readFileSync("web/src/store/rows.ts", "utf8"), "StorageFailure").map((code) => `storage_${code}`);
  assert.ok(codes.length > 10 && local.length > 5 && storage.length > 3);
  const missing = [...codes, ...local, ...storage].filter((code) => !isKey(`failure.${code}`) && !isKey(`entryFailure.${code}`));
  assert.deepEqual(missing, []);
});

test("every notice and every failure at the start has a text", () => {
  const notices = wordsOf(readFileSync("web/src/app/notices.ts", "utf8"), "NoticeKey");
  const reasons = wordsOf(readFileSync("web/src/app/state.ts", "utf8"), "FailureReason");
  assert.ok(notices.length > 10 && reasons.length > 4);
  assert.deepEqual(notices.filter((key) => !isKey(`notice.${key}`)), []);
  assert.deepEqual(reasons.filter((key) => !isKey(`failed.${key}`)), []);
  for (const kind of ["shrank", "forked", "invalid", "other_key", "unknown"]) assert.ok(isKey(`alarm.${kind}`), kind);
});

test("what a view tells by a code has a sentence too", () => {
  const codes = found(sources("web/src/views"), /\bcode: "([a-z_]+)"/g);
  assert.deepEqual(codes.filter((code) => !isKey(`failure.${code}`)), []);
});
