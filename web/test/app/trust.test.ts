import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { test } from "node:test";
import { KezError } from "../../src/core/errors";
import { identityOfSeed } from "../../src/core/identity/identity";
import { decodeNkeySeed } from "../../src/core/identity/nkey";
import { emptyChain, extendChain, type Sigchain } from "../../src/core/sigchain/chain";
import { signLink } from "../../src/core/sigchain/signing";
import { timestampOf } from "../../src/core/timestamp";
import type { Bytes } from "../../src/core/bytes";
import type { Identity } from "../../src/core/identity/identity";
import type { ConversationView } from "../../src/app/state";
import { newWorld, until } from "./host-world";

const code = (expected: string) => (error: unknown): boolean => error instanceof KezError && error.code === expected;

/** Alice knows Bob, whose key the test holds. */
async function knowing() {
  const { world, registry, machine } = newWorld();
  const bob = await machine().signUp("bob");
  const identity = await identityOfSeed(decodeNkeySeed(bob.recovery) ?? new Uint8Array(32));
  const aMachine = machine();
  const a = await aMachine.signUp("alice");
  const conv = (await a.calls.begin(identity.primary)).id;
  const view = (): ConversationView => a.host.snapshot.conversations.find(({ id }) => id === conv) as ConversationView;
  /** Long after, so that it is looked up again. */
  const look = async (): Promise<void> => {
    const before = registry.asked;
    world.clock.advance(3_600_000);
    await a.calls.check(conv);
    await until(world, () => registry.asked > before, 0);
    await until(world, () => a.host.session?.pins.of(identity.primary).checkedAt === world.clock.now() || view().trust.alarm !== null || view().trust.isHeld, 0);
  };
  await until(world, () => view().name.kind === "handle", 0);
  return { world, registry, machine, aMachine, a, conv, view, look, bob: identity };
}

/** A chain of links of these kinds, as a registry shows it. */
async function chain(owner: Identity, kinds: readonly string[], salt = ""): Promise<{ links: Bytes[]; heads: string[]; chain: Sigchain }> {
  let now = emptyChain(owner.primary);
  const links: Bytes[] = [];
  for (const [index, kind] of kinds.entries()) {
    const members = kind === "future" ? { crit: true } : { note: `${salt}${index}` };
    const link = await signLink(kind, members, now, timestampOf(1_760_000_000_000 + index), owner);
    now = await extendChain(now, [link]);
    links.push(link);
  }
  return { links, heads: [...now.digests], chain: now };
}

test("a handle that names another key stops the sending until somebody has looked", async () => {
  const { world, registry, machine, a, conv, view, look, bob } = await knowing();
  await a.calls.markVerified(bob.primary, true);
  const mallory = await machine().signUp("mallory");
  registry.byHandle.set("bob", mallory.host.shared.me?.primary as typeof bob.primary);
  await look();
  deepStrictEqual(view().trust.alarm, { kind: "other_key", pinned: bob.primary, shown: mallory.host.shared.me?.primary, handle: "bob" });
  await rejects(a.calls.sendText(conv, "secret"), code("alarm"));
  await rejects(a.calls.findContact("bob"), code("handle_changed_key"));
  await a.calls.acknowledgeAlarm(conv);
  strictEqual(view().trust.alarm, null);
  deepStrictEqual([view().name.kind, view().trust.verifiedAt], ["key", null], "it is not Bob by that name any more, and not verified");
  await a.calls.sendText(conv, "to the old key");
  strictEqual((await a.calls.findContact("bob")).primary, mallory.host.shared.me?.primary);
  await look();
  strictEqual(view().trust.alarm, null, "what was looked at is not told again");
  void world;
});

test("a released handle is no alarm, and a new one of the same key is shown", async () => {
  const { registry, view, look, bob } = await knowing();
  registry.byHandle.delete("bob");
  await look();
  deepStrictEqual([view().trust.alarm, view().name.kind], [null, "key"]);
  registry.byHandle.set("robert", bob.primary);
  await look();
  deepStrictEqual([view().trust.alarm, view().name.text], [null, "robert"]);
});

