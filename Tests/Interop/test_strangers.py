"""What a stranger, and a registered user, can do to others; what other files show already is not here."""

import contextlib
import json
import re
import socket

import aiohttp
import pytest

from kezwire import envelopes, jcs
from kezwire.http import Http
from system import expect, post_body


def test_a_person_can_search_only_so_often(launch, run):
    system = launch(**{"limit-searches": "5,0.001"})
    user = system.user()

    async def go():
        async with system.connect(user) as client:
            # Each registry counts for itself.
            return [await client.call("registry.search", {"prefix": "abc"}) for _ in range(11)]

    replies = run(go())
    assert replies[0].code is None
    refused = [reply for reply in replies if reply.code is not None]
    assert refused and all(reply.refused(429, "rate_limited")["retry_after"] >= 1 for reply in refused)


VIOLATIONS = {
    "no line of the protocol": (b"NONSENSE\r\n", 1008),
    "a line feed alone": (b"PING\n", 1008),
    "a line that the broker would send": (b"MSG a 1 1\r\nx\r\n", 1008),
    "a login with two keys": (b'CONNECT {"nkey":"UA","NKEY":"UB"}\r\n', 1008),
    "two logins": (b'CONNECT {"verbose":false}\r\nCONNECT {"verbose":false}\r\n', 1008),
    "headers over 1 KiB": (b"HPUB a 1025 1025\r\n", 1009),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_tunnel_says_why_it_closes(place, run, name):
    data, code = VIOLATIONS[name]

    async def go():
        async with aiohttp.ClientSession() as session, session.ws_connect(place.system.endpoints.ws) as tunnel:
            await tunnel.send_bytes(data)
            heard = b""
            while (message := await tunnel.receive(30)).type == aiohttp.WSMsgType.BINARY:
                heard += message.data
            return heard, message

    heard, end = run(go())
    assert heard.splitlines()[-1].startswith(b"-ERR '"), heard[-200:]
    assert (end.type, end.data) == (aiohttp.WSMsgType.CLOSE, code), end
    assert end.extra and end.extra in heard.decode(), end


def test_who_never_logs_in_is_closed(place):
    """The broker waits 15 s for a login, at its own port and through the tunnel."""
    host, port = place.system.endpoints.nats.removeprefix("nats://").rsplit(":", 1)
    web_host, web_port = place.system.endpoints.http.removeprefix("http://").rsplit(":", 1)
    upgrade = (
        "GET /nats HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), 10) as raw, socket.create_connection((web_host, int(web_port)), 10) as web:
        web.sendall(upgrade.encode())
        for each in (raw, web):
            each.settimeout(60)
            data = b""
            while chunk := each.recv(4096):
                data += chunk
            assert b"INFO" in data and b"Authentication Timeout" in data, data[-200:]


def test_a_crowd_of_slow_clients_is_closed_and_nobody_waits_for_it(place):
    """Slow loris, with the times that are in force: heads that do not end, and connections that say nothing."""
    host, port = place.system.endpoints.http.removeprefix("http://").rsplit(":", 1)
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(socket.create_connection((host, int(port)), 20)) for _ in range(200)]
        for number, each in enumerate(crowd):
            each.sendall((b"", b"GET /v1/config HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"POST /v1/mess")[number % 3])
        alice, bob = place.system.user(), place.system.user()
        expect(place.system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
        assert len(place.system.messages(bob)) == 1
        for each in crowd:
            each.settimeout(60)
            with contextlib.suppress(ConnectionError):
                assert each.recv(4096) == b"", "closed, not answered"


def test_nothing_tells_a_stranger_who_writes_to_whom(place):
    """Without a signature there is no list, no stream, no count and no metric of anybody."""
    alice, bob = place.system.user(), place.system.user()
    expect(place.system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
    for path in (f"/v1/inbox/{bob.handle}", f"/v1/inbox/{bob.handle}/stream"):
        expect(place.system.http.get(path), 401, "unauthorized")
        expect(place.system.http.get(path, place.system.auth(alice, path)), 401, "unauthorized")
    for path in ("/metrics", "/readyz", "/jsz", "/connz", "/varz"):
        answer = place.system.http.get(path)
        assert alice.hex.encode() not in answer.body and b"kez_gateway" not in answer.body


def test_a_post_that_was_recorded_adds_nothing(place):
    """Whoever saw an envelope can bring it again: it is in the inbox once, under its author, and nothing is charged."""
    alice, bob = place.system.user(), place.system.user()
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))
    first = expect(place.system.post(bob.handle, raw), 201)
    again = expect(place.system.http.post("/v1/messages", post_body(bob.handle, raw)), 201)
    assert again["duplicate"] is True and again["seq"] == first["seq"]
    respaced = json.dumps(json.loads(raw), indent=1).encode()
    expect(place.system.post(bob.handle, respaced), 201)
    assert len(place.system.messages(bob)) == 1


def test_a_header_of_one_request_is_good_for_no_other(place):
    """X-KEZ-Auth seen on the wire: the same page for a minute, and nothing else."""
    bob = place.system.user()
    path = f"/v1/inbox/{bob.handle}"
    header = place.system.auth(bob, path)
    expect(place.system.http.get(path, header), 200)
    expect(place.system.http.get(path, header), 200)
    expect(place.system.http.get(path + "?since=1", header), 401)
    expect(place.system.http.get(path + "/stream", header), 401)
    other = place.system.user()
    expect(place.system.http.get(f"/v1/inbox/{other.handle}", header), 401)


def test_the_brokers_own_ports_are_on_loopback_and_let_nobody_in(place, tmp_path):
    """Behind them no budget holds: what is not opened on purpose stays closed to other machines."""
    made = place.kez("init", "--data", str(tmp_path / "data"))
    assert made.returncode == 0, made.stderr
    configuration = (tmp_path / "data" / "nats.conf").read_text()
    listeners = re.findall(r'^(?:listen|http|websocket \{ listen): "([^"]*)"', configuration, re.M)
    assert sorted(listeners) == ["127.0.0.1:4222", "127.0.0.1:8222", "127.0.0.1:8443"]
    assert place.system.endpoints.monitor.startswith("http://127.")
    assert Http(place.system.endpoints.monitor).get("/varz").json["auth_required"] is True
