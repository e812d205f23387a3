"""GET /v1/inbox/:handle: who may read, cursors, pages (section 4)."""

import json
import time

import pytest

from kezwire import auth, envelopes, jcs, rawjson, subjects
from kezwire.identity import Identity
from system import expect, unique_handle


@pytest.fixture(scope="module")
def crowd(system):
    """Somebody with three messages, and somebody else."""
    alice, bob = system.user(), system.user()
    for _ in range(3):
        expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
    return alice, bob


def fill(system, run, sender, recipient, count, size=0):
    """Sends `count` messages over the broker, in order; returns their sequences."""

    async def go():
        async with system.connect(sender) as client:
            found = []
            for _ in range(count):
                envelope = envelopes.message(sender.identity, recipient.hex)
                if size:
                    envelope["pad"] = "x" * (size - len(jcs.compact({**envelope, "pad": ""})))
                found.append((await client.send(recipient.hex, jcs.compact(envelope)))["seq"])
            return found

    return run(go())


def header_for(identity, path, since=0, shift=0, method="GET", server=None):
    ts = int(time.time()) + shift
    return auth.header(identity, method, path, f"since={since}", server, ts=ts)


def failures(alice, bob, system):
    path = f"/v1/inbox/{bob.handle}"
    good = header_for(bob.identity, path)
    ts, sig = good.split(":")
    yield "missing", None
    yield "empty", ""
    yield "old", header_for(bob.identity, path, shift=-90)
    yield "future", header_for(bob.identity, path, shift=90)
    yield "another key", header_for(alice.identity, path)
    yield "stranger", header_for(Identity(), path)
    yield "another handle", header_for(bob.identity, f"/v1/inbox/{alice.handle}")
    yield "another path", header_for(bob.identity, path + "/stream")
    yield "another cursor", header_for(bob.identity, path, since=1)
    yield "another method", header_for(bob.identity, path, method="POST")
    yield "with the server, as at other doors", header_for(bob.identity, path, server=system.server)
    yield "no signature", ts + ":"
    yield "no time", ":" + sig
    yield "no colon", ts + sig
    yield "three parts", good + ":x"
    yield "upper case", ts + ":" + sig.upper()
    yield "short signature", good[:-2]
    yield "not hex", ts + ":" + "g" * 128
    yield "changed time", str(int(ts) - 1) + ":" + sig
    yield "negative time", "-" + good
    yield "huge time", "9" * 40 + ":" + sig
    yield "garbage", "nonsense"
    yield "bearer", "Bearer abc"


def test_every_failure_has_the_same_answer(system, crowd):
    alice, bob = crowd
    shapes = {}
    for name, value in failures(alice, bob, system):
        answer = system.http.get(f"/v1/inbox/{bob.handle}", {} if value is None else {"X-KEZ-Auth": value})
        assert answer.status == 401, f"{name}: {answer}"
        body = expect(answer, 401, "unauthorized")
        assert body.pop("server_time", None), f"{name}: no server_time in {answer}"
        shapes[name] = json.dumps(body, sort_keys=True)
    assert len(set(shapes.values())) == 1, f"the answers differ: {shapes}"


def test_an_inbox_of_nobody_is_not_told_apart(system, crowd):
    handle, who = unique_handle(), Identity()
    answer = system.http.get(f"/v1/inbox/{handle}", {"X-KEZ-Auth": header_for(who, f"/v1/inbox/{handle}")})
    assert answer.status in (401, 404), answer
    expect(answer, answer.status)


@pytest.mark.parametrize("shift", [-45, 45])
def test_a_clock_that_is_a_little_off(system, crowd, shift):
    path = f"/v1/inbox/{crowd[1].handle}"
    expect(system.http.get(path, {"X-KEZ-Auth": header_for(crowd[1].identity, path, shift=shift)}), 200)


def test_the_limit_is_not_signed(system, crowd):
    path = f"/v1/inbox/{crowd[1].handle}"
    value = header_for(crowd[1].identity, path)
    assert len(expect(system.http.get(path + "?limit=2", {"X-KEZ-Auth": value}), 200)["messages"]) == 2
    assert len(expect(system.http.get(path + "?since=0", {"X-KEZ-Auth": value}), 200)["messages"]) == 3


