/** What only the door over NATS does, against a real `kez up`. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import type { Bytes } from "../../src/core/bytes";
import { signRegistration } from "../../src/core/envelopes/claims";
import { signEnvelope } from "../../src/core/envelopes/signing";
import { KezError } from "../../src/core/errors";
import { parseHandle } from "../../src/core/identity/handle";
import { identityOfSeed, newSeed } from "../../src/core/identity/identity";
import { formatTimestamp, parseTimestamp, timestampOf } from "../../src/core/timestamp";
import { type Dial, type Network, type Wire, webSocketDial } from "../../src/nats/index";
import { HttpDoor } from "../../src/net/http-door";
import { suspensionOf } from "../../src/net/failures";
import { NatsDoor, type NatsDoorOptions } from "../../src/net/nats-door";
import { iterator, messages, next, reached } from "./events";
import { envelope, type Person, Stack, withoutStack } from "./stack";

const options = { skip: withoutStack, timeout: 90_000 };
let stack: Stack;
const opened: NatsDoor[] = [];

before(async () => {
  if (withoutStack === false) stack = await Stack.start({ "limit-connections": "3" });
});
after(() => stack?.remove());
afterEach(async () => {
  for (const door of opened.splice(0)) await door.close();
});

function make(account: Person, more: Partial<NatsDoorOptions> = {}): NatsDoor {
  const door = new NatsDoor({ base: stack.base, url: stack.websocket, account, ...more });
  opened.push(door);
  return door;
}

async function open(account: Person, more?: Partial<NatsDoorOptions>): Promise<NatsDoor> {
  const door = make(account, more);
  await reached(door, "open");
  return door;
}

/** A dial that counts, and whose sockets a test can cut. */
function counted() {
  const wires: Wire[] = [];
  const sent: Uint8Array[] = [];
  const cuts: (() => void)[] = [];
  const dial: Dial = (url, events) => {
    let over = false;
    const wire = webSocketDial(url, { ...events, ended: (code, reason) => (over ? undefined : events.ended(code, reason)) });
    wires.push(wire);
    cuts.push(() => {
      over = true;
      wire.close();
      events.ended(1006, "");
    });
    return {
      send: (bytes) => (sent.push(bytes), wire.send(bytes)),
      close: (code, reason) => wire.close(code, reason),
      get buffered() {
        return wire.buffered;
      },
    };
  };
  return { wires, sent, cuts, dial };
}

test("search, stats, settings and delete", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const [from, to] = [await open(alice), await open(bob)];
  assert.deepEqual((await from.search(bob.handle.slice(0, 12))).map((each) => each.primary), [bob.primary]);
  await assert.rejects(from.search("w"), (error) => error instanceof KezError && error.status === 400);
  for (let i = 0; i < 3; i++) await from.send(bob.primary, await envelope(alice.identity, bob.primary));
  const stats = await to.stats();
  assert.equal(stats.messages, 3);
  assert.equal(stats.over_quota, false);
  const seqs = (await to.list(0)).messages.map((each) => each.seq);
  assert.equal(await to.deleteMessages({ seqs: seqs.slice(0, 1) }), 1);
  assert.equal(await to.deleteMessages({ up_to: seqs[2] ?? 0 }), 2);
  assert.deepEqual((await to.list(0)).messages, []);
  assert.deepEqual(await to.settings(), { blocked: [], anonymous: true });
  assert.deepEqual(await to.settings({ blocked: [alice.primary] }), { blocked: [alice.primary], anonymous: true });
  assert.deepEqual(await to.settings({ anonymous: false }), { blocked: [alice.primary], anonymous: false });
});

test("signals go to whom they are for, and are heard from whom one listens to", options, async () => {
  const [alice, bob, carol] = [await stack.person(), await stack.person(), await stack.person()];
  const [a, b, c] = [await open(alice), await open(bob), await open(carol)];
  const heard: (string | null | undefined)[] = [];
  let tell = () => {};
  const came = new Promise<void>((resolve) => (tell = resolve));
  const stop = b.signals(alice.primary, (payload) => {
    heard.push(`${payload.get("kez")?.string} ${payload.get("active")?.boolean}`);
    if (heard.length === 2) tell();
  });
  await b.account();
  await c.signal(bob.primary, { kez: "kez-typing-v1", active: true });
  await c.account();
  await a.signal(bob.primary, { kez: "kez-typing-v1", active: true });
  await a.signal(bob.primary, { nothing: 1 });
  await a.signal(bob.primary, { kez: "kez-typing-v1", active: false });
  await came;
  assert.deepEqual(heard, ["kez-typing-v1 true", "kez-typing-v1 false"]);
  stop();
  await b.close();
  await b.signal(alice.primary, { kez: "x" });
});

