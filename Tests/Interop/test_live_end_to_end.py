"""Two people who meet by handle: sealed text sent by one stock client, opened by another, listed at every door."""

import json

from kezwire import envelopes, jcs, rawjson, subjects
from system import expect


def test_alice_writes_to_bob(system, run):
    alice, bob = system.user(), system.user()
    content = {"kez": "kez-text-v1", "text": "Hello Bob, hej på dig \U0001f44b"}

    async def go():
        async with system.connect(bob) as reader, system.connect(alice) as writer:
            live = await reader.listen()
            found = (await writer.call("registry.lookup", {"handle": bob.handle})).ok()
            to_hex = found["primary"].removeprefix("ed25519:")
            raw = jcs.compact(envelopes.message(alice.identity, to_hex, content))
            ack = await writer.send(to_hex, raw)
            copy = await live.next_msg(timeout=15)
            page = await reader.call("inbox.list", {"since": 0, "limit": 100})
            return raw, ack, copy, page

    raw, ack, copy, page = run(go())
    assert copy.subject == subjects.live_inbox(bob.hex, alice.hex)
    assert copy.data == raw
    assert int(copy.headers["Nats-Sequence"]) == ack["seq"]
    opened = json.loads(envelopes.open_message(bob.identity, jcs.parse(copy.data)))
    assert opened["text"] == content["text"]
    (entry,) = page.ok()["messages"]
    assert (entry["seq"], entry["from"]) == (ack["seq"], alice.primary)
    assert rawjson.envelopes(page.raw) == [raw]
    answer = system.inbox(bob)
    assert expect(answer, 200) == page.json
    assert rawjson.envelopes(answer.body) == [raw]


def test_a_conversation(system, run):
    alice, bob = system.user(), system.user()

    async def go():
        async with system.connect(bob) as at_bob, system.connect(alice) as at_alice:
            ends = {alice.hex: (at_alice, await at_alice.listen(), alice), bob.hex: (at_bob, await at_bob.listen(), bob)}
            heard = []
            for turn in range(10):
                sender, to = (alice, bob) if turn % 2 == 0 else (bob, alice)
                content = {"kez": "kez-text-v1", "text": f"turn {turn}"}
                raw = jcs.compact(envelopes.message(sender.identity, to.hex, content))
                await ends[sender.hex][0].send(to.hex, raw)
                copy = await ends[to.hex][1].next_msg(timeout=15)
                assert copy.subject.rsplit(".", 1)[1] == sender.hex
                heard.append(json.loads(envelopes.open_message(to.identity, json.loads(copy.data)))["text"])
            return heard

    assert run(go()) == [f"turn {turn}" for turn in range(10)]
    assert [entry["from"] for entry in system.messages(bob)] == [alice.primary] * 5
    assert [entry["from"] for entry in system.messages(alice)] == [bob.primary] * 5


def test_who_was_away_lists_what_was_missed(system, run):
    """Subscribe, list, merge by sequence: nothing is missed and nothing is there twice."""
    alice, bob = system.user(), system.user()
    raws = [jcs.compact(envelopes.message(alice.identity, bob.hex)) for _ in range(30)]

    async def go():
        merged = {}
        async with system.connect(alice) as writer:
            for raw in raws[:10]:
                await writer.send(bob.hex, raw)
            async with system.connect(bob) as reader:
                live = await reader.listen()
                for raw in raws[10:20]:
                    await writer.send(bob.hex, raw)
                page = await reader.call("inbox.list", {"since": 0, "limit": 500})
                for entry, raw in zip(page.ok()["messages"], rawjson.envelopes(page.raw), strict=True):
                    merged[entry["seq"]] = raw
                for raw in raws[20:]:
                    await writer.send(bob.hex, raw)
                for _ in range(20):
                    copy = await live.next_msg(timeout=15)
                    seq = int(copy.headers["Nats-Sequence"])
                    assert merged.setdefault(seq, copy.data) == copy.data, "one sequence, two messages"
        return [merged[seq] for seq in sorted(merged)]

    assert run(go()) == raws


def test_the_server_sees_no_content(system):
    alice, bob = system.user(), system.user()
    content = {"kez": "kez-text-v1", "text": "a very particular sentence"}
    expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex, content)), 201)
    (entry,) = system.messages(bob)
    assert b"particular" not in entry["raw"]
    assert json.loads(envelopes.open_message(bob.identity, entry["envelope"]))["text"] == content["text"]
