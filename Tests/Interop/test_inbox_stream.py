"""GET /v1/inbox/:handle/stream: what is stored first, then live (section 4)."""

import json

import pytest

from kezwire import envelopes, jcs
from kezwire.http import EventStream
from system import expect


@pytest.fixture
def two(system):
    return system.user(), system.user()


def send(system, alice, bob, **more):
    envelope = envelopes.message(alice.identity, bob.hex, **more)
    return expect(system.post(bob.handle, envelope), 201)["seq"], envelope


def check(event, seq, envelope, sender):
    assert event.id == str(seq), event
    assert event.event == "message", event
    assert "event: message" in event.lines or "event:message" in event.lines, event.lines
    body = event.json
    assert (body["seq"], body["from"], body["envelope"]) == (seq, sender, envelope)
    assert body["received_at"].endswith("Z")


def test_replay_then_live(system, two):
    alice, bob = two
    stored = [send(system, alice, bob) for _ in range(3)]
    with system.stream(bob) as stream:
        assert stream.status == 200
        assert stream.response.headers["Content-Type"].startswith("text/event-stream")
        assert stream.response.headers["X-Request-Id"]
        for seq, envelope in stored:
            check(stream.next(), seq, envelope, alice.primary)
        for _ in range(3):
            seq, envelope = send(system, alice, bob)
            check(stream.next(), seq, envelope, alice.primary)


def test_nothing_is_shown_twice_or_missed_at_the_seam(system, two):
    alice, bob = two
    with system.stream(bob) as stream:
        seqs = [send(system, alice, bob)[0] for _ in range(25)]
        assert [stream.next().json["seq"] for _ in seqs] == seqs


def test_since(system, two):
    alice, bob = two
    first, _ = send(system, alice, bob)
    second, envelope = send(system, alice, bob)
    with system.stream(bob, since=first) as stream:
        check(stream.next(), second, envelope, alice.primary)


def test_last_event_id(system, two):
    alice, bob = two
    seqs = [send(system, alice, bob)[0] for _ in range(3)]
    with system.stream(bob, last_event_id=seqs[1]) as stream:
        assert stream.next().json["seq"] == seqs[2]
        live, envelope = send(system, alice, bob)
        check(stream.next(), live, envelope, alice.primary)


def test_anonymous_messages_have_no_sender(system, two):
    bob = two[1]
    with system.stream(bob) as stream:
        seq = expect(system.post_anonymous(bob.handle, {"a": 1}), 201)["seq"]
        check(stream.next(), seq, {"a": 1}, None)


def test_more_than_a_page_is_replayed(system, two, run):
    alice, bob = two

    async def fill():
        async with system.connect(alice) as client:
            sent = [jcs.compact(envelopes.message(alice.identity, bob.hex)) for _ in range(130)]
            return [(await client.send(bob.hex, raw))["seq"] for raw in sent]

    seqs = run(fill())
    with system.stream(bob) as stream:
        assert [stream.next().json["seq"] for _ in seqs] == seqs


@pytest.mark.parametrize("breaks", ["\n", "\r", "\r\n", "\n\r\n\n"], ids=ascii)
def test_line_breaks_inside_an_envelope(system, two, breaks):
    """A break starts another `data:` line, so the text comes back with LF for each kind of break."""
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex)
    raw = jcs.compact(envelope).replace(b'"payload":', b'"payload":' + breaks.encode(), 1)
    seq = expect(system.post(bob.handle, raw), 201)["seq"]
    live_seq = None
    with system.stream(bob) as stream:
        check(stream.next(), seq, envelope, alice.primary)
        second = envelopes.message(alice.identity, bob.hex)
        live = jcs.compact(second).replace(b'"payload":', b'"payload":' + breaks.encode(), 1)
        live_seq = expect(system.post(bob.handle, live), 201)["seq"]
        check(stream.next(), live_seq, second, alice.primary)
    assert system.raws(bob) == [raw, live], "the list keeps the bytes"


def test_an_envelope_cannot_forge_an_event(system, two):
    alice, bob = two
    forged = '\n\nid: 999999\nevent: message\ndata: {"forged":true}\n\n'
    raw = jcs.compact({**envelopes.message(alice.identity, bob.hex), "note": forged})
    raw = raw.replace(b'"payload"', b'\n\r\n\n"payload"')
    seq = expect(system.post(bob.handle, raw), 201)["seq"]
    with system.stream(bob) as stream:
        event = stream.next()
        assert event.json["seq"] == seq and event.json["envelope"] == json.loads(raw)
        following, envelope = send(system, alice, bob)
        check(stream.next(), following, envelope, alice.primary)


def test_unauthorized(system, two):
    alice, bob = two
    path = f"/v1/inbox/{bob.handle}/stream"
    tries = [
        {},
        {"X-KEZ-Auth": "nonsense"},
        system.auth(alice, path, 0, system.server),
        system.auth(bob, path, 1, system.server),
        system.auth(bob, path, 0),
        system.auth(bob, path, 0, "elsewhere.test"),
        system.auth(bob, f"/v1/inbox/{bob.handle}", 0, system.server),
        system.auth(bob, f"/v1/inbox/{bob.handle}", 0),
    ]
    bodies = []
    for headers in tries:
        body = expect(system.http.get(path, headers), 401, "unauthorized")
        assert body.pop("server_time", None)
        bodies.append(body)
    assert all(body == bodies[0] for body in bodies), bodies


def test_bad_cursor(system, two):
    bob = two[1]
    path = f"/v1/inbox/{bob.handle}/stream"
    headers = system.auth(bob, path, "abc", system.server)
    with EventStream(system.http, path + "?since=abc", headers) as stream:
        assert stream.status == 400
