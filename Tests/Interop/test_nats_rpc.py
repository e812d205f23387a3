"""The request/reply API as a stock NATS client calls it (section 8)."""

import pytest

from kezwire import envelopes, jcs, rawjson, sigchain, subjects
from kezwire.identity import Identity
from system import expect, unique_handle


@pytest.fixture
def two(system):
    return system.user(), system.user()


@pytest.fixture
def calls(system, run):
    """`calls(user, (method, body), …)`: the replies of requests made one after another."""

    def make(user, *requests):
        async def go():
            async with system.connect(user) as client:
                return [await client.call(*request) for request in requests]

        return run(go())

    return make


def send(system, sender, recipient, count=1):
    made = [jcs.compact(envelopes.message(sender.identity, recipient.hex)) for _ in range(count)]
    return made, [expect(system.post(recipient.handle, raw), 201)["seq"] for raw in made]


def test_look_ups(system, calls, two):
    alice, bob = two
    over_http = expect(system.lookup(bob.handle), 200)
    by_handle, by_fqhn, by_primary = calls(
        alice,
        ("registry.lookup", {"handle": bob.handle}),
        ("registry.lookup", {"handle": bob.fqhn}),
        ("registry.by_primary", {"primary": bob.primary}),
    )
    assert by_handle.ok() == by_fqhn.ok() == by_primary.ok() == over_http


def test_look_ups_of_nobody(calls, two):
    replies = calls(
        two[0],
        ("registry.lookup", {"handle": unique_handle()}),
        ("registry.by_primary", {"primary": Identity().primary}),
        ("registry.lookup", {"handle": two[1].handle + "@elsewhere.test"}),
    )
    for reply in replies:
        reply.refused(404, "not_found")


@pytest.mark.parametrize("body", [b"", b"nope", b"{", b"[]", b'{"handle":5}', b'{"handle":"a","handle":"b"}', b"\xff"], ids=repr)
def test_bad_bodies_are_refused(calls, two, body):
    (reply,) = calls(two[0], ("registry.lookup", body))
    assert reply.code in (400, 404), reply
    reply.refused(reply.code)


def test_deep_bodies_are_refused(calls, two):
    (reply,) = calls(two[0], ("inbox.list", b'{"since":0,"x":' + b"[" * 5000 + b"]" * 5000 + b"}"))
    reply.refused(400)


def test_search(system, calls):
    prefix = unique_handle("s")[:12]
    users = [system.user(handle=f"{prefix}{number:02}") for number in range(23)]
    everything, few, many, nothing, short = calls(
        users[0],
        ("registry.search", {"prefix": prefix}),
        ("registry.search", {"prefix": prefix, "limit": 3}),
        ("registry.search", {"prefix": prefix, "limit": 1000}),
        ("registry.search", {"prefix": unique_handle("zz")}),
        ("registry.search", {"prefix": prefix[:2]}),
    )
    handles = {user.handle for user in users}
    assert len(everything.ok()["users"]) == 20 and {u["handle"] for u in everything.json["users"]} <= handles
    assert len(few.ok()["users"]) == 3
    assert len(many.ok()["users"]) == 20, "a limit above 20 is taken as 20"
    assert nothing.ok()["users"] == []
    short.refused(400)


def test_registration_over_rpc_needs_ones_own_envelope(system, calls, two):
    alice, _ = two
    who, handle = Identity(), unique_handle()
    (foreign,) = calls(alice, ("registry.register", envelopes.registration(who, handle, system.server)))
    assert foreign.code is not None and 400 <= foreign.code < 500, f"another's registration was taken: {foreign}"
    expect(system.by_primary(who.hex), 404)
    (release,) = calls(alice, ("registry.release", envelopes.release(two[1].identity, two[1].handle, system.server)))
    assert release.code is not None and 400 <= release.code < 500, f"another's release was taken: {release}"
    expect(system.lookup(two[1].handle), 200)


def test_registration_over_rpc_as_oneself(system, calls, two):
    alice, bob = two
    replayed, taken, second, bad = calls(
        alice,
        ("registry.register", alice.registration),
        ("registry.register", envelopes.registration(alice.identity, bob.handle, system.server)),
        ("registry.register", envelopes.registration(alice.identity, unique_handle(), system.server)),
        ("registry.register", envelopes.spoil(envelopes.registration(alice.identity, unique_handle(), system.server))),
    )
    replayed.refused(409, "replayed")
    taken.refused(409, "handle_taken")
    second.refused(409, "primary_taken")
    bad.refused(400, "bad_signature")


