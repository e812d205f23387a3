import assert from "node:assert/strict";
import { test } from "node:test";
import { avatarOf } from "../../src/views/parts/avatar-drawing.js";
import { cell } from "../../src/views/parts/cell.js";
import { paths } from "../../src/views/parts/icon-paths.js";
import { placeBeside } from "../../src/views/parts/place.js";
import { shallow } from "../../src/views/parts/use-store.js";
import { seedIn } from "../../src/views/welcome/import-form.js";

test("an avatar is its key's, and hardly ever another's", () => {
  const seeds = Array.from({ length: 2000 }, (_, at) => `ed25519:${at.toString(16).padStart(64, "0")}`);
  const drawings = seeds.map((seed) => JSON.stringify(avatarOf(seed)));
  assert.equal(drawings[7], JSON.stringify(avatarOf(seeds[7] ?? "")));
  // Of 2,000 people; a coincidence within somebody's contacts is rarer by far.
  assert.ok(new Set(drawings).size > 1950, String(new Set(drawings).size));
});

test("a menu opens below its button, turns where there is no room, and stays in the window", () => {
  const room = { width: 400, height: 800 };
  const menu = { width: 200, height: 300 };
  const at = (left: number, top: number) => placeBeside({ left, top, width: 40, height: 40 }, menu, room);
  assert.deepEqual(at(20, 100), { left: 20, top: 144 });
  assert.deepEqual(at(340, 100), { left: 180, top: 144 });
  assert.deepEqual(at(20, 700), { left: 20, top: 396 });
  assert.deepEqual(placeBeside({ left: 395, top: 795 }, menu, room), { left: 192, top: 491 });
  assert.deepEqual(placeBeside({ left: 0, top: 0 }, { width: 900, height: 900 }, room), { left: 8, top: 8 });
});

test("a recovery key is found in what was pasted, scanned or read from our own file", () => {
  const key = `SU${"A2".repeat(28)}`;
  assert.equal(seedIn(`Recovery key of alice@kez.lat\n\n${key}\n\nWhoever has this key…`), key);
  assert.equal(seedIn(`  ${key.replace(/(.{4})/g, "$1 ")}\n`), key);
  assert.equal(seedIn("no key"), "nokey");
});

test("parts that a selector makes anew are the same when their members are", () => {
  const inner = {};
  assert.ok(shallow([1, inner], [1, inner]) && shallow({ a: inner }, { a: inner }));
  assert.ok(!shallow([1], [1, 2]) && !shallow({ a: inner }, { a: {} }) && !shallow({ a: 1 }, { b: 1 }));
});

test("a cell tells of changes only, and not those who left", () => {
  const one = cell(1);
  const seen: number[] = [];
  const leave = one.subscribe(() => seen.push(one.get()));
  one.set(1);
  one.set(2);
  leave();
  one.set(3);
  assert.deepEqual(seen, [2]);
});

test("icons are drawn within their grid", () => {
  for (const [name, path] of Object.entries(paths)) {
    assert.match(path, /^M[\d .a-zA-Z-]+$/, name);
    for (const [, x] of path.matchAll(/M(-?[\d.]+)/g)) assert.ok(Number(x) >= 1 && Number(x) <= 23, name);
  }
});
