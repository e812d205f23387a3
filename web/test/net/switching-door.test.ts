/** WebSockets that are blocked and come free again, against a real `kez up`. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { type Dial, systemTimers, webSocketDial } from "../../src/nats/index";
import { HttpDoor } from "../../src/net/http-door";
import { NatsDoor } from "../../src/net/nats-door";
import { SwitchingDoor } from "../../src/net/switching-door";
import { iterator, messages, next, reached } from "./events";
import { envelope, type Person, Stack, withoutStack } from "./stack";

const options = { skip: withoutStack, timeout: 60_000 };
let stack: Stack;
const opened: SwitchingDoor[] = [];

before(async () => {
  if (withoutStack === false) stack = await Stack.start();
});
after(() => stack?.remove());
afterEach(async () => {
  for (const door of opened.splice(0)) await door.close();
});

/** A network that lets no WebSocket through while `blocked`. */
function open(account: Person, network: { blocked: boolean; cut?: () => void; fetch?: typeof fetch }): SwitchingDoor {
  const dial: Dial = (url, events) => {
    if (!network.blocked) {
      const wire = webSocketDial(url, events);
      network.cut = () => wire.close();
      return wire;
    }
    queueMicrotask(() => events.ended(1006, ""));
    return { send: () => {}, close: () => {}, buffered: 0 };
  };
  const base = stack.base;
  const nats = new NatsDoor({ base, url: stack.websocket, account, dial });
  const http = new HttpDoor({ base, account, ...(network.fetch === undefined ? {} : { fetch: network.fetch }) });
  // Where nothing is blocked HTTP has no part in it, however slow this machine is.
  const door = new SwitchingDoor({ nats, http, timers: systemTimers, patience: network.blocked ? 150 : 30_000 });
  opened.push(door);
  return door;
}

test("with WebSockets everything goes to the broker, and HTTP is not asked for copies", options, async () => {
  const asked: string[] = [];
  const fetching: typeof fetch = (input, init) => (asked.push(String(input)), fetch(input, init));
  const door = open(await stack.person(), { blocked: false, fetch: fetching });
  const events = iterator(door.live(() => 0));
  await next(events, "ready");
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.deepEqual([door.kind, door.state.kind, door.offers.has("search"), asked], ["nats", "open", true, []]);
});

test("with WebSockets blocked it is HTTP, with nothing else changed, and the broker again when it can be", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const [from, network] = [open(alice, { blocked: false }), { blocked: true } as { blocked: boolean; cut?: () => void }];
  await reached(from, "open");
  const to = open(bob, network);
  const ways: string[] = [];
  to.onState(({ kind }) => { if (kind === "open" && ways.at(-1) !== to.kind) ways.push(to.kind); });
  let cursor = 0;
  const events = iterator(to.live(() => cursor));
  const exchange = async () => {
    const sent = await from.send(bob.primary, await envelope(alice.identity, bob.primary));
    const [found] = await messages(events, 1);
    assert.equal(found?.seq, sent.seq);
    cursor = sent.seq;
    await to.send(alice.primary, await envelope(bob.identity, alice.primary));
    assert.equal((await to.head(cursor)).last_seq, cursor);
  };
  await next(events, "ready");
  assert.deepEqual([to.kind, to.state.kind, to.offers.has("search")], ["http", "open", false]);
  await exchange();
  network.blocked = false;
  to.retryNow();
  await next(events, "ready");
  assert.deepEqual([to.kind, to.state.kind], ["nats", "open"]);
  await exchange();
  network.blocked = true;
  network.cut?.();
  await next(events, "ready");
  assert.deepEqual([to.kind, to.state.kind], ["http", "open"]);
  await exchange();
  assert.deepEqual(ways, ["http", "nats", "http"], "whoever listens knows which way it is");
  await to.close();
  assert.equal((await events.next()).done, true);
  assert.equal(to.state.kind, "closed");
});

test("a message that is sent while there is no way goes out by the first that opens, once", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const door = open(alice, { blocked: true });
  const bytes = await envelope(alice.identity, bob.primary);
  const began = Date.now();
  const sent = await door.send(bob.primary, bytes);
  assert.ok(Date.now() - began < 5_000);
  const broker = open(alice, { blocked: false });
  assert.deepEqual(await broker.send(bob.primary, bytes), { seq: sent.seq, duplicate: true });
  assert.equal(broker.kind, "nats");
});

test("with nothing reachable it waits, and says so", options, async () => {
  const down: typeof fetch = () => Promise.reject(new TypeError("fetch failed"));
  const door = open(await stack.person(), { blocked: true, fetch: down });
  const { cause } = await reached(door, "waiting");
  assert.equal(cause.code, "offline");
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.deepEqual([door.kind, door.state.kind], ["nats", "waiting"]);
});
