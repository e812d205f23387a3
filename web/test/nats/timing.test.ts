/** Pings, pauses and attempts by a clock that the test moves. No server is needed. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { backoff, connect, type Dial, type NatsConnection, type WireEvents } from "../../src/nats/index";
import { Heartbeat } from "../../src/nats/heartbeat";
import { ManualTimers, settle } from "../timers";

function heart(timers: ManualTimers) {
  const seen = { pings: 0, dead: 0 };
  const heartbeat: Heartbeat = new Heartbeat({
    interval: 15_000, timeout: 5_000, timers, dead: () => void (seen.dead += 1),
    ping() {
      seen.pings += 1;
      heartbeat.pinged();
    },
  });
  return { seen, heartbeat };
}

test("silence is asked about, and what answers not is dead", async () => {
  const timers = new ManualTimers();
  const { seen } = heart(timers);
  await timers.advance(14_999);
  assert.deepEqual(seen, { pings: 0, dead: 0 });
  await timers.advance(1);
  assert.deepEqual(seen, { pings: 1, dead: 0 });
  await timers.advance(5_000);
  assert.deepEqual(seen, { pings: 1, dead: 1 });
});

test("anything heard is an answer", async () => {
  const timers = new ManualTimers();
  const { seen, heartbeat } = heart(timers);
  for (let second = 0; second < 600; second++) {
    await timers.advance(1_000);
    if (second % 12 === 0) heartbeat.heard();
  }
  assert.deepEqual(seen, { pings: 0, dead: 0 });
  await timers.advance(5_000);
  heartbeat.heard();
  await timers.advance(14_000);
  assert.deepEqual(seen, { pings: 1, dead: 0 });
  heartbeat.stop();
  await timers.advance(100_000);
  assert.equal(seen.dead, 0);
});

test("who is not read from for a while is not taken for dead", async () => {
  const timers = new ManualTimers();
  const { seen, heartbeat } = heart(timers);
  for (let i = 0; i < 16; i++) heartbeat.sent(64 * 1024);
  assert.equal(seen.pings, 16, "one behind every 64 KiB");
  await timers.advance(15_000 + 60_000);
  assert.deepEqual(seen, { pings: 17, dead: 0 });
  for (let i = 0; i < 17; i++) heartbeat.pong();
  heartbeat.heard();
  await timers.advance(15_000 + 5_000);
  assert.equal(seen.dead, 1, "and no longer than it takes");
});

test("a probe asks at once, and once", async () => {
  const timers = new ManualTimers();
  const { seen, heartbeat } = heart(timers);
  heartbeat.probe();
  heartbeat.probe();
  assert.equal(seen.pings, 1);
  await timers.advance(5_000);
  assert.equal(seen.dead, 1);
});

test("pauses are random below a ceiling that doubles up to its cap", () => {
  const limits = { base: 500, cap: 30_000 };
  assert.deepEqual([0, 1, 2, 5, 6, 100, 5000].map((attempt) => backoff(attempt, limits, () => 1)),
    [500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
  assert.equal(backoff(3, limits, () => 0), 0);
  assert.equal(backoff(3, limits, () => 0.25), 1000);
});

/** A server that takes every login, or none. */
function server() {
  const state = { up: true, dials: 0, live: null as WireEvents | null, silent: false };
  const say = (events: WireEvents, text: string) => events.received(new TextEncoder().encode(text));
  const dial: Dial = (_, events) => {
    state.dials += 1;
    queueMicrotask(() => {
      if (!state.up) return events.ended(1006, "");
      if (state.silent) return;
      say(events, 'INFO {"max_payload":1048576,"headers":true}\r\n');
    });
    state.live = events;
    return {
      send(bytes) {
        for (const _ of new TextDecoder().decode(bytes).matchAll(/PING\r\n/g)) queueMicrotask(() => say(events, "PONG\r\n"));
      },
      close: () => {},
      buffered: 0,
    };
  };
  return { state, dial };
}

test("attempts come at growing pauses, at once when the network returns, and stop with close", async () => {
  const timers = new ManualTimers();
  const { state, dial } = server();
  const changes = new Set<(online: boolean) => void>();
  const network = { onChange: (changed: (online: boolean) => void) => (changes.add(changed), () => changes.delete(changed)) };
  const delays: number[] = [];
  const opening = connect({
    servers: "ws://x/", dial, timers, network, reconnectDelayHandler: (attempt) => backoff(attempt, { base: 500, cap: 30_000 }, () => 1),
    onStatus: (status) => status.type === "reconnecting" && delays.push(status.delay),
  });
  const nc: NatsConnection = await opening;
  await timers.advance(20_000);
  state.up = false;
  state.live?.ended(1006, "");
  await timers.advance(500 + 1000 + 2000);
  assert.deepEqual([delays, state.dials], [[500, 1000, 2000, 4000], 4]);
  for (const change of changes) change(true);
  await settle();
  assert.equal(state.dials, 5);
  state.up = true;
  for (const change of changes) change(true);
  await settle();
  await nc.flush();
  state.live?.ended(1006, "");
  await settle();
  assert.equal(delays.at(-1), 16_000, "it did not last: the pauses go on");
  await nc.close();
  const before = state.dials;
  await timers.advance(1e6);
  assert.equal(state.dials, before);
  assert.equal(changes.size, 0);
});

test("a server that says nothing is given up after the timeout", async () => {
  const timers = new ManualTimers();
  const { state, dial } = server();
  state.silent = true;
  const opening = connect({ servers: "ws://x/", dial, timers, timeout: 7_000 }).catch((error: Error) => error.name);
  await timers.advance(7_000);
  assert.equal(await opening, "TimeoutError");
});

test("a server that speaks something else is given up at once", async () => {
  const dial: Dial = (_, events) => {
    queueMicrotask(() => events.received(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n\r\n")));
    return { send: () => {}, close: () => {}, buffered: 0 };
  };
  await assert.rejects(connect({ servers: "ws://x/", dial }), { name: "ProtocolError" });
});