def test_release_over_rpc_as_oneself(system, calls):
    user = system.user()
    calls(user, ("registry.release", envelopes.release(user.identity, user.handle, system.server)))[0].ok()
    expect(system.lookup(user.handle), 404)
    again = envelopes.registration(user.identity, user.handle, system.server, again=1)
    expect(system.register(again), 201)
    assert calls(user, ("registry.lookup", {"handle": user.handle}))[0].ok()["primary"] == user.primary


def test_sigchain_over_rpc(system, calls, two):
    alice, bob = two
    chain = sigchain.Chain(alice.identity)
    first = chain.link({"kind": "profile", "name": "Alice"})
    append, stale, got, foreign, empty, nobody = calls(
        alice,
        ("registry.sigchain_append", first),
        ("registry.sigchain_append", first),
        ("registry.sigchain_get", {"primary": alice.primary}),
        ("registry.sigchain_append", sigchain.Chain(bob.identity).link({"kind": "profile"})),
        ("registry.sigchain_get", {"primary": alice.primary, "from": 2}),
        ("registry.sigchain_get", {"primary": Identity().primary}),
    )
    chain.extend(first)
    assert (append.ok()["seq"], append.json["head"]) == (1, chain.head)
    stale.refused(409, "stale_head")
    assert got.ok()["links"] == [first] and got.json["head"] == chain.head and got.json["length"] == 1
    assert got.json == expect(system.sigchain(alice.hex), 200)
    assert foreign.code is not None, f"another's link was taken: {foreign}"
    assert empty.ok()["links"] == [] and empty.json["length"] == 1
    nobody.refused(404)


def test_list_is_the_http_list(system, calls, two):
    alice, bob = two
    raws, seqs = send(system, alice, bob, 3)
    everything, page = calls(bob, ("inbox.list", {"since": 0, "limit": 100}), ("inbox.list", {"since": seqs[0], "limit": 1}))
    assert everything.ok() == expect(system.inbox(bob), 200)
    assert rawjson.envelopes(everything.raw) == raws
    assert [entry["seq"] for entry in page.ok()["messages"]] == [seqs[1]]
    assert page.json["next"] == seqs[1] and page.json["has_more"] is True


def test_list_defaults_and_bad_cursors(calls, two):
    default, negative, text = calls(
        two[1], ("inbox.list", {}), ("inbox.list", {"since": -1}), ("inbox.list", {"since": "abc"})
    )
    assert default.ok()["messages"] == [] and default.json["next"] == 0
    negative.refused(400, "bad_cursor")
    text.refused(400)


def test_head(system, calls, two):
    alice, bob = two
    _, seqs = send(system, alice, bob, 2)
    (head,) = calls(bob, ("inbox.head", {}))
    assert head.ok()["last_seq"] == seqs[-1]
    assert head.json["epoch"] == expect(system.inbox(bob), 200)["epoch"]


INBOX_CALLS = [("list", {}), ("head", {}), ("delete", {"up_to": 1}), ("settings", {}), ("stats", {})]


@pytest.mark.parametrize("method, body", INBOX_CALLS, ids=[name for name, _ in INBOX_CALLS])
def test_wrong_shard(system, run, method, body):
    user = system.user(Identity.in_shard("3"))

    async def go():
        async with system.connect(user) as client:
            return await client.call("inbox." + method, body, subject=subjects.inbox_rpc(user.hex, method, digit="c"))

    run(go()).refused(400, "wrong_shard")


def test_stats(system, calls, two):
    alice, bob = two
    (empty,) = calls(bob, ("inbox.stats", {}))
    assert (empty.ok()["messages"], empty.json["bytes"], empty.json["over_quota"]) == (0, 0, False)
    raws, seqs = send(system, alice, bob, 3)
    (stats,) = calls(bob, ("inbox.stats", {}))
    assert stats.ok()["messages"] == 3
    assert stats.json["bytes"] >= sum(map(len, raws))
    assert stats.json["last_seq"] == seqs[-1]
    assert stats.json["over_quota"] is False


def test_delete_up_to(system, calls, two):
    alice, bob = two
    raws, seqs = send(system, alice, bob, 4)
    deleted, again = calls(bob, ("inbox.delete", {"up_to": seqs[1]}), ("inbox.delete", {"up_to": seqs[1]}))
    assert deleted.ok()["deleted"] == 2
    assert again.ok()["deleted"] == 0
    assert system.raws(bob) == raws[2:]
    (stats,) = calls(bob, ("inbox.stats", {}))
    assert stats.ok()["messages"] == 2


