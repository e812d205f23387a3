"""What the log holds and the inbox does not list, and what it lists all the same (section 6)."""

import pytest

from hostile import scene
from kezwire import envelopes, jcs, subjects
from kezwire.identity import Identity


async def store(at, raw, headers=None):
    """Publishes to the victim as mallory, whatever it is; the broker acknowledges what it stores."""
    return await at.attacker.publish_acked(subjects.send(at.victim.hex, at.mallory.hex), raw, headers)


async def listed(at, before):
    """What the victim lists beyond `before`, up to a marker that was stored last."""
    marker = jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex))
    await at.attacker.send(at.victim.hex, marker)
    found = at.system.messages(at.victim)
    assert [entry["raw"] for entry in found[: len(before)]] == before, "what was there before has changed"
    assert found[-1]["raw"] == marker, "a valid message was not listed"
    return found[len(before) : -1]


def hidden(system, run, make):
    async def go():
        async with scene(system) as at:
            before = at.system.raws(at.victim)
            raw = make(at)
            ack = await store(at, raw)
            assert "error" in ack or ack["stream"] == subjects.stream(at.digit), ack
            assert await listed(at, before) == []

    run(go())


def test_envelope_of_another_sender(system, run):
    hidden(system, run, lambda at: jcs.compact(envelopes.message(at.alice.identity, at.victim.hex)))


def test_envelope_of_an_unregistered_sender(system, run):
    hidden(system, run, lambda at: jcs.compact(envelopes.message(Identity(), at.victim.hex)))


def test_envelope_to_another_recipient(system, run):
    hidden(system, run, lambda at: jcs.compact(envelopes.message(at.mallory.identity, at.carol.hex)))


NOT_LISTED = {
    "not JSON": b"hello",
    "empty": b"",
    "array": b"[]",
    "string": b'"text"',
    "null": b"null",
    "duplicate member": b'{"a":1,"a":2}',
    "invalid UTF-8": b'{"a":"\xff"}',
    "lone surrogate": b'{"a":"\\ud800"}',
    "trailing bytes": b'{"a":1} x',
    "too deep": b'{"a":' + b"[" * 24 + b"]" * 24 + b"}",
    "much too deep": b"[" * 100_000,
    "tag without payload": b'{"kez":"message"}',
    "tag and nonsense": b'{"kez":"message","payload":[],"signature":5}',
}


@pytest.mark.parametrize("raw", NOT_LISTED.values(), ids=NOT_LISTED)
def test_what_does_not_parse_or_is_not_attributed(system, run, raw):
    hidden(system, run, lambda at: raw)


@pytest.mark.parametrize("member, value", [("version", 0), ("version", "1"), ("id", "x"), ("type", "kez.chat.other")])
def test_tag_message_that_is_not_attributed(system, run, member, value):
    hidden(system, run, lambda at: jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex, **{member: value})))


def test_key_that_is_not_the_sender(system, run):
    def make(at):
        return jcs.compact(envelopes.resign(envelopes.message(at.mallory.identity, at.victim.hex), at.carol.identity))

    hidden(system, run, make)


def test_wrong_shard(system, run):
    """A message in the log of another shard is acknowledged by that log, and nobody lists it."""

    async def go():
        async with scene(system) as at:
            before = at.system.raws(at.victim)
            wrong = next(digit for digit in "0123456789abcdef" if digit != at.digit)
            raw = jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex))
            ack = await at.attacker.publish_acked(subjects.send(at.victim.hex, at.mallory.hex, wrong), raw)
            assert ack["stream"] == subjects.stream(wrong), ack
            assert await listed(at, before) == []

    run(go())


def shown(system, run, make):
    """Acknowledged means listed, under the subject's sender."""

    async def go():
        async with scene(system) as at:
            before = at.system.raws(at.victim)
            raw = make(at)
            ack = await store(at, raw)
            assert "error" not in ack, ack
            (entry,) = await listed(at, before)
            assert (entry["seq"], entry["raw"], entry["from"]) == (ack["seq"], raw, at.mallory.primary)

    run(go())