test("a chain may grow; one that shrank or forked is an alarm, also after a reload", async () => {
  const { registry, aMachine, a, view, look, conv, bob } = await knowing();
  registry.chains.set(bob.primary, await chain(bob, ["profile"]));
  await look();
  strictEqual(a.host.session?.pins.of(bob.primary).mark?.length, 1);
  registry.chains.set(bob.primary, await chain(bob, ["profile", "proof"]));
  await look();
  deepStrictEqual([view().trust.alarm, a.host.session?.pins.of(bob.primary).mark?.length], [null, 2]);

  registry.chains.set(bob.primary, await chain(bob, ["profile"]));
  await look();
  strictEqual(view().trust.alarm?.kind, "shrank");
  await a.host.stop();
  const again = await aMachine.open();
  const after = (): ConversationView => again.host.snapshot.conversations.find(({ id }) => id === conv) as ConversationView;
  strictEqual(after().trust.alarm?.kind, "shrank");
  await rejects(again.calls.sendText(conv, "x"), code("alarm"));
  await again.calls.acknowledgeAlarm(conv);
  deepStrictEqual([after().trust.alarm, again.host.session?.pins.of(bob.primary).mark?.length], [null, 1]);
});

test("another chain of the same length is a fork, and a forged one invalid", async () => {
  const { registry, machine, a, view, look, conv, bob } = await knowing();
  registry.chains.set(bob.primary, await chain(bob, ["profile"]));
  await look();
  registry.chains.set(bob.primary, await chain(bob, ["profile"], "other"));
  await look();
  strictEqual(view().trust.alarm?.kind, "forked");
  await a.calls.acknowledgeAlarm(conv);
  const eve = await identityOfSeed(decodeNkeySeed((await machine().signUp("eve")).recovery) ?? new Uint8Array(32));
  registry.chains.set(bob.primary, await chain(eve, ["profile", "proof"]));
  await look();
  strictEqual(view().trust.alarm?.kind, "invalid");
  await a.calls.acknowledgeAlarm(conv);
  await look();
  strictEqual(view().trust.alarm, null, "the same forgery was looked at");
});

test("what only a newer client understands holds the sending without an alarm, until it is understood", async () => {
  const { registry, a, view, look, conv, bob } = await knowing();
  registry.chains.set(bob.primary, await chain(bob, ["future"]));
  await look();
  deepStrictEqual([view().trust.alarm, view().trust.isHeld], [null, true]);
  await rejects(a.calls.sendText(conv, "x"), code("alarm"));
});

test("a server that does not answer changes nothing, and nobody is asked twice in a short time", async () => {
  const { world, registry, a, conv, view, bob } = await knowing();
  await until(world, () => (a.host.session?.pins.of(bob.primary).checkedAt ?? 0) > 0, 0);
  const before = registry.asked;
  await a.calls.check(conv);
  await a.calls.check(conv);
  strictEqual(registry.asked, before);
  registry.isDown = true;
  world.clock.advance(3_600_000);
  await a.calls.check(conv);
  await until(world, () => registry.asked > before, 0);
  await new Promise((resolve) => setTimeout(resolve, 20));
  deepStrictEqual([view().name.text, view().trust.alarm], ["bob", null]);
  ok((a.host.session?.pins.of(bob.primary).checkedAt ?? 0) < world.clock.now(), "it is asked again the next time");
});

test("a check that a wrong clock dated into the future does not hold once the clock was set", async () => {
  const { world, registry, a, conv, bob } = await knowing();
  await until(world, () => (a.host.session?.pins.of(bob.primary).checkedAt ?? 0) > 0, 0);
  const before = registry.asked;
  await a.host.session?.pins.change(bob.primary, { checkedAt: world.clock.now() + 365 * 86_400_000 });
  await a.calls.check(conv);
  await until(world, () => registry.asked > before, 0);
});