test("a key without a handle is refused, told so, and comes in once it has one", options, async () => {
  const identity = await identityOfSeed(newSeed());
  const handle = parseHandle(`late-${identity.primary.slice(8, 20)}`) ?? assert.fail();
  const door = make({ identity, primary: identity.primary, handle, server: stack.server });
  const { cause, retryAt } = await reached(door, "refused");
  assert.equal(cause.code, "login_refused");
  assert.ok(retryAt >= Date.now() - 1000);
  await assert.rejects(door.list(0), (error) => error instanceof KezError && error.code === "offline" && error.isRetriable);
  const claim = { handle, server: stack.server, createdAt: timestampOf(Date.now()) };
  assert.equal((await door.register(await signRegistration(claim, identity))).handle, handle);
  door.retryNow();
  await reached(door, "open");
  assert.equal((await door.account()).handle, handle);
});

test("one connection too many is refused with its reason, and taken when there is room", options, async () => {
  const alice = await stack.person();
  const doors = [await open(alice), await open(alice), await open(alice)];
  const fourth = make(alice);
  const { cause } = await reached(fourth, "refused");
  assert.equal(cause.code, "login_refused");
  await doors[0]?.close();
  fourth.retryNow();
  await reached(fourth, "open");
});

test("a connection that is cut comes back, hears again, and says ready", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const { cuts, dial } = counted();
  const [from, to] = [await open(alice), await open(bob, { dial })];
  const events = iterator(to.live(() => 0));
  await next(events, "ready");
  cuts[0]?.();
  const missed = await from.send(bob.primary, await envelope(alice.identity, bob.primary));
  await next(events, "ready");
  const sent = await from.send(bob.primary, await envelope(alice.identity, bob.primary));
  const event = await next(events, "message");
  assert.equal(event.message.seq, sent.seq);
  assert.equal(event.previous, missed.seq, "the one that was missed is named");
  assert.equal(cuts.length, 2);
});

test("a send whose connection is lost is sent again, and stored once", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const { cuts, dial, sent } = counted();
  const door = await open(alice, { dial });
  const bytes = await envelope(alice.identity, bob.primary);
  const sending = door.send(bob.primary, bytes);
  for (let tries = 0; !sent.some((each) => Buffer.from(each).includes("kez.send.")) && tries < 1000; tries++) {
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  cuts[0]?.();
  const { seq } = await sending;
  const page = await new HttpDoor({ base: stack.base, account: bob }).list(0);
  assert.deepEqual(page.messages.map((each) => each.seq), [seq]);
});

test("the connection is renewed without a gap: no copy is missed, no call fails, no loss is told", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const { wires, dial } = counted();
  const [from, to] = [await open(alice), await open(bob, { dial, renewAfter: 300 })];
  const states: string[] = [];
  const events = iterator(to.live(() => 0));
  await next(events, "ready");
  to.onState((state) => states.push(state.kind));
  const sent: number[] = [];
  const end = Date.now() + 2_000;
  while (Date.now() < end) {
    sent.push((await from.send(bob.primary, await envelope(alice.identity, bob.primary))).seq);
    await to.account();
  }
  const found = new Set<number>();
  let readies = 0;
  while (found.size < sent.length) {
    const { value } = await events.next();
    if (value?.kind === "message") found.add(value.message.seq);
    else readies += 1;
  }
  assert.deepEqual([...found], sent);
  assert.ok(wires.length >= 4, `${wires.length} connections`);
  assert.deepEqual(states, []);
  assert.equal(readies, 0);
});

test("a renewal that is refused leaves the old connection alone", options, async () => {
  const alice = await stack.person();
  const others = [await open(alice), await open(alice)];
  const { wires, dial } = counted();
  const door = await open(alice, { dial, renewAfter: 100 });
  await new Promise((resolve) => setTimeout(resolve, 600));
  assert.equal(wires.length, 2, "one attempt, and the next in minutes");
  assert.equal((await door.account()).handle, alice.handle);
  assert.equal(door.state.kind, "open");
  assert.equal(others.length, 2);
});

