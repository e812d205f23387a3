import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeUtf8 } from "../../src/core/bytes";
import { canonicalText, CanonicalError } from "../../src/core/json/jcs";
import { readJson, readJsonText } from "../../src/core/json/reader";
import type { JsonValue } from "../../src/core/json/value";
import { RawJson, type Writable, writeJsonText } from "../../src/core/json/writer";
import { seeded } from "../support/random";
import { stringOf, vectors, bytesOfHex } from "../support/vectors";

function read(text: string, depth = 32): JsonValue {
  const reading = readJsonText(text, depth);
  if (!reading.ok) throw reading.error;
  return reading.value;
}

function problem(input: string | Uint8Array, depth = 32): string | null {
  const reading = readJson(typeof input === "string" ? encodeUtf8(input) : input, depth);
  return reading.ok ? null : reading.error.problem;
}

test("refuses what is no JSON, each by its name", () => {
  const refused: [string | Uint8Array, string][] = [
    ["", "unexpected_end"], [" ", "unexpected_end"], ["{", "unexpected_end"], ["[1", "unexpected_end"], ['"a', "unexpected_end"],
    ['"a\\', "unexpected_end"], ["{\"a\"", "unexpected_end"], ["{\"a\":", "unexpected_end"], ["[1,]", "unexpected_character"],
    ['{"a":1,}', "unexpected_character"], ["{a:1}", "unexpected_character"], ["{\"a\" 1}", "unexpected_character"],
    ["tru", "unexpected_character"], ["True", "unexpected_character"], ["NaN", "unexpected_character"], ["Infinity", "unexpected_character"],
    ["+1", "unexpected_character"], [".5", "unexpected_character"], ["01", "bad_number"], ["1.", "bad_number"], ["1e", "bad_number"],
    ["-", "bad_number"], ["--1", "bad_number"], ["1.2.3", "bad_number"], ["1 2", "trailing_text"], ["{}{}", "trailing_text"],
    ["{} \u0000", "trailing_text"], ["\ufeff{}", "unexpected_character"], ["\u00a0{}", "unexpected_character"],
    ['"\\x"', "bad_escape"], ['"\\u12g4"', "bad_escape"], ['"\\u12"', "bad_escape"], ['"\\constructor"', "bad_escape"],
    ['"\\ud800"', "lone_surrogate"], ['"\\udc00\\ud800"', "lone_surrogate"], ['{"\\ud800":1}', "lone_surrogate"],
    ['"\u0001"', "control_character"], ['"\n"', "control_character"], [Uint8Array.of(0x22, 0xff, 0x22), "invalid_utf8"],
    [Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22), "invalid_utf8"], ['{"a":1,"a":2}', "duplicate_member"],
    ['{"a":1,"\\u0061":2}', "duplicate_member"], ['[{"b":{"__proto__":1,"__proto__":1}}]', "duplicate_member"],
    ["'a'", "unexpected_character"], ["// c\n1", "unexpected_character"], ["]", "unexpected_character"],
  ];
  for (const [input, expected] of refused) assert.equal(problem(input), expected, String(input));
});

test("nesting is bounded before it is followed", () => {
  for (const depth of [24, 32]) {
    assert.equal(problem("[".repeat(depth) + "]".repeat(depth), depth), null);
    assert.equal(problem("[".repeat(depth + 1) + "]".repeat(depth + 1), depth), "too_deep");
  }
  assert.equal(problem("[".repeat(1_000_000)), "too_deep");
  assert.equal(problem('{"a":'.repeat(1_000_000)), "too_deep");
});

test("values keep the text in which they were sent", () => {
  const value = read(' {"a" : [1, 2.0 ,"\\u0041"],"b":{ "c":-0.0e0 }, "__proto__":null} ');
  assert.equal(value.rawText, '{"a" : [1, 2.0 ,"\\u0041"],"b":{ "c":-0.0e0 }, "__proto__":null}');
  assert.equal(value.get("b")?.rawText, '{ "c":-0.0e0 }');
  assert.deepEqual(value.get("a")?.items?.map((item) => item.rawText), ["1", "2.0", '"\\u0041"']);
  assert.equal(value.get("a")?.items?.[2]?.string, "A");
  assert.equal(value.get("__proto__")?.isNull, true);
  assert.equal(value.get("constructor"), null);
});

