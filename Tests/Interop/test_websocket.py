"""The public door to the broker: a stock client through the gateway's WebSocket tunnel (sections 4 and 9)."""

import asyncio
import contextlib
import socket
import urllib.parse

import pytest

from kezwire import client, envelopes, jcs, subjects
from kezwire.identity import Identity


@pytest.fixture
def two(system):
    return system.user(), system.user()


def through(system, user):
    return client.connected(system.endpoints.ws, user.identity)


def test_connect_and_call(system, run, two):
    async def go():
        async with through(system, two[0]) as alice:
            return (await alice.call("account.status")).ok(), (await alice.call("inbox.list", {})).ok()

    status, page = run(go())
    assert status["handle"] == two[0].handle and page["messages"] == []


def test_send_and_live(system, run, two):
    alice, bob = two
    raws = [jcs.compact(envelopes.message(alice.identity, bob.hex)) for _ in range(20)]

    async def go():
        async with through(system, alice) as sender, through(system, bob) as listener:
            live = await listener.listen()
            acks = [await sender.send(bob.hex, raw) for raw in raws]
            return acks, [await live.next_msg(timeout=15) for _ in raws]

    acks, copies = run(go())
    assert [copy.data for copy in copies] == raws
    assert [int(copy.headers["Nats-Sequence"]) for copy in copies] == [ack["seq"] for ack in acks]
    assert system.raws(bob) == raws


def test_both_doors_reach_the_same_broker(system, run, two):
    alice, bob = two
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))

    async def go():
        async with system.connect(alice) as sender, through(system, bob) as listener:
            live = await listener.listen()
            await sender.send(bob.hex, raw)
            return await live.next_msg(timeout=15)

    copy = run(go())
    assert copy.data == raw and copy.subject == subjects.live_inbox(bob.hex, alice.hex)


def test_large_envelopes_pass(system, run, two):
    alice, bob = two
    raws = []
    for _ in range(4):
        envelope = {**envelopes.message(alice.identity, bob.hex), "pad": ""}
        envelope["pad"] = "x" * (262_144 - len(jcs.compact(envelope)))
        raws.append(jcs.compact(envelope))

    async def go():
        async with through(system, alice) as sender, through(system, bob) as listener:
            live = await listener.listen()
            for raw in raws:
                await sender.send(bob.hex, raw)
            return [(await live.next_msg(timeout=15)).data for _ in raws]

    assert run(go()) == raws


def test_permissions_hold_in_the_tunnel(system, run, two):
    alice, bob = two

    async def go():
        async with through(system, alice) as attacker:
            for subject in (subjects.send(bob.hex, bob.hex), f"kez.ctl.{bob.hex[0]}.{bob.hex}", "$JS.API.INFO"):
                await attacker.nc.publish(subject, b"{}")
                await attacker.violation("publish", subject)
            await attacker.nc.subscribe(subjects.live_inbox(bob.hex))
            await attacker.violation("subscription", subjects.live_inbox(bob.hex))

    run(go())
    assert system.messages(bob) == []


def test_unregistered_key_is_refused(system, run):
    async def go():
        async with client.connected(system.endpoints.ws, Identity()):
            pass

    with pytest.raises(Exception) as caught:
        run(go())
    assert not isinstance(caught.value, TimeoutError), "a refusal, not a hang"


def test_a_header_over_1_kib_is_refused(system, run, two):
    alice, bob = two
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))

    async def go():
        async with through(system, alice) as sender:
            await sender.nc.publish(subjects.send(bob.hex, alice.hex), raw, headers={"X": "y" * 2000})
            await asyncio.wait_for(sender.closed.wait(), 20)

    run(go())
    assert system.messages(bob) == []


def handshake(system, **headers):
    """The head of the answer to a WebSocket's request."""
    url = urllib.parse.urlsplit(system.endpoints.ws)
    lines = {
        "Host": url.netloc,
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        **headers,
    }
    text = f"GET {url.path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    with socket.create_connection((url.hostname, url.port), timeout=20) as connection:
        connection.sendall(text.encode())
        answer = b""
        while b"\r\n\r\n" not in answer and (part := connection.recv(65536)):
            answer += part
    return answer.decode(errors="replace")


def test_pages_of_other_sites_are_refused(system):
    host = urllib.parse.urlsplit(system.endpoints.ws).netloc
    for origin in (f"http://{host}", f"HTTP://{host}"):
        assert handshake(system, Origin=origin).startswith("HTTP/1.1 101"), origin
    assert handshake(system).startswith("HTTP/1.1 101")
    for origin in ("https://elsewhere.example", "null", f"http://{host}.elsewhere.example", "http://localhost:1"):
        answer = handshake(system, Origin=origin)
        assert answer.startswith("HTTP/1.1 403"), (origin, answer)
    # Nobody's word is taken for what the host is called, but a trusted proxy's.
    forged = handshake(system, Origin="https://elsewhere.example", **{"X-Forwarded-Host": "elsewhere.example"})
    assert forged.startswith("HTTP/1.1 403"), forged


def test_pages_that_the_operator_allows(launch):
    system = launch(**{"allowed-origins": "https://app.example,http://localhost:5173"})
    for origin in ("https://app.example", "http://localhost:5173"):
        assert handshake(system, Origin=origin).startswith("HTTP/1.1 101"), origin
    assert handshake(system, Origin="https://elsewhere.example").startswith("HTTP/1.1 403")


def test_the_17th_connection_of_a_key_is_refused(launch, run):
    """Each gateway counts for itself: with a limit of its own, the system is one whose door is one gateway."""
    system = launch(**{"limit-connections": "16"})
    alice, bob = system.user(), system.user()

    async def go():
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(16):
                await stack.enter_async_context(through(system, alice))
            with pytest.raises(Exception, match="too many connections"):
                await stack.enter_async_context(through(system, alice))
            await stack.enter_async_context(through(system, bob))

    run(go())


def test_a_header_under_1_kib_passes(system, run, two):
    alice, bob = two
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))

    async def go():
        async with through(system, alice) as sender:
            await sender.send(bob.hex, raw, headers={"X": "y" * 700})

    run(go())
    assert system.raws(bob) == [raw]


def test_many_at_once(system, run, two):
    """Well inside the burst of the budgets: nothing is lost, nothing is out of order."""
    alice, bob = two
    raws = [jcs.compact(envelopes.message(alice.identity, bob.hex, ciphertext="AAAA")) for _ in range(200)]

    async def go():
        async with through(system, alice) as sender:
            acks = await asyncio.gather(*(sender.send(bob.hex, raw) for raw in raws))
            return [ack["seq"] for ack in acks]

    seqs = run(go())
    assert len(set(seqs)) == len(raws)
    by_seq = [raw for _, raw in sorted(zip(seqs, raws, strict=True))]
    assert system.raws(bob) == by_seq