test("who is suspended is told why and until when, hears, and sends nothing, by either door", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const [door, other] = [await open(alice), await open(bob)];
  const events = iterator(door.live(() => 0));
  await next(events, "ready");
  await stack.command("suspend", alice.handle, "--reason", "too loud", "--for", "1h");
  await next(events, "ready");
  const status = await door.account();
  assert.deepEqual([status.suspended, status.reason], [true, "too loud"]);
  assert.ok(parseTimestamp(status.until ?? "") !== null);
  const bytes = await envelope(alice.identity, bob.primary);
  for (const each of [door, new HttpDoor({ base: stack.base, account: alice })]) {
    await assert.rejects(each.send(bob.primary, bytes), (error) => {
      assert.ok(error instanceof KezError);
      assert.deepEqual([error.code, error.status, error.isRetriable], ["suspended", 403, false]);
      assert.deepEqual(suspensionOf(error), { reason: "too loud", until: status.until });
      return true;
    });
  }
  await assert.rejects(door.lookup(bob.handle), (error) => error instanceof KezError && error.code === "suspended");
  const { seq } = await other.send(alice.primary, await envelope(bob.identity, alice.primary));
  assert.deepEqual((await messages(events, 1)).map((each) => each.seq), [seq]);
  assert.deepEqual((await door.list(0)).messages.map((each) => each.seq), [seq]);
  await stack.command("unsuspend", alice.handle);
  await next(events, "ready");
  await door.send(bob.primary, bytes);
});

test("a frozen socket is noticed at a change of the network", options, async () => {
  let change: (online: boolean) => void = () => {};
  const network: Network = { onChange: (changed) => ((change = changed), () => {}) };
  let mute = false;
  const dial: Dial = (url, events) =>
    webSocketDial(url, { ...events, received: (bytes) => (mute ? undefined : events.received(bytes)) });
  const door = await open(await stack.person(), { dial, network, pongTimeout: 200 });
  mute = true;
  const began = Date.now();
  change(false);
  await reached(door, "waiting");
  assert.ok(Date.now() - began < 2_000);
  mute = false;
  change(true);
  await reached(door, "open");
});

test("a chain of more than one answer is read whole", options, async () => {
  const alice = await stack.person();
  const door = await open(alice);
  const links: Bytes[] = [];
  let head: string | null = null;
  for (let seq = 1; seq <= 64; seq++) {
    const members = {
      primary: alice.primary, seq, prev: head, created_at: formatTimestamp(timestampOf(Date.now())),
      body: { kind: "profile", bio: "x".repeat(15_500) },
    };
    const link = await signEnvelope("sigchain_link", members, alice.identity);
    head = (await door.appendLink(link)).head;
    links.push(link);
  }
  const chain = await door.sigchain(alice.primary);
  assert.deepEqual([chain.links.length, chain.length, chain.head], [64, 64, head]);
  assert.deepEqual(chain.links, links);
});

test("who sends more than the tunnel lets through waits, and is not taken for dead", options, async () => {
  const slow = await Stack.start({ "limit-tunnel-bytes": "100000,100000", "tunnel-address-factor": "1" });
  try {
    const [alice, bob] = [await slow.person(), await slow.person()];
    const { dial, sent: frames } = counted();
    const door = new NatsDoor({ base: slow.base, url: slow.websocket, account: alice, dial, pingInterval: 300, pongTimeout: 400 });
    opened.push(door);
    await reached(door, "open");
    const states: string[] = [];
    door.onState((state) => states.push(state.kind));
    const pad = "x".repeat(90_000);
    const all = await Promise.all(Array.from({ length: 8 }, () => envelope(alice.identity, bob.primary, { pad })));
    const began = Date.now();
    const sent = await Promise.all(all.map((each) => door.send(bob.primary, each)));
    assert.ok(Date.now() - began > 5_000, "it was shaped");
    assert.equal(new Set(sent.map((each) => each.seq)).size, 8);
    const published = frames.map((each) => Buffer.from(each).toString("latin1").match(/HPUB kez\.send\./g)?.length ?? 0);
    assert.equal(published.reduce((sum, each) => sum + each, 0), 8, "nothing was repeated");
    assert.deepEqual(states, []);
    await door.close();
  } finally {
    await slow.remove();
  }
});

test("a restart of the whole server is survived", options, async () => {
  const [alice, bob] = [await stack.person(), await stack.person()];
  const [from, to] = [await open(alice), await open(bob)];
  const events = iterator(to.live(() => 0));
  await next(events, "ready");
  await stack.restart();
  from.retryNow();
  to.retryNow();
  await next(events, "ready");
  const { seq } = await from.send(bob.primary, await envelope(alice.identity, bob.primary));
  assert.deepEqual((await messages(events, 1)).map((each) => each.seq), [seq]);
});
