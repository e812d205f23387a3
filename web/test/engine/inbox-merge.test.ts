import { test } from "node:test";
import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { bounds } from "../../src/engine/bounds.js";
import { InboxMerge, type PageHead } from "../../src/engine/inbox-merge.js";
import { Random } from "./random.js";

function page(since: number, seqs: readonly number[], more = false, epoch = "e"): PageHead {
  return { since, seqs, next: seqs.at(-1) ?? since, has_more: more, epoch };
}

function take(merge: InboxMerge, head: PageHead): number[] {
  const plan = merge.plan(head);
  merge.applied(head, plan);
  return plan.kind === "take" ? [...plan.seqs] : [];
}

test("one list at a time; a look during a list asks for one more", () => {
  const merge = new InboxMerge();
  strictEqual(merge.nextList(), null);
  merge.look();
  strictEqual(merge.nextList(), 0);
  merge.look();
  strictEqual(merge.nextList(), null);
  deepStrictEqual(take(merge, page(0, [3, 5])), [3, 5]);
  strictEqual(merge.nextList(), 5);
  ok(!merge.isQuiet);
  take(merge, page(5, []));
  ok(merge.isQuiet);
  deepStrictEqual(merge.position, { cursor: 5, epoch: "e" });
});

test("what came live is not taken from the list again, and does not move the cursor", () => {
  const merge = new InboxMerge({ cursor: 5, epoch: "e" });
  ok(merge.live(9, 5));
  merge.taken(9);
  ok(!merge.live(9, 5));
  strictEqual(merge.position.cursor, 5);
  merge.look();
  strictEqual(merge.nextList(), 5);
  deepStrictEqual(take(merge, page(5, [7, 9])), [7]);
  strictEqual(merge.ahead.size, 0);
});

test("a missed copy of the same sender, and one from behind the cursor, ask for a list", () => {
  const merge = new InboxMerge({ cursor: 5, epoch: "e" });
  ok(merge.live(9, 7));
  strictEqual(merge.nextList(), 5);
  merge.listFailed();
  strictEqual(merge.nextList(), null);
  ok(!merge.live(4, 0));
  strictEqual(merge.nextList(), 5);
});

test("another epoch starts from the beginning", () => {
  const merge = new InboxMerge({ cursor: 50, epoch: "old" }, [60]);
  merge.look();
  merge.nextList();
  deepStrictEqual(take(merge, page(50, [], false, "new")), []);
  deepStrictEqual(merge.position, { cursor: 0, epoch: "new" });
  strictEqual(merge.ahead.size, 0);
  strictEqual(merge.nextList(), 0);
  deepStrictEqual(take(merge, page(0, [1, 60], false, "new")), [1, 60]);
});

test("the head check lists when something is beyond the cursor or the epoch is another", () => {
  const merge = new InboxMerge({ cursor: 5, epoch: "e" });
  merge.head({ last_seq: 5, epoch: "e" });
  strictEqual(merge.nextList(), null);
  merge.head({ last_seq: 6, epoch: "e" });
  strictEqual(merge.nextList(), 5);
  merge.listFailed();
  merge.head({ last_seq: 5, epoch: "f" });
  strictEqual(merge.nextList(), 5);
});

test("many live copies move the cursor by a list; a page that promises more and moves nothing is not asked for again", () => {
  const merge = new InboxMerge({ cursor: 0, epoch: "e" });
  for (let seq = 1; seq <= bounds.ahead; seq++) { ok(merge.live(seq, seq - 1)); merge.taken(seq); }
  strictEqual(merge.nextList(), null);
  merge.live(bounds.ahead + 1, bounds.ahead);
  strictEqual(merge.nextList(), 0);
  take(merge, page(0, [], true));
  strictEqual(merge.nextList(), null);
});

test("property: whatever is lost, doubled, late or reloaded, every message is taken exactly once", () => {
  for (let seed = 1; seed <= 400; seed++) simulate(seed);
});

