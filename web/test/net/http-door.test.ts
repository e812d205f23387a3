/** What only the door over HTTP does: streams that are cut, limits, clocks, answers that are none. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { KezError } from "../../src/core/errors";
import type { DoorState } from "../../src/net/door";
import { HttpDoor, type HttpDoorOptions } from "../../src/net/http-door";
import { iterator, messages, next, reached } from "./events";
import { envelope, type Person, Stack, withoutStack } from "./stack";

const options = { skip: withoutStack, timeout: 60_000 };
let stack: Stack;
const opened: HttpDoor[] = [];

before(async () => {
  if (withoutStack === false) stack = await Stack.start();
});
after(() => stack?.remove());
afterEach(async () => {
  for (const door of opened.splice(0)) await door.close();
});

function open(account: Person, more: Partial<HttpDoorOptions> = {}): HttpDoor {
  const door = new HttpDoor({ base: stack.base, account, random: () => 0, ...more });
  opened.push(door);
  return door;
}

/** A fetch whose streams a test cuts or mutes, and that notes what was asked. */
function tapped() {
  const asked: string[] = [];
  const cuts: (() => void)[] = [];
  const state = { down: false, mute: false };
  const tap: typeof fetch = async (input, init) => {
    const url = String(input);
    asked.push(url.replace(/^http:\/\/[^/]*/, ""));
    if (state.down) throw new TypeError("fetch failed");
    const answer = await fetch(input, init);
    if (!url.includes("/stream") || answer.body === null) return answer;
    const cut = new TransformStream<Uint8Array, Uint8Array>({
      start: (controller) => void cuts.push(() => controller.error(new TypeError("network error"))),
      transform: (chunk, controller) => (state.mute ? undefined : controller.enqueue(chunk)),
    });
    answer.body.pipeTo(cut.writable).catch(() => {});
    return new Response(cut.readable, { status: answer.status, headers: answer.headers });
  };
  return { asked, cuts, state, fetch: tap };
}

test("a stream that is cut is resumed at the cursor: nothing is missed", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const from = open(alice);
  const tap = tapped();
  let cursor = 0;
  const to = open(bob, { fetch: tap.fetch });
  const events = iterator(to.live(() => cursor));
  await next(events, "ready");
  const sent: number[] = [];
  const found: number[] = [];
  for (let round = 0; round < 3; round++) {
    sent.push((await from.send(bob.primary, await envelope(alice.identity, bob.primary))).seq);
    cursor = (await messages(events, 1))[0]?.seq ?? 0;
    found.push(cursor);
    tap.cuts.at(-1)?.();
    await reached(to, "waiting");
    sent.push((await from.send(bob.primary, await envelope(alice.identity, bob.primary))).seq);
    await next(events, "ready");
    cursor = (await messages(events, 1))[0]?.seq ?? 0;
    found.push(cursor);
  }
  assert.deepEqual(found, sent);
  const path = `/v1/inbox/${bob.handle}/stream`;
  assert.deepEqual(tap.asked, [0, sent[0], sent[2], sent[4]].map((since) => `${path}?since=${since}`));
});

test("a stream that went silent is begun again", options, async () => {
  const tap = tapped();
  const door = open(await stack.person(), { fetch: tap.fetch, silence: 300 });
  const events = iterator(door.live(() => 0));
  await next(events, "ready");
  tap.state.mute = true;
  await next(events, "ready");
  assert.ok(tap.asked.length >= 2);
});

test("while the network is away it waits, and comes back when told", options, async () => {
  const tap = tapped();
  let change: (online: boolean) => void = () => {};
  const network = { onChange: (changed: (online: boolean) => void) => ((change = changed), () => {}) };
  const door = open(await stack.person(), { fetch: tap.fetch, network, random: () => 0.999 });
  tap.state.down = true;
  const events = iterator(door.live(() => 0));
  const { cause } = await reached(door, "waiting");
  assert.deepEqual([cause.code, cause.isRetriable], ["offline", true]);
  await assert.rejects(door.list(0), (error) => error instanceof KezError && error.code === "offline");
  tap.state.down = false;
  change(true);
  await next(events, "ready");
  assert.equal(door.state.kind, "open");
});

test("a clock that is wrong is corrected by the server's", options, async () => {
  const alice = await stack.person();
  const wrong = 3 * 3600_000;
  const timers = {
    now: () => Date.now() - wrong,
    after: (milliseconds: number, then: () => void) => {
      const timer = setTimeout(then, milliseconds);
      return () => clearTimeout(timer);
    },
  };
  const tap = tapped();
  const door = open(alice, { timers, fetch: tap.fetch });
  assert.deepEqual((await door.list(0)).messages, []);
  assert.equal(tap.asked.length, 2);
  assert.equal((await door.account()).handle, alice.handle);
  assert.equal(tap.asked.length, 3, "learnt");
  const events = iterator(door.live(() => 0));
  await next(events, "ready");
});

test("another's key is unauthorized, and is not tried twice", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const tap = tapped();
  const door = open({ ...alice, handle: bob.handle }, { fetch: tap.fetch });
  await assert.rejects(door.list(0), (error) => error instanceof KezError && error.code === "unauthorized");
  assert.equal(tap.asked.length, 1);
  const states: DoorState[] = [];
  door.onState((state) => states.push(state));
  door.live(() => 0);
  assert.equal((await reached(door, "refused")).cause.code, "unauthorized");
});

test("what HTTP does not have is said so", options, async () => {
  const door = open(await stack.person());
  for (const call of [door.search(), door.stats(), door.settings(), door.deleteMessages()]) {
    await assert.rejects(call, (error) => error instanceof KezError && error.code === "not_offered");
  }
  assert.equal(door.offers.size, 0);
  await door.signal();
  door.signals()();
});

test("a limit of the server is told with the seconds to wait, and the stream waits them", options, async () => {
  // A refusal is held back for some 2 s: the next one must find the budget empty still.
  const limited = await Stack.start({ "limit-http": "12,0.1", "limit-registrations": "off" });
  const person = await limited.person();
  const door = new HttpDoor({ base: limited.base, account: person, random: () => 0 });
  try {
    let refused: KezError | null = null;
    for (let i = 0; i < 30 && refused === null; i++) {
      await door.config().catch((error: KezError) => (refused = error));
    }
    const error = refused as KezError | null;
    assert.deepEqual([error?.code, error?.status, error?.isRetriable], ["rate_limited", 429, true]);
    assert.ok((error?.retryAfter ?? 0) >= 1);
    const began = Date.now();
    const events = iterator(door.live(() => 0));
    const state = await reached(door, "waiting");
    assert.equal(state.cause.code, "rate_limited");
    assert.ok((state.retryAt ?? 0) - Date.now() > 500);
    await next(events, "ready");
    assert.ok(Date.now() - began > 1_000);
  } finally {
    await door.close();
    await limited.remove();
  }
});