def test_delete_seqs(system, calls, two):
    alice, bob = two
    raws, seqs = send(system, alice, bob, 4)
    (deleted,) = calls(bob, ("inbox.delete", {"seqs": [seqs[0], seqs[2], seqs[2], 10**12]}))
    assert deleted.ok()["deleted"] == 2
    assert system.raws(bob) == [raws[1], raws[3]]


def test_delete_touches_only_ones_own(system, calls, two):
    alice, bob = two
    carol = system.user(Identity.in_shard(bob.hex[0]))
    _, seqs = send(system, alice, bob, 2)
    calls(carol, ("inbox.delete", {"up_to": seqs[-1] + 1000}), ("inbox.delete", {"seqs": seqs}))
    assert len(system.messages(bob)) == 2


@pytest.mark.parametrize("body", [{}, {"up_to": "1"}, {"up_to": -1}, {"seqs": ["1"]}, {"seqs": 5}, {"up_to": 1.5}], ids=repr)
def test_bad_deletes(system, calls, two, body):
    alice, bob = two
    send(system, alice, bob)
    (reply,) = calls(bob, ("inbox.delete", body))
    reply.refused(400)
    assert len(system.messages(bob)) == 1


def test_a_deleted_message_does_not_come_back(system, calls, two):
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex)
    seq = expect(system.post(bob.handle, envelope), 201)["seq"]
    calls(bob, ("inbox.delete", {"seqs": [seq]}))[0].ok()
    assert system.post(bob.handle, {**envelope, "again": 1}).status == 201
    assert system.messages(bob) == [], "the same (id, from, to) was listed after its deletion"


def test_settings_and_blocks(system, calls, two):
    alice, bob = two
    carol = system.user()
    send(system, alice, bob, 2)
    send(system, carol, bob, 1)
    before, blocked, kept, listed, stats, head = calls(
        bob,
        ("inbox.settings", {}),
        ("inbox.settings", {"blocked": [alice.primary], "anonymous": True}),
        ("inbox.settings", {}),
        ("inbox.list", {}),
        ("inbox.stats", {}),
        ("inbox.head", {}),
    )
    assert before.ok()["blocked"] == [] and before.json["anonymous"] is True
    assert blocked.ok()["blocked"] == [alice.primary] == kept.ok()["blocked"]
    assert [entry["from"] for entry in listed.ok()["messages"]] == [carol.primary]
    assert stats.ok()["messages"] == 3, "stats count what is blocked"
    _, seqs = send(system, alice, bob, 1)
    assert [entry["from"] for entry in system.messages(bob)] == [carol.primary], "the HTTP list is filtered too"
    head, unblocked = calls(bob, ("inbox.head", {}), ("inbox.settings", {"blocked": [], "anonymous": True}))
    assert head.ok()["last_seq"] == seqs[-1], "head counts what is blocked"
    assert unblocked.ok()["blocked"] == []
    assert len(system.messages(bob)) == 4, "blocks filter at reading: nothing was lost"


def test_paging_past_blocked_messages(system, calls, two):
    alice, bob = two
    carol = system.user()
    send(system, alice, bob, 5)
    raws, _ = send(system, carol, bob, 2)
    calls(bob, ("inbox.settings", {"blocked": [alice.primary], "anonymous": True}))
    since, seen = 0, []
    for _ in range(10):
        page = expect(system.inbox(bob, since=since, limit=1), 200)
        seen += [entry["from"] for entry in page["messages"]]
        if not page["has_more"]:
            break
        assert page["next"] > since, "a page that says has_more moves on"
        since = page["next"]
    assert seen == [carol.primary] * 2
    assert system.raws(bob) == raws


def test_the_recipient_can_refuse_anonymous_messages(system, calls):
    bob = system.user()
    expect(system.post_anonymous(bob.handle, {"n": 1}), 201)
    (reply,) = calls(bob, ("inbox.settings", {"blocked": [], "anonymous": False}))
    assert reply.ok()["anonymous"] is False
    expect(system.post_anonymous(bob.handle, {"n": 2}), 403, "anonymous_refused")
    alice = system.user()
    send(system, alice, bob)
    calls(bob, ("inbox.settings", {"blocked": [], "anonymous": True}))[0].ok()
    expect(system.post_anonymous(bob.handle, {"n": 3}), 201)


@pytest.mark.parametrize(
    "body", [{"blocked": "x", "anonymous": True}, {"blocked": ["x"], "anonymous": True}, {"blocked": [], "anonymous": 1}], ids=repr
)
def test_bad_settings(calls, two, body):
    refused, kept = calls(two[1], ("inbox.settings", body), ("inbox.settings", {}))
    refused.refused(400)
    assert kept.ok()["blocked"] == [] and kept.json["anonymous"] is True
