import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import type { Calls, HostEvent, Snapshot } from "../../src/app/host/calls";
import { Dispatcher } from "../../src/app/host/dispatch";
import { NOTHING_SHARED } from "../../src/app/host/host";
import { type Channel, FollowingLine, LeadingLine } from "../../src/app/tabs/line";
import { KezError } from "../../src/core/errors";
import { conv } from "./messages";

/** A BroadcastChannel in memory: everybody but the speaker hears a structured clone, later. */
class Air {
  private readonly ends = new Set<Channel>();

  open(): Channel {
    const end: Channel = {
      onmessage: null,
      close: () => this.ends.delete(end),
      postMessage: (message) => {
        const data: unknown = structuredClone(message);
        for (const other of this.ends) {
          if (other !== end) queueMicrotask(() => other.onmessage?.({ data } as MessageEvent<unknown>));
        }
      },
    };
    this.ends.add(end);
    return end;
  }
}

const snapshot: Snapshot = { shared: { ...NOTHING_SHARED, phase: { kind: "ready" } }, conversations: [] };
const moment = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** Of all calls, the ones that these tests make. */
function table(some: Partial<Calls>): Calls {
  return some as Calls;
}

function lead(air: Air, calls: Partial<Calls>): LeadingLine {
  return new LeadingLine(air.open(), new Dispatcher(table(calls)), () => ({ snapshot, keys: null }));
}

function follow(air: Air, tab = "2"): { line: FollowingLine; heard: HostEvent[]; led: Snapshot[]; outdated: () => number } {
  const [heard, led] = [[] as HostEvent[], [] as Snapshot[]];
  let outdated = 0;
  const line = new FollowingLine(air.open(), tab, {
    led: (now) => led.push(now), event: (event) => heard.push(event), outdated: () => { outdated += 1; },
  });
  return { line, heard, led, outdated: () => outdated };
}

test("a tab that follows hears how things are, calls, and is answered with values and failures alike", async () => {
  const air = new Air();
  const count = async (): Promise<number> => 42;
  const accept = async (): Promise<void> => { throw new KezError("rate_limited", "slowly", 429, 5); };
  lead(air, { count, accept });
  const { line, led } = follow(air);
  await moment();
  deepStrictEqual(led, [snapshot]);
  deepStrictEqual(await line.call("count", conv), { ok: true, value: 42 });
  deepStrictEqual(await line.call("accept", conv), { ok: false, failure: { code: "rate_limited", retryAfter: 5 } });
  deepStrictEqual(await line.call("removeConversation", conv), { ok: false, failure: { code: "unknown_call", retryAfter: null } });
});

test("names that no call has are refused, inherited ones too", async () => {
  const dispatcher = new Dispatcher(table({}));
  for (const name of ["constructor", "toString", "__proto__", "nothing"]) {
    deepStrictEqual(await dispatcher.callNamed(name, []), { ok: false, failure: { code: "unknown_call", retryAfter: null } });
  }
});

test("files and binary data come through as they are", async () => {
  const air = new Air();
  lead(air, { importHistory: async (file: Blob) => file.size });
  const { line } = follow(air);
  await moment();
  deepStrictEqual(await line.call("importHistory", new Blob([new Uint8Array(1000)])), { ok: true, value: 1000 });
});

test("what cannot be carried is a failure, not a call that waits", async () => {
  const air = new Air();
  lead(air, { rename: async () => undefined });
  const { line } = follow(air);
  await moment();
  const console_ = console.error;
  console.error = () => undefined;
  const outcome = await line.call("rename", conv, (() => undefined) as unknown as string);
  console.error = console_;
  deepStrictEqual(outcome, { ok: false, failure: { code: "internal", retryAfter: null } });
});

test("events reach everybody who follows, and only answers to one's own calls", async () => {
  const air = new Air();
  const line = lead(air, { count: async () => 1 });
  const [first, second] = [follow(air, "2"), follow(air, "3")];
  await moment();
  line.event({ kind: "view-removed", conv });
  await moment();
  deepStrictEqual(first.heard, [{ kind: "view-removed", conv }]);
  deepStrictEqual(second.heard, first.heard);
  const [one, two] = await Promise.all([first.line.call("count", conv), second.line.call("count", conv)]);
  deepStrictEqual([one, two], [{ ok: true, value: 1 }, { ok: true, value: 1 }]);
});

test("calls that a tab which goes leaves unanswered end when the next one leads", async () => {
  const air = new Air();
  const { line } = follow(air);
  const call = line.call("count", conv);
  const next = lead(air, {});
  next.announce();
  deepStrictEqual(await call, { ok: false, failure: { code: "leader_gone", retryAfter: null } });
  const own = line.call("count", conv);
  line.abandon();
  deepStrictEqual(await own, { ok: false, failure: { code: "leader_gone", retryAfter: null } });
});

test("a call that nobody answers ends at its deadline", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const { line } = follow(new Air());
  const call = line.call("count", conv);
  t.mock.timers.tick(30_000);
  deepStrictEqual(await call, { ok: false, failure: { code: "leader_silent", retryAfter: null } });
});

test("a tab of another version is not understood, and known for what it is", async () => {
  const air = new Air();
  const { outdated, led } = follow(air);
  air.open().postMessage({ kind: "leading", version: 99, to: null, snapshot, keys: null });
  air.open().postMessage("noise");
  await moment();
  strictEqual(outdated(), 1);
  deepStrictEqual(led, []);
});
