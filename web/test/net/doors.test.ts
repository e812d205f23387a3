/** What every door does, against a real `kez up`: one body of tests for all. */
import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { signRelease } from "../../src/core/envelopes/claims";
import { signEnvelope } from "../../src/core/envelopes/signing";
import { KezError } from "../../src/core/errors";
import { identityOfSeed, newSeed } from "../../src/core/identity/identity";
import { formatTimestamp, timestampOf } from "../../src/core/timestamp";
import { noNetworkHints } from "../../src/nats/index";
import type { Door } from "../../src/net/door";
import { HttpDoor } from "../../src/net/http-door";
import { NatsDoor } from "../../src/net/nats-door";
import { openDoor } from "../../src/net/open-door";
import { iterator, messages, next, reached } from "./events";
import { envelope, type Person, Stack, withoutStack } from "./stack";

const options = { skip: withoutStack, timeout: 60_000 };
let stack: Stack;
const opened: Door[] = [];

before(async () => {
  if (withoutStack === false) stack = await Stack.start({ "limit-envelope-bytes": "50000" });
});
after(() => stack?.remove());
afterEach(async () => {
  for (const door of opened.splice(0)) await door.close();
});

const makers: Record<string, (person: Person) => Door> = {
  nats: (account) => new NatsDoor({ base: stack.base, url: stack.websocket, account }),
  http: (account) => new HttpDoor({ base: stack.base, account }),
  either: (account) => openDoor({ base: stack.base, natsUrl: stack.websocket, account, network: noNetworkHints }),
};

function refusal(code: string, status: number) {
  return (error: unknown) => {
    assert.ok(error instanceof KezError, String(error));
    assert.deepEqual([error.code, error.status], [code, status], error.message);
    return true;
  };
}

