import assert from "node:assert/strict";
import { test } from "node:test";
import { Heights } from "../../src/views/messages/virtual/heights";
import { Layout } from "../../src/views/messages/virtual/layout";
import { seeded } from "../support/random";

const rows = (from: number, to: number): { key: string }[] => Array.from({ length: to - from }, (_, index) => ({ key: String(from + index) }));

test("sums agree with adding up", () => {
  const random = seeded(7);
  for (const count of [0, 1, 2, 3, 31, 32, 33, 1000]) {
    const values = Array.from({ length: count }, () => Math.floor(random() * 5) * 10);
    const heights = new Heights(values);
    for (let change = 0; change < 50 && count > 0; change++) {
      const index = Math.floor(random() * count);
      const height = Math.floor(random() * 9) * 7;
      assert.equal(heights.set(index, height), height - (values[index] ?? 0));
      values[index] = height;
    }
    let sum = 0;
    values.forEach((height, index) => {
      assert.equal(heights.offset(index), sum);
      if (height > 0) for (const y of [sum, sum + height - 0.5]) assert.equal(heights.indexAt(y), index, `${count} ${y}`);
      sum += height;
    });
    assert.equal(heights.total, sum);
    assert.equal(heights.indexAt(sum + 1000), count - 1);
    if (count > 0 && (values[0] ?? 0) > 0) assert.equal(heights.indexAt(-5), 0);
  }
});

test("a list knows what is in view", () => {
  const layout = new Layout<{ key: string }>(() => 50);
  layout.setRows([]);
  assert.deepEqual(layout.range(0, 500, 100), { first: 0, end: 0 });
  assert.equal(layout.scrollTo("1", 500), null);
  layout.setRows(rows(0, 100_000));
  assert.equal(layout.total, 5_000_000);
  assert.deepEqual(layout.range(0, 500, 100), { first: 0, end: 13 });
  assert.deepEqual(layout.range(2_500_000, 500, 0), { first: 50_000, end: 50_011 });
  assert.deepEqual(layout.range(9_000_000, 500, 0), { first: 99_999, end: 100_000 });
  assert.equal(layout.scrollTo("50000", 500), 2_500_000 - 225);
  assert.equal(layout.scrollTo("99999", 500), 5_000_000 - 500);
  assert.equal(layout.scrollTo("0", 500), 0);
  layout.measure("50000", 2000);
  assert.equal(layout.scrollTo("50000", 500), 2_500_000);
});

test("what is in view stays in place while everything around it changes", () => {
  const layout = new Layout<{ key: string }>(() => 50);
  layout.setRows(rows(1000, 2000));
  const scroll = 10_020;
  const anchors = layout.anchors(scroll, 500);
  assert.deepEqual(anchors[0], { key: "1200", offset: -20 });
  layout.setRows(rows(0, 2000));
  assert.equal(layout.scrollFor(anchors), scroll + 1000 * 50);
  // Higher than was thought, above it: measured where it is, kept when the rows are set anew.
  assert.ok(layout.measure("1100", 80));
  assert.ok(!layout.measure("1100", 80));
  assert.equal(layout.scrollFor(anchors), scroll + 1000 * 50 + 30);
  layout.setRows([...rows(0, 1200), ...rows(1201, 2000)]);
  // The row itself is gone: the next one stays.
  assert.equal(layout.scrollFor(anchors), layout.top(layout.index("1201")) - 30);
  layout.setRows(rows(5000, 5010));
  assert.equal(layout.scrollFor(anchors), null);
});

test("measures are forgotten with the width, and those of rows long gone in time", () => {
  const layout = new Layout<{ key: string }>(() => 50);
  layout.setRows(rows(0, 10));
  layout.measure("3", 90);
  layout.setRows(rows(0, 11));
  assert.equal(layout.height(3), 90);
  layout.forgetMeasures();
  layout.setRows(rows(0, 10));
  assert.equal(layout.height(3), 50);
  assert.ok(!layout.measure("nobody", 10));
});

test("a hundred thousand rows are laid out and changed in a moment", () => {
  const layout = new Layout<{ key: string }>(() => 50);
  const all = rows(0, 100_000);
  layout.setRows(all);
  for (let index = 0; index < 100_000; index++) layout.measure(String(index), 40 + (index % 7));
  let sum = 0;
  for (let index = 0; index < 100_000; index++) sum += 40 + (index % 7);
  assert.equal(layout.total, sum);
});