def test_object_that_is_no_message_is_listed_under_the_subjects_sender(system, run):
    shown(system, run, lambda at: b'{ "any" : [1E400, "thing"] }')


def test_another_tag_is_listed_under_the_subjects_sender(system, run):
    shown(system, run, lambda at: jcs.compact({"kez": "mls", "payload": {"from": at.alice.primary}}))


def test_24_levels_are_listed(system, run):
    shown(system, run, lambda at: b'{"a":' + b"[" * 23 + b"]" * 23 + b"}")


def test_higher_version_is_listed(system, run):
    shown(system, run, lambda at: jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex, version=9)))


def test_unknown_alg_is_listed(system, run):
    """Over the broker the subject proves the sender."""

    def make(at):
        envelope = envelopes.message(at.mallory.identity, at.victim.hex)
        envelope["signature"] = {"alg": "ML-DSA-65", "key": at.mallory.primary, "sig": "AAAA"}
        return jcs.compact(envelope)

    shown(system, run, make)


def test_odd_bytes_are_listed_as_they_were_sent(system, run):
    def make(at):
        raw = jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex))
        return raw.replace(b'{"kez":', b'{\r\n\t "k\\u0065z" :', 1).replace(b'"signature"', b'"x":1.0e5 , "signature"') + b" \n"

    async def go():
        async with scene(system) as at:
            before = at.system.raws(at.victim)
            raw = make(at)
            ack = await store(at, raw)
            (entry,) = await listed(at, before)
            assert entry["seq"] == ack["seq"] and entry["raw"] == raw.strip()

    run(go())


def test_repeats_are_listed_once(system, run):
    async def go():
        async with scene(system) as at:
            before = at.system.raws(at.victim)
            envelope = envelopes.message(at.mallory.identity, at.victim.hex)
            first = jcs.compact(envelope)
            for number in range(5):
                raw = first if number == 0 else jcs.compact({**envelope, "n": number})
                assert "error" not in await store(at, raw)
            assert "error" not in await store(at, first)  # without a Nats-Msg-Id, so that the log takes it again
            assert [entry["raw"] for entry in await listed(at, before)] == [first]

    run(go())


HEADERS = {
    "rollup all": {"Nats-Rollup": "all"},
    "rollup subject": {"Nats-Rollup": "sub"},
    "ttl": {"Nats-TTL": "1s"},
    "never": {"Nats-TTL": "never"},
    "schedule": {"Nats-Schedule": "@at 2099-01-01T00:00:00Z", "Nats-Schedule-Target": "kez.send.0.x.y"},
    "marker": {"Nats-Marker-Reason": "Purge"},
    "batch": {"Nats-Batch-Id": "b1", "Nats-Batch-Sequence": "1"},
    "increment": {"Nats-Incr": "+1"},
    "status": {"Status": "404", "Description": "x"},
    "service error": {"Nats-Service-Error-Code": "500", "Nats-Service-Error": "x"},
}


@pytest.mark.parametrize("headers", HEADERS.values(), ids=HEADERS)
def test_headers_of_the_log_are_inert_or_refused(system, run, headers):
    async def go():
        async with scene(system) as at:
            before = at.system.raws(at.victim)
            counted = at.system.streams()
            raw = jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex))
            await at.attacker.nc.publish(subjects.send(at.victim.hex, at.mallory.hex), raw, headers=headers)
            found = await listed(at, before)
            assert [entry["raw"] for entry in found] in ([], [raw]), found
            if counted:
                name = subjects.stream(at.digit)
                assert at.system.streams()[name][0] == counted[name][0] + len(found) + 1, "the log lost messages"

    run(go())


def test_a_rollup_does_not_empty_ones_own_pair(system, run):
    async def go():
        async with scene(system) as at:
            sent = [jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex)) for _ in range(3)]
            for raw in sent:
                await at.attacker.send(at.victim.hex, raw)
            before = at.system.raws(at.victim)
            ack = await store(at, jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex)), {"Nats-Rollup": "sub"})
            found = await listed(at, before)
            assert len(found) == (0 if "error" in ack else 1)

    run(go())
