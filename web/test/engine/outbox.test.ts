import { test } from "node:test";
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { KezError } from "../../src/core/errors.js";
import { bounds } from "../../src/engine/bounds.js";
import { Outbox, judge } from "../../src/engine/outbox.js";
import { failure } from "../../src/net/failures.js";
import { Random } from "./random.js";

const keysOf = (due: readonly { key: string }[]): string[] => due.map(({ key }) => key);

test("one at a time for each recipient, in order, recipients beside each other", () => {
  const outbox = new Outbox<string>();
  outbox.queue("bob", "1");
  outbox.queue("bob", "2");
  outbox.queue("eve", "3");
  deepStrictEqual(outbox.due(0), []);
  outbox.opened();
  deepStrictEqual(keysOf(outbox.due(0)), ["1", "3"]);
  deepStrictEqual(outbox.due(0), []);
  outbox.settled("bob", "1");
  deepStrictEqual(keysOf(outbox.due(0)), ["2"]);
  strictEqual(outbox.size, 2);
});

test("what failed for a time is tried again before what stands behind it, and at once when the door opens", () => {
  const outbox = new Outbox<string>();
  outbox.opened();
  outbox.queue("bob", "1");
  outbox.queue("bob", "2");
  outbox.due(0);
  outbox.again("bob", { kind: "retry", at: 500 });
  deepStrictEqual(outbox.due(499), []);
  strictEqual(outbox.nextAt(0), 500);
  deepStrictEqual(outbox.due(500), [{ to: "bob", key: "1", attempts: 1 }]);
  outbox.again("bob", { kind: "retry", at: 9000 });
  outbox.closed();
  deepStrictEqual(outbox.due(10_000), []);
  strictEqual(outbox.nextAt(0), null);
  outbox.opened();
  deepStrictEqual(keysOf(outbox.due(600)), ["1"]);
});

test("a held recipient gets nothing until released; what waits can be taken back, what flies cannot", () => {
  const outbox = new Outbox<string>();
  outbox.opened();
  outbox.queue("bob", "1");
  outbox.queue("bob", "2");
  outbox.hold("bob");
  deepStrictEqual(outbox.due(0), []);
  outbox.release("bob");
  deepStrictEqual(keysOf(outbox.due(0)), ["1"]);
  ok(!outbox.cancel("bob", "1"));
  ok(outbox.cancel("bob", "2"));
  ok(!outbox.cancel("bob", "2"));
  outbox.settled("bob", "1");
  strictEqual(outbox.size, 0);
});

test("what an error means is decided by its code", () => {
  const judged = (error: KezError, attempts = 0): string => {
    const verdict = judge(error, attempts, 1000, () => 0.5);
    return verdict.kind === "fail" ? `fail ${verdict.reason}` : verdict.kind === "retry" ? `retry ${verdict.at}` : verdict.kind;
  };
  for (const code of ["offline", "closed", "login_refused"] as const) strictEqual(judged(failure(code, "x")), "wait");
  strictEqual(judged(failure("timeout", "x")), "retry 1250");
  strictEqual(judged(failure("timeout", "x"), 3), "retry 3000");
  strictEqual(judged(failure("timeout", "x"), 60), `retry ${1000 + bounds.retry.cap / 2}`);
  strictEqual(judged(new KezError("rate_limited", "x", 429, 7)), "retry 8000");
  strictEqual(judged(new KezError("rate_limited", "x", 429, 1e12)), "retry 3601000");
  strictEqual(judged(new KezError("internal", "x", 500)), "retry 1250");
  for (const [code, status] of [["unknown_recipient", 404], ["suspended", 403], ["inbox_full", 507], ["too_large", 413]] as const) {
    strictEqual(judged(new KezError(code, "x", status)), `fail ${code}`);
  }
  for (const code of ["not_permitted", "too_large_to_send"] as const) strictEqual(judged(failure(code, "x")), `fail ${code}`);
});

test("property: each message arrives once and in order, whatever acknowledgements are lost and however often it reloads", () => {
  for (let seed = 1; seed <= 400; seed++) simulate(seed);
});

function simulate(seed: number): void {
  const random = new Random(seed);
  const people = ["ann", "bob", "eve"];
  const disk = new Map<string, string>();
  const expected = new Map<string, string[]>(people.map((to) => [to, []]));
  const failedFor = new Set<string>();
  // The server keeps the first of each (id, from, to).
  const arrived = new Map<string, string[]>(people.map((to) => [to, []]));
  let outbox = new Outbox<string>();
  let flights: { to: string; key: string; attempts: number }[] = [];
  let now = 0;
  let count = 0;
  let lossless = false;
  const reload = (): void => {
    outbox = new Outbox<string>();
    flights = [];
    for (const key of [...disk.keys()].sort()) outbox.queue(disk.get(key) as string, key);
    if (random.chance(0.7)) outbox.opened();
  };
  const land = (): void => {
    const flight = flights.splice(random.below(flights.length), 1)[0];
    if (flight === undefined) return;
    const { to, key, attempts } = flight;
    const fate = lossless ? 1 : random.next();
    if (fate < 0.08) {
      disk.delete(key);
      failedFor.add(key);
      return outbox.settled(to, key);
    }
    if (fate >= 0.25) {
      const log = arrived.get(to) as string[];
      if (!log.includes(key)) log.push(key);
    }
    if (fate < 0.55) {
      const error = failure(random.chance(0.5) ? "timeout" : "offline", "lost");
      return outbox.again(to, judge(error, attempts, now, () => random.next()));
    }
    disk.delete(key);
    outbox.settled(to, key);
  };
  for (let step = 0; step < 200; step++) {
    now += random.below(2000);
    const what = random.next();
    if (what < 0.3) {
      const to = random.pick(people);
      const key = String(count++).padStart(6, "0");
      disk.set(key, to);
      (expected.get(to) as string[]).push(key);
      outbox.queue(to, key);
    } else if (what < 0.7) land();
    else if (what < 0.8) outbox.opened();
    else if (what < 0.88) outbox.closed();
    else if (what < 0.92) reload();
    flights.push(...outbox.due(now));
  }
  lossless = true;
  for (let round = 0; round < 5000 && disk.size > 0; round++) {
    now += 1000;
    outbox.opened();
    flights.push(...outbox.due(now));
    land();
  }
  strictEqual(disk.size, 0, `seed ${seed}`);
  for (const to of people) {
    // One that failed for good may have arrived before (its acknowledgement was lost): in its place, or not at all.
    const wanted = (expected.get(to) as string[]).filter((key) => !failedFor.has(key) || (arrived.get(to) as string[]).includes(key));
    deepStrictEqual(arrived.get(to), wanted, `seed ${seed}`);
  }
}
