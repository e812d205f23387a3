import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { EMPTY_PANE, MOST, PAGE, type Pane, placed, removed, withAfter, withBefore } from "../../src/app/tab/pane";
import type { Message } from "../../src/engine/model";
import { Random } from "../engine/random";
import { message } from "./messages";

const times = (pane: Pane): number[] => pane.messages.map(({ at }) => at / 1000);
const run = (from: number, to: number): Message[] => Array.from({ length: to - from }, (_, n) => message(from + n));

test("what comes is put in its place, what changes takes the place of what it was, what is out of view stays out", () => {
  let pane: Pane = { messages: [message(10), message(20)], hasBefore: true, hasAfter: true };
  strictEqual(placed(pane, message(5)), pane);
  strictEqual(placed(pane, message(30)), pane);
  deepStrictEqual(times(placed(pane, message(15))), [10, 15, 20]);
  pane = { ...pane, hasBefore: false, hasAfter: false };
  deepStrictEqual(times(placed(placed(pane, message(5)), message(30))), [5, 10, 20, 30]);
  const edited = placed(pane, message(10, { edited: message(40).order }));
  deepStrictEqual(times(edited), [10, 20]);
  ok(edited.messages[0]?.edited !== null);
  strictEqual(edited.messages[1], pane.messages[1], "the others are the same objects");
  deepStrictEqual(times(removed(pane, message(10).order)), [20]);
  strictEqual(removed(pane, message(11).order), pane);
});

test("pages are joined without a gap and without anything twice, and the far end is let go", () => {
  let pane = withBefore(EMPTY_PANE, run(1000, 1000 + PAGE));
  ok(pane.hasBefore && !pane.hasAfter);
  for (let from = 1000; from > 0; from -= PAGE) pane = withBefore(pane, run(Math.max(0, from - PAGE), from));
  ok(pane.messages.length <= MOST);
  strictEqual(pane.hasAfter, true);
  strictEqual(pane.hasBefore, false, "a page that is not full is the first");
  strictEqual(times(pane)[0], 0);
  while (pane.hasAfter) {
    const last = times(pane).at(-1) ?? 0;
    pane = withAfter(pane, run(last + 1, Math.min(last + 1 + PAGE, 1000 + PAGE)));
  }
  strictEqual(times(pane).at(-1), 1000 + PAGE - 1);
  ok(times(pane).every((time, index, all) => index === 0 || time === (all[index - 1] ?? 0) + 1));
});

test("a pane shows a stretch of the history, whatever happens to it", () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = new Random(seed);
    const history = new Map<number, Message>(run(0, 300).map((each) => [each.at / 1000, each]));
    const sorted = (): Message[] => [...history.values()].sort((a, b) => a.at - b.at);
    let pane = withBefore(EMPTY_PANE, sorted().slice(-PAGE));
    for (let step = 0; step < 200; step++) {
      const chance = random.next();
      if (chance < 0.3) {
        const time = Math.floor(random.next() * 2000);
        const next = message(time, { failure: `${step}` });
        history.set(time, next);
        pane = placed(pane, next);
      } else if (chance < 0.4) {
        const all = sorted();
        const gone = all[Math.floor(random.next() * all.length)];
        if (gone === undefined) continue;
        history.delete(gone.at / 1000);
        pane = removed(pane, gone.order);
      } else if (chance < 0.7 && pane.messages[0] !== undefined) {
        const first = pane.messages[0].order;
        pane = withBefore(pane, sorted().filter(({ order }) => order < first).slice(-PAGE));
      } else if (pane.messages.length > 0) {
        const last = pane.messages.at(-1)?.order ?? "";
        pane = withAfter(pane, sorted().filter(({ order }) => order > last).slice(0, PAGE));
      }
      const [first, last] = [pane.messages[0]?.order ?? "", pane.messages.at(-1)?.order ?? ""];
      deepStrictEqual(pane.messages, sorted().filter(({ order }) => order >= first && order <= last), `seed ${seed}, step ${step}`);
      if (!pane.hasBefore) strictEqual(first, sorted()[0]?.order ?? "");
      if (!pane.hasAfter) strictEqual(last, sorted().at(-1)?.order ?? "");
    }
  }
});
