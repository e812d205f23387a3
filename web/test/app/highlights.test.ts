import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { highlights } from "../../src/app/highlights";

const marked = (text: string, query: string): string[] => highlights(text, query).map(({ start, end }) => text.slice(start, end));

test("words are found as the search finds them", () => {
  deepStrictEqual(marked("Ein Café am CAFE", "cafe"), ["Café", "CAFE"]);
  deepStrictEqual(marked("one two three", "three one"), ["one", "three"]);
  deepStrictEqual(marked("aaaa", "aa"), ["aaaa"]);
  deepStrictEqual(marked("ﬁne", "fi"), ["ﬁ"]);
  deepStrictEqual(marked("nothing", ""), []);
  deepStrictEqual(marked("nothing", "here"), []);
});

test("positions are those of the text as it is shown, emoji and combining marks included", () => {
  const text = "👩‍👩‍👧 e\u0301te\u0301 ok";
  deepStrictEqual(marked(text, "ete"), ["e\u0301te\u0301"]);
  deepStrictEqual(marked(text, "ok"), ["ok"]);
  strictEqual(highlights("x".repeat(50_000), "x").length, 1);
});