test("only integer literals are integers", () => {
  assert.equal(read("9007199254740991").integer, 9007199254740991);
  assert.equal(read("9007199254740992").integer, null);
  assert.equal(read("9223372036854775808").bigint, 2n ** 63n);
  assert.ok(Object.is(read("-0").integer, 0));
  for (const text of ["1.0", "1e0", '"1"', "true", "null", "[1]"]) assert.equal(read(text).integer, null, text);
  assert.equal(read("1e400").number, null);
});

test("every number vector is written as the RFC wants it", () => {
  for (const entry of vectors("jcs", "numbers")) {
    const number = new DataView(bytesOfHex(stringOf(entry, "ieee754_be")).buffer).getFloat64(0);
    const expected = entry.get("expected")?.string ?? null;
    if (!Number.isFinite(number)) {
      assert.throws(() => canonicalText(read("1e400")), CanonicalError);
      continue;
    }
    const text = JSON.stringify(number);
    assert.equal(canonicalText(read(/[.e]/.test(text) ? text : `${text}.0`)), expected);
  }
});

test("every document vector has its canonical form", () => {
  for (const entry of vectors("jcs", "documents")) {
    const canonical = canonicalText(read(stringOf(entry, "input_json")));
    assert.equal(canonical, stringOf(entry, "expected_text"), stringOf(entry, "name"));
    assert.deepEqual(encodeUtf8(canonical), bytesOfHex(stringOf(entry, "expected_utf8")));
    assert.equal(canonicalText(read(canonical)), canonical);
  }
  for (const entry of vectors("jcs", "negative")) {
    assert.equal(problem(stringOf(entry, "input_json")), "lone_surrogate", stringOf(entry, "name"));
  }
});

test("a signed payload holds no number on which languages disagree", () => {
  for (const text of ["9007199254740992", "-9007199254740992", "[1e400]", '{"a":-1e999}', "1" + "0".repeat(400)]) {
    assert.throws(() => canonicalText(read(text)), CanonicalError, text);
  }
  assert.equal(canonicalText(read("[9007199254740991,-0,-0.0,1E2,9007199254740992.0]")), "[9007199254740991,0,0,100,9007199254740992]");
});

test("members are ordered by UTF-16 code units", () => {
  assert.equal(canonicalText(read('{"\\ufb33":1,"😀":2,"a":{"10":1,"9":2},"A":3}')), '{"A":3,"a":{"10":1,"9":2},"😀":2,"\ufb33":1}');
});

test("the writer leaves out what is undefined, mends half surrogates, and keeps raw text", () => {
  const value: Writable = { b: undefined, c: null, a: [1, true, "é\u2028\u0001\"\\/\ud800"], r: new RawJson("{ }") };
  assert.equal(writeJsonText(value), '{"c":null,"a":[1,true,"é\u2028\\u0001\\"\\\\/\ufffd"],"r":{ }}');
});

test("reads what JSON.parse reads, for texts made at random", () => {
  const random = seeded(7);
  const atoms = ['"', "\\", "\\u0041", "a", "é", "😀", "{", "}", "[", "]", ":", ",", "1", "-", ".", "e", "0", "true", "null", " ", "\n"];
  let both = 0;
  for (let round = 0; round < 60_000; round++) {
    const text = Array.from({ length: 1 + random() * 9 }, () => atoms[Math.floor(random() * atoms.length)]).join("");
    let parsed: unknown;
    try {
      parsed = JSON.parse(JSON.stringify(JSON.parse(text))); // Written once, −0 is 0.
    } catch {
      assert.notEqual(problem(text), null, text);
      continue;
    }
    if (problem(text) === "duplicate_member") continue;
    assert.deepEqual(JSON.parse(canonicalText(read(text))), parsed, text);
    both++;
  }
  assert.ok(both > 1000, String(both));
});

test("a large hostile object takes linear time", () => {
  const members = Array.from({ length: 50_000 }, (_, index) => `"${index}":${index}`).join(",");
  const began = performance.now();
  assert.equal(read(`{${members}}`).members?.size, 50_000);
  assert.ok(performance.now() - began < 2000);
});