/** A log with several senders against one client: live copies get lost, doubled and late; lists fail; the client reloads. */
function simulate(seed: number): void {
  const random = new Random(seed);
  let epoch = "e0";
  let log: { seq: number; sender: number; key: string }[] = [];
  const disk = { position: { cursor: 0, epoch: null as string | null }, ahead: new Set<number>() };
  let merge = new InboxMerge();
  // By what identifies a message when the log is restored with other numbers: taken once for each number is right.
  const taken = new Map<string, number>();
  let flight: { since: number } | null = null;
  const late: { seq: number; previous: number; key: string }[] = [];
  const note = (key: string): void => { taken.set(key, (taken.get(key) ?? 0) + 1); };
  const deliver = (copy: { seq: number; previous: number; key: string }): void => {
    if (!merge.live(copy.seq, random.chance(0.1) ? null : copy.previous)) return;
    if (random.chance(0.05)) return; // The storage refused: nothing was written.
    // Of a log that is not known to have been replaced: the list brings it again, and its id keeps it from showing twice.
    if (merge.position.epoch === epoch) note(copy.key);
    merge.taken(copy.seq);
    disk.ahead = new Set(merge.ahead);
  };
  const answer = (): void => {
    if (flight === null) return;
    const { since } = flight;
    flight = null;
    if (random.chance(0.15)) return merge.listFailed();
    const rest = log.filter((entry) => entry.seq > since);
    const shown = rest.slice(0, 1 + random.below(4));
    const head: PageHead = { since, seqs: shown.map((entry) => entry.seq), next: shown.at(-1)?.seq ?? since, has_more: shown.length < rest.length, epoch };
    const plan = merge.plan(head);
    if (random.chance(0.05)) return merge.listFailed();
    if (plan.kind === "take") for (const entry of shown) if (plan.seqs.has(entry.seq)) note(entry.key);
    merge.applied(head, plan);
    disk.position = { ...merge.position };
    disk.ahead = new Set(merge.ahead);
  };
  const list = (): void => {
    if (flight !== null) return;
    const since = merge.nextList();
    if (since !== null) flight = { since };
  };
  merge.look();
  for (let step = 0; step < 120; step++) {
    const what = random.next();
    if (what < 0.45) {
      const sender = random.below(3);
      const previous = log.filter((entry) => entry.sender === sender).at(-1)?.seq ?? 0;
      const entry = { seq: (log.at(-1)?.seq ?? 0) + 1 + random.below(3), sender, key: `${epoch}/${step}` };
      log.push(entry);
      const copy = { seq: entry.seq, previous, key: entry.key };
      if (random.chance(0.6)) deliver(copy);
      if (random.chance(0.2)) deliver(copy);
      if (random.chance(0.1)) late.push(copy);
    } else if (what < 0.7) answer();
    else if (what < 0.8) list();
    else if (what < 0.88) merge.look();
    else if (what < 0.93 && late.length > 0) deliver(late.splice(random.below(late.length), 1)[0] as (typeof late)[0]);
    else if (what < 0.98) {
      // A reload: only what was on the disk is known, and it subscribes, then lists.
      merge = new InboxMerge(disk.position, disk.ahead);
      flight = null;
      merge.look();
    } else if (random.chance(0.3)) {
      // The log is restored from a backup: a shorter one, with another epoch and the same messages under new names.
      epoch = `e${step}`;
      late.length = 0;
      log = log.slice(0, random.below(log.length + 1)).map((entry, index) => ({ ...entry, seq: index + 1, key: `${epoch}/${entry.key}` }));
      taken.clear();
      flight = null;
      merge.listFailed();
      merge.look();
    }
    list();
  }
  const caughtUp = (): boolean => merge.isQuiet && merge.position.epoch === epoch && merge.position.cursor >= (log.at(-1)?.seq ?? 0);
  for (let round = 0; round < 1000 && !caughtUp(); round++) {
    if (merge.isQuiet) merge.head({ last_seq: log.at(-1)?.seq ?? 0, epoch });
    list();
    answer();
    if (!merge.isQuiet && flight === null) merge.look();
  }
  const wrong = log.filter((entry) => taken.get(entry.key) !== 1);
  deepStrictEqual(wrong.map((entry) => [entry.key, taken.get(entry.key)]), [], `seed ${seed}`);
}
