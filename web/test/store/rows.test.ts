import { test } from "node:test";
import { strictEqual, throws } from "node:assert/strict";
import { MemoryRows } from "../../src/store/memory.js";
import { sortable } from "../../src/store/rows.js";
import { rowsConformance } from "./rows-conformance.js";

for (const check of rowsConformance) {
  test(`memory rows: ${check.name}`, () => check.run(() => Promise.resolve(new MemoryRows())));
}

test("sortable numbers sort like numbers", () => {
  const numbers = [0, 1, 9, 10, 255, 256, 2 ** 32, 2 ** 53 - 1];
  strictEqual(numbers.map(sortable).sort().join(), numbers.map(sortable).join());
  for (const wrong of [-1, 0.5, NaN, 2 ** 53]) throws(() => sortable(wrong), RangeError);
});