for (const [kind, make] of Object.entries(makers)) {
  describe(kind, () => {
    async function open(person: Person): Promise<Door> {
      const door = make(person);
      opened.push(door);
      if (door.kind === "nats") await reached(door, "open");
      return door;
    }

    test("config names the limits in force and where the broker is", options, async () => {
      const door = await open(await stack.person());
      const config = await door.config();
      assert.equal(config.server, "kez.test");
      assert.equal(config.limits["envelope_bytes"], 50_000);
      assert.equal(config.limits["http"], null);
      assert.deepEqual(config.limits["tunnel_lines"], { burst: 2000, per_second: 200 });
      assert.match(config.nats, /^ws:\/\/127\.0\.0\.1:[0-9]+\/nats$/);
      assert.equal(config.registration, "open");
      assert.deepEqual(config.protocol, { min: 1, max: 1 });
    });

    test("people are found by handle and by key, and not found", options, async () => {
      const [alice, bob] = [await stack.person(), await stack.person()];
      const door = await open(alice);
      const user = await door.lookup(bob.handle);
      assert.deepEqual([user.handle, user.fqhn, user.primary], [bob.handle, `${bob.handle}@kez.test`, bob.primary]);
      assert.deepEqual(user.sigchain, { length: 0, head: null });
      assert.deepEqual(await door.lookup(`${bob.handle}@kez.test`), user);
      assert.deepEqual(await door.byPrimary(bob.primary), user);
      await assert.rejects(door.lookup("nobody-at-all"), refusal("not_found", 404));
      await assert.rejects(door.lookup("../x?y#z"), refusal("not_found", 404));
      await assert.rejects(door.byPrimary((await newcomer()).primary), refusal("not_found", 404));
    });

    test("one's own standing", options, async () => {
      const alice = await stack.person();
      const status = await (await open(alice)).account();
      assert.deepEqual(status, { handle: alice.handle, suspended: false, reason: null, until: null });
    });

    test("a message is sent, once, and listed byte for byte", options, async () => {
      const [alice, bob] = [await stack.person(), await stack.person()];
      const [from, to] = [await open(alice), await open(bob)];
      const bytes = await envelope(alice.identity, bob.primary, { odd: 'ü "\\ 1.0' });
      const sent = await from.send(bob.primary, bytes);
      assert.equal(sent.duplicate, false);
      assert.deepEqual(await from.send(bob.primary, bytes), { seq: sent.seq, duplicate: true });
      const page = await to.list(0);
      assert.deepEqual(page.messages.map((each) => [each.seq, each.from]), [[sent.seq, alice.primary]]);
      assert.deepEqual(page.messages[0]?.envelope, bytes);
      assert.ok(!Number.isNaN(Date.parse(page.messages[0]?.received_at ?? "")));
      assert.deepEqual([page.next, page.has_more], [sent.seq, false]);
      assert.deepEqual((await to.list(sent.seq)).messages, []);
      assert.ok((await to.head(0)).last_seq >= sent.seq);
      assert.equal((await to.head(sent.seq)).last_seq, sent.seq);
      assert.equal((await to.head(0)).epoch, page.epoch);
    });

    test("a list comes in pages", options, async () => {
      const [alice, bob] = [await stack.person(), await stack.person()];
      const [from, to] = [await open(alice), await open(bob)];
      const seqs: number[] = [];
      for (let i = 0; i < 7; i++) seqs.push((await from.send(bob.primary, await envelope(alice.identity, bob.primary))).seq);
      const listed: number[] = [];
      let since = 0;
      for (let more = true; more; ) {
        const page = await to.list(since, 3);
        listed.push(...page.messages.map((each) => each.seq));
        since = page.next;
        more = page.has_more;
      }
      assert.deepEqual(listed, seqs);
    });

    test("what cannot be stored is refused with its reason", options, async () => {
      const [alice, bob] = [await stack.person(), await stack.person()];
      const door = await open(alice);
      const large = await envelope(alice.identity, bob.primary, { pad: "x".repeat(60_000) });
      await assert.rejects(door.send(bob.primary, large), refusal("too_large", 413));
    });

    test("live copies come as they are sent, and a ready comes first", options, async () => {
      const [alice, bob] = [await stack.person(), await stack.person()];
      const [from, to] = [await open(alice), await open(bob)];
      const live = to.live(() => 0);
      const events = iterator(live);
      await next(events, "ready");
      assert.equal(to.state.kind, "open");
      const bytes = await Promise.all(Array.from({ length: 5 }, () => envelope(alice.identity, bob.primary)));
      const seqs: number[] = [];
      for (const each of bytes) seqs.push((await from.send(bob.primary, each)).seq);
      const found = await messages(events, 5);
      assert.deepEqual(found.map((each) => each.seq), seqs);
      assert.deepEqual(found.map((each) => each.envelope), bytes);
      assert.deepEqual(found.map((each) => each.from), Array(5).fill(alice.primary));
      assert.deepEqual((await to.list(0)).messages, found, "the same as the list");
      live.close();
      assert.equal((await events.next()).done, true);
      assert.doesNotThrow(() => to.live(() => 0).close(), "and again");
    });

    test("a feed and calls end with the door", options, async () => {
      const door = await open(await stack.person());
      const events = iterator(door.live(() => 0));
      await next(events, "ready");
      await door.close();
      assert.equal((await events.next()).done, true);
      assert.equal(door.state.kind, "closed");
      await assert.rejects(door.list(0), refusal("closed", 0));
      await assert.rejects(door.config(), refusal("closed", 0));
    });

    test("a sigchain is read and appended to", options, async () => {
      const alice = await stack.person();
      const door = await open(alice);
      assert.deepEqual(await door.sigchain(alice.primary), { primary: alice.primary, links: [], head: null, length: 0 });
      const links = [];
      let head: string | null = null;
      for (let seq = 1; seq <= 3; seq++) {
        const bytes = await link(alice, seq, head);
        const appended = await door.appendLink(bytes);
        assert.equal(appended.seq, seq);
        head = appended.head;
        links.push(bytes);
      }
      const chain = await door.sigchain(alice.primary);
      assert.deepEqual([chain.links, chain.head, chain.length], [links, head, 3]);
      assert.deepEqual((await door.sigchain(alice.primary, 3)).links, links.slice(2));
      assert.deepEqual((await door.sigchain(alice.primary, 4)).links, []);
      await assert.rejects(door.appendLink(await link(alice, 3, head)), refusal("stale_head", 409));
      await assert.rejects(door.sigchain((await newcomer()).primary), refusal("not_found", 404));
    });

    test("a handle is released, and the key may register again", options, async () => {
      const alice = await stack.person();
      const door = await open(alice);
      const claim = { handle: alice.handle, server: stack.server, createdAt: timestampOf(Date.now()) };
      const released = await signRelease(claim, alice.identity);
      assert.equal((await door.release(released)).handle, alice.handle);
      await assert.rejects(stack.calls.lookup(alice.handle), refusal("not_found", 404));
    });
  });
}

function newcomer() {
  return identityOfSeed(newSeed());
}

function link(person: Person, seq: number, prev: string | null) {
  const members = {
    primary: person.primary, seq, prev, created_at: formatTimestamp(timestampOf(Date.now())),
    body: { kind: "profile", name: `n${seq}` },
  };
  return signEnvelope("sigchain_link", members, person.identity);
}
