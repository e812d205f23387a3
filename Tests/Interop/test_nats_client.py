"""A stock NATS client that holds the nkey seed is a chat client: connecting, sending, receiving (section 8)."""

import pytest

from kezwire import envelopes, jcs, subjects
from kezwire.identity import Identity
from kezwire.rawnats import RawNats
from system import expect


@pytest.fixture
def two(system):
    return system.user(), system.user()


def test_connect_with_the_nkey(system, run):
    user = system.user()

    async def go():
        async with system.connect(user) as client:
            return (await client.call("account.status")).ok()

    status = run(go())
    assert status["handle"] == user.handle
    assert status["suspended"] is False
    assert {"reason", "until"} <= set(status)


def test_unregistered_key_is_refused(system, run):
    async def go():
        async with system.connect(Identity()):
            pass

    with pytest.raises(Exception) as caught:
        run(go())
    assert "authorization" in repr(caught.value).lower() or "NoServers" in repr(caught.value), repr(caught.value)


def test_a_key_is_admitted_as_soon_as_it_is_registered(system, run):
    """The callout never remembers that a key has no handle."""
    who = Identity()
    with RawNats(system.endpoints.nats) as raw:
        assert not raw.login(who), "a key without a handle was let in"
    system.user(who)
    with RawNats(system.endpoints.nats) as raw:
        assert raw.login(who), raw.errors


def refused(system, **login):
    with RawNats(system.endpoints.nats) as raw:
        assert not raw.login(**login), "let in"
        assert any("Authorization Violation" in error for error in raw.errors), raw.errors


def test_forged_signatures_are_refused(system):
    alice, mallory = system.user(), system.user()
    with RawNats(system.endpoints.nats) as raw:
        nonce = raw.info["nonce"].encode()
        assert not raw.login(alice.identity, mallory.identity.sign(nonce)), "let in with another key's signature"
    refused(system, identity=alice.identity, signature=alice.identity.sign(b"another nonce"))
    refused(system, identity=alice.identity, signature=bytes(64))
    refused(system, identity=alice.identity, signature=b"")
    refused(system, identity=alice.identity, signature=b"short")


def test_an_old_signature_is_refused(system):
    alice = system.user()
    with RawNats(system.endpoints.nats) as first:
        signature = alice.identity.sign(first.info["nonce"].encode())
        assert first.login(alice.identity)
    refused(system, identity=alice.identity, signature=signature)


def test_other_ways_to_log_in_are_refused(system):
    alice = system.user()
    refused(system)
    refused(system, user=alice.identity.nkey, **{"pass": alice.handle})
    refused(system, auth_token="token")
    refused(system, user="kez", **{"pass": "kez"})


def test_key_of_small_order_is_refused(system):
    small = Identity()
    small.public = bytes.fromhex("01" + "00" * 31)
    refused(system, identity=small, signature=bytes.fromhex("01" + "00" * 63))


def test_nonce_is_one_that_our_clients_sign(system):
    with RawNats(system.endpoints.nats) as raw:
        nonce = raw.info["nonce"]
    assert 8 <= len(nonce) <= 64 and nonce.replace("-", "").replace("_", "").isalnum(), nonce


def test_a_released_handle_does_not_connect(system):
    user = system.user()
    expect(system.release(envelopes.release(user.identity, user.handle, system.server)), 200)
    with RawNats(system.endpoints.nats) as raw:
        assert not raw.login(user.identity), "a key that released its handle was let in"


def test_send_and_acknowledgement(system, run, two):
    alice, bob = two
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))

    async def go():
        async with system.connect(alice) as client:
            return await client.send(bob.hex, raw), await client.send(bob.hex, raw)

    first, second = run(go())
    assert first["stream"] == "KEZ_LOG_" + bob.hex[0] and first["seq"] > 0
    assert not first.get("duplicate")
    assert second["duplicate"] is True and second["seq"] == first["seq"]
    (entry,) = system.messages(bob)
    assert (entry["seq"], entry["from"], entry["raw"]) == (first["seq"], alice.primary, raw)


def test_the_two_doors_share_the_dedupe_key(system, run, two):
    alice, bob = two
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))
    posted = expect(system.post(bob.handle, raw), 201)

    async def go():
        async with system.connect(alice) as client:
            return await client.send(bob.hex, raw)

    ack = run(go())
    assert ack["duplicate"] is True and ack["seq"] == posted["seq"]
    second = jcs.compact(envelopes.message(alice.identity, bob.hex))

    async def send():
        async with system.connect(alice) as client:
            return await client.send(bob.hex, second)

    ack = run(send())
    posted = expect(system.post(bob.handle, second), 201)
    assert posted["duplicate"] is True and posted["seq"] == ack["seq"]