def test_shape_of_a_page(system, crowd):
    alice, bob = crowd
    page = expect(system.inbox(bob), 200)
    assert set(page) >= {"messages", "next", "has_more", "oldest", "truncated", "epoch"}
    seqs = [entry["seq"] for entry in page["messages"]]
    assert seqs == sorted(set(seqs)) and len(seqs) == 3
    assert all(entry["from"] == alice.primary for entry in page["messages"])
    assert page["next"] == seqs[-1]
    assert page["has_more"] is False
    assert isinstance(page["oldest"], int)
    assert page["truncated"] is (1 < page["oldest"])
    assert isinstance(page["epoch"], str) and page["epoch"]
    assert expect(system.inbox(bob), 200)["epoch"] == page["epoch"]


def test_an_empty_inbox(system):
    user = system.user()
    page = expect(system.inbox(user), 200)
    assert page["messages"] == [] and page["next"] == 0 and page["has_more"] is False


def test_strictly_after_the_cursor(system, crowd):
    bob = crowd[1]
    seqs = [entry["seq"] for entry in system.messages(bob)]
    for at, seq in enumerate(seqs):
        page = expect(system.inbox(bob, since=seq), 200)
        assert [entry["seq"] for entry in page["messages"]] == seqs[at + 1 :]
        assert page["next"] == (seqs[-1] if seqs[at + 1 :] else seq)
        assert page["truncated"] is (seq + 1 < page["oldest"])
    before = expect(system.inbox(bob, since=seqs[1] - 1), 200)
    assert [entry["seq"] for entry in before["messages"]] == seqs[1:]


def test_a_cursor_beyond_the_end(system, crowd):
    since = 1 << 50
    page = expect(system.inbox(crowd[1], since=since), 200)
    assert page["messages"] == [] and page["next"] == since and page["has_more"] is False


@pytest.mark.parametrize("since", ["abc", "-1", "1.5", "1e3", "0x1", "99999999999999999999999", "1,2"])
def test_bad_cursor(system, crowd, since):
    expect(system.inbox(crowd[1], since=since), 400, "bad_cursor")


def test_paging_and_limits(system, run):
    alice, bob = system.user(), system.user()
    seqs = fill(system, run, alice, bob, 505)
    for limit, count in ((None, 100), (1, 1), (0, 1), (-7, 1), (7, 7), (500, 500), (501, 500), (10**6, 500)):
        page = expect(system.inbox(bob, limit=limit), 200)
        got = [entry["seq"] for entry in page["messages"]]
        assert got == seqs[:count], f"limit {limit} gave {len(got)} messages"
        assert page["next"] == got[-1] and page["has_more"] is True
    since, collected = 0, []
    while True:
        page = expect(system.inbox(bob, since=since, limit=101), 200)
        collected += [entry["seq"] for entry in page["messages"]]
        since = page["next"]
        if not page["has_more"]:
            break
    assert collected == seqs
    last = expect(system.inbox(bob, since=seqs[4], limit=500), 200)
    assert len(last["messages"]) == 500 and last["has_more"] is False, "exactly a page, and no more"


def test_a_page_holds_at_most_900_kib(system, run):
    alice, bob = system.user(), system.user()
    seqs = fill(system, run, alice, bob, 5, size=250_000)
    since, collected = 0, []
    while True:
        answer = system.inbox(bob, since=since, limit=500)
        page = expect(answer, 200)
        assert page["messages"], "a page that says has_more holds at least one message"
        assert sum(map(len, rawjson.envelopes(answer.body))) <= 900 * 1024, "the page is too large"
        collected += [entry["seq"] for entry in page["messages"]]
        since = page["next"]
        if not page["has_more"]:
            break
    assert collected == seqs


def test_messages_of_others_in_the_same_shard_are_not_listed(system):
    alice, bob = system.user(), system.user()
    neighbour = system.user(Identity.in_shard(bob.identity.shard))
    assert subjects.shard(neighbour.hex) == subjects.shard(bob.hex)
    for to in (bob, neighbour, bob, neighbour, neighbour):
        expect(system.post(to.handle, envelopes.message(alice.identity, to.hex)), 201)
    mine, theirs = system.messages(bob), system.messages(neighbour)
    assert (len(mine), len(theirs)) == (2, 3)
    assert all(entry["envelope"]["payload"]["to"] == bob.primary for entry in mine)
    assert not {entry["seq"] for entry in mine} & {entry["seq"] for entry in theirs}
