import { test } from "node:test";
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { normalise, termsOf } from "../../src/engine/search/text.js";
import { SearchIndex } from "../../src/engine/search/index.js";
import { MemoryRows } from "../../src/store/memory.js";
import { sortable } from "../../src/store/rows.js";
import { SealedRows } from "../../src/store/sealed.js";
import { storeKeys } from "../../src/store/vault.js";
import { Work } from "../../src/store/work.js";
import { Random } from "./random.js";

const keys = await storeKeys(new Uint8Array(32));

async function apply(index: SearchIndex, rows: SealedRows, changes: readonly { row: string; text: string | null }[]): Promise<void> {
  const work = new Work(rows);
  const done = index.stage(work, changes);
  await work.commit();
  done();
}

test("texts are compared without case, accents and forms; every word has to occur", () => {
  strictEqual(normalise("  Ça\u00a0VA,\n Ｃａｆｅ́? "), "ca va, cafe?");
  deepStrictEqual(termsOf("b  A b"), ["b", "a"]);
  deepStrictEqual(termsOf(" "), []);
});

test("finds the latest first, in one conversation or in all, also in the middle of words and in scripts without blanks", async () => {
  const rows = new SealedRows(new MemoryRows(), keys);
  const index = new SearchIndex();
  await index.load(rows);
  const texts = ["the cat", "concatenate this", "dog", "猫が好きです", "cat and dog"];
  await apply(index, rows, texts.map((text, at) => ({ row: `c${at % 2}/${sortable(at)}`, text: normalise(text) })));
  deepStrictEqual(index.find("CAT").map((row) => row.slice(-1)), ["4", "1", "0"]);
  deepStrictEqual(index.find("dog cat").map((row) => row.slice(-1)), ["4"]);
  deepStrictEqual(index.find("cat", "c1/").map((row) => row.slice(-1)), ["1"]);
  deepStrictEqual(index.find("好き").map((row) => row.slice(-1)), ["3"]);
  deepStrictEqual(index.find("cat", "", 1).length, 1);
  deepStrictEqual(index.find("bird"), []);
  deepStrictEqual(index.find("  "), []);
});

test("property: after any changes and reloads it finds what a walk over all texts finds", async () => {
  for (let seed = 1; seed <= 6; seed++) {
    const random = new Random(seed);
    const rows = new SealedRows(new MemoryRows(), keys);
    let index = new SearchIndex();
    await index.load(rows);
    const truth = new Map<string, string>();
    const words = ["alpha", "beta", "gamma", "delta", "alphabet", "eta"];
    let count = 0;
    for (let step = 0; step < 30; step++) {
      const changes: { row: string; text: string | null }[] = [];
      for (let n = random.below(120); n > 0; n--) {
        const known = [...truth.keys()];
        const row = known.length > 0 && random.chance(0.25) ? random.pick(known) : `c/${sortable(count++)}`;
        const text = truth.has(row) && random.chance(0.5) ? null : `${random.pick(words)} ${random.pick(words)} ${random.pick(words)}`;
        changes.push({ row, text });
        if (text === null) truth.delete(row);
        else truth.set(row, text);
      }
      await apply(index, rows, changes);
      if (random.chance(0.3)) {
        index = new SearchIndex();
        await index.load(rows);
      }
      const query = `${random.pick(words)} ${random.pick(words)}`;
      const terms = query.split(" ");
      const wanted = [...truth].filter(([, text]) => terms.every((term) => text.includes(term))).map(([row]) => row).sort().reverse();
      deepStrictEqual(index.find(query, "", 1e6), wanted, `seed ${seed} step ${step}`);
    }
  }
});

test("what is deleted is gone from the stored index too", async () => {
  const raw = new MemoryRows();
  const rows = new SealedRows(raw, keys);
  const index = new SearchIndex();
  await index.load(rows);
  await apply(index, rows, Array.from({ length: 600 }, (_, at) => ({ row: `c/${sortable(at)}`, text: `secret${at}` })));
  await apply(index, rows, [{ row: `c/${sortable(7)}`, text: null }, { row: `c/${sortable(8)}`, text: "other" }]);
  const stored = JSON.stringify(await rows.scan("search"));
  ok(!stored.includes("secret7\"") && !stored.includes("secret8\"") && stored.includes("secret9\""));
});

test("100,000 messages are searched in well under 100 ms", async () => {
  const rows = new SealedRows(new MemoryRows(), keys);
  const index = new SearchIndex();
  await index.load(rows);
  const random = new Random(1);
  const words = Array.from({ length: 3000 }, () => Math.floor(random.next() * 1e9).toString(36));
  for (let block = 0; block < 100; block++) {
    await apply(index, rows, Array.from({ length: 1000 }, (_, at) => ({
      row: `c/${sortable(block * 1000 + at)}`, text: Array.from({ length: 15 }, () => random.pick(words)).join(" "),
    })));
  }
  const again = new SearchIndex();
  const began = performance.now();
  await again.load(rows);
  const loaded = performance.now();
  const times: number[] = [];
  for (const query of ["a", "nothing-like-it", `${words[5]} ${words[6]}`, words[7] as string, "e 1", "a b c d e f g h"]) {
    again.find(query);
    const start = performance.now();
    again.find(query);
    times.push(performance.now() - start);
  }
  console.log(`search index: loaded in ${(loaded - began).toFixed(0)} ms, slowest of ${times.length} queries ${Math.max(...times).toFixed(1)} ms`);
  // A machine that is busy with other things gets the benefit of the doubt: the median is held to it.
  ok((times.sort((a, b) => a - b)[3] as number) < 100);
});