def test_live_copy(system, run, two):
    alice, bob = two
    raws = [jcs.compact(envelopes.message(alice.identity, bob.hex)) for _ in range(3)]

    async def go():
        async with system.connect(bob) as listener, system.connect(alice) as sender:
            live = await listener.listen()
            acks = [await sender.send(bob.hex, raw) for raw in raws]
            return acks, [await live.next_msg(timeout=15) for _ in raws]

    acks, copies = run(go())
    previous = None
    for ack, raw, copy in zip(acks, raws, copies, strict=True):
        assert copy.subject == subjects.live_inbox(bob.hex, alice.hex)
        assert copy.data == raw
        assert copy.headers["Nats-Stream"] == "KEZ_LOG_" + bob.hex[0]
        assert int(copy.headers["Nats-Sequence"]) == ack["seq"]
        last = int(copy.headers["Nats-Last-Sequence"])
        assert last == (previous if previous is not None else 0), "the sequence before it on that subject"
        previous = ack["seq"]


def test_a_duplicate_has_no_second_live_copy(system, run, two):
    alice, bob = two
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))
    other = jcs.compact(envelopes.message(alice.identity, bob.hex))

    async def go():
        async with system.connect(bob) as listener, system.connect(alice) as sender:
            live = await listener.listen()
            for each in (raw, raw, other):
                await sender.send(bob.hex, each)
            return [(await live.next_msg(timeout=15)).data for _ in range(2)]

    assert run(go()) == [raw, other]


def test_posted_messages_arrive_live(system, run, two):
    alice, bob = two
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))

    async def go():
        async with system.connect(bob) as listener:
            live = await listener.listen()
            attributed = system.post(bob.handle, raw)
            anonymous = system.post_anonymous(bob.handle, b'{"a" : 1}')
            return attributed, anonymous, [await live.next_msg(timeout=15) for _ in range(2)]

    attributed, anonymous, copies = run(go())
    assert [copy.data for copy in copies] == [raw, b'{"a" : 1}']
    assert copies[0].subject == subjects.live_inbox(bob.hex, alice.hex)
    assert copies[1].subject == subjects.live_inbox(bob.hex, "anon")
    assert int(copies[0].headers["Nats-Sequence"]) == expect(attributed, 201)["seq"]
    assert int(copies[1].headers["Nats-Sequence"]) == expect(anonymous, 201)["seq"]


def test_the_brokers_headers_come_last(system, two):
    """A sender may write the broker's header names; what the broker appends is the last occurrence."""
    alice, bob = two
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))
    lies = [("Nats-Stream", "KEZ_LOG_x"), ("Nats-Sequence", "999999"), ("Nats-Last-Sequence", "7")]
    with RawNats(system.endpoints.nats) as listener, RawNats(system.endpoints.nats) as sender:
        assert listener.login(bob.identity) and sender.login(alice.identity)
        listener.subscribe(subjects.live_inbox(bob.hex))
        assert listener.round_trip() == []
        sender.publish(subjects.send(bob.hex, alice.hex), raw, headers=lies)
        assert sender.round_trip() == []
        copy = listener.next_message()
    (entry,) = system.messages(bob)
    assert copy.payload == raw
    assert copy.last("Nats-Stream") == "KEZ_LOG_" + bob.hex[0], copy.headers
    assert copy.last("Nats-Sequence") == str(entry["seq"]), copy.headers


def test_signals_reach_a_contact(system, run, two):
    alice, bob = two
    typing = jcs.compact({"kez": "kez-typing-v1", "active": True})

    async def go():
        async with system.connect(bob) as listener, system.connect(alice) as sender:
            signals = await listener.subscribe(subjects.signals(bob.hex, alice.hex))
            await sender.nc.publish(subjects.signals(bob.hex, alice.hex), typing)
            return await signals.next_msg(timeout=15)

    assert run(go()).data == typing
    assert system.messages(bob) == [], "signals are never stored"


def test_a_list_includes_everything_acknowledged_before_it(system, run, two):
    alice, bob = two

    async def go():
        async with system.connect(bob) as reader, system.connect(alice) as sender:
            since = 0
            for turn in range(200):
                raw = jcs.compact(envelopes.message(alice.identity, bob.hex, ciphertext="AAAA"))
                seq = (await sender.send(bob.hex, raw))["seq"]
                page = (await reader.call("inbox.list", {"since": since, "limit": 10})).ok()
                seqs = [entry["seq"] for entry in page["messages"]]
                assert seqs == [seq], f"turn {turn}: {seq} was acknowledged, the list after {since} has {seqs}"
                since = seq

    run(go())


def test_an_envelope_at_the_limit(system, run, two):
    alice, bob = two
    envelope = {**envelopes.message(alice.identity, bob.hex), "pad": ""}
    envelope["pad"] = "x" * (262_144 - len(jcs.compact(envelope)))
    raw = jcs.compact(envelope)

    async def go():
        async with system.connect(alice) as client:
            return await client.send(bob.hex, raw)

    run(go())
    assert system.raws(bob) == [raw]
