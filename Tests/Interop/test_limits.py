"""Budgets and the operator's choices, each on a system of its own (sections 4 and 9)."""

import asyncio
import contextlib
import socket
import time
import urllib.parse

from kezwire import client, envelopes, jcs
from kezwire.identity import Identity
from system import expect, post_body, unique_handle


def limited(answer):
    expect(answer, 429, "rate_limited")
    assert int(answer.headers["Retry-After"]) >= 1, answer.headers["Retry-After"]


def test_anonymous_budget(launch):
    system = launch(**{"limit-anonymous": "3,0.001"})
    alice, bob, carol = system.user(), system.user(), system.user()
    for number in range(3):
        expect(system.post(bob.handle, {"n": number}), 201)
    limited(system.post(bob.handle, {"n": 3}))
    limited(system.post(carol.handle, {"n": 4}))
    expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
    for header in ("X-Forwarded-For", "X-Real-IP", "Forwarded"):
        value = "for=203.0.113.9" if header == "Forwarded" else "203.0.113.9"
        body = b'{"to":"%s","envelope":{"n":5}}' % bob.handle.encode()
        limited(system.http.post("/v1/messages", body, {header: value}))
    assert [entry["from"] for entry in system.messages(bob)] == [None] * 3 + [alice.primary]


def test_registration_budget(launch):
    system = launch(**{"limit-registrations": "3,0.001"})
    for _ in range(3):
        system.user()
    limited(system.register(envelopes.registration(Identity(), unique_handle(), system.server)))
    expect(system.http.get("/v1/config"), 200)


def test_http_budget(launch):
    system = launch(**{"limit-http": "100,0.001"})
    for _ in range(200):
        answer = system.lookup("nobody-at-all")
        if answer.status == 429:
            break
    limited(answer)


def test_a_key_has_a_budget_whatever_address_it_comes_from(launch):
    """Behind a proxy that is trusted every request here has an address of its own."""
    system = launch(**{"limit-http": "100,0.001", "trusted-proxies": "127.0.0.0/8"})
    alice, bob = system.user(), system.user()
    number = 0

    def list_of(user):
        nonlocal number
        number += 1
        path = f"/v1/inbox/{user.handle}"
        address = {"X-Forwarded-For": f"203.0.{number // 250}.{number % 250 + 1}"}
        return system.http.get(path, {**system.auth(user, path), **address})

    for _ in range(100):
        expect(list_of(alice), 200)
    limited(list_of(alice))
    expect(list_of(bob), 200)
    body = post_body(bob.handle, jcs.compact(envelopes.message(alice.identity, bob.hex)))
    answer = system.http.post("/v1/messages", body, {"X-Forwarded-For": "198.51.100.1"})
    expect(answer, 201)  # a stranger could post it again: it costs its author nothing


def test_connections_of_an_address(launch):
    system = launch(**{"address-connections": "8"})
    request = b"GET /v1/healthz HTTP/1.1\r\nHost: kez.test\r\n\r\n"
    host, port = urllib.parse.urlsplit(system.endpoints.http).netloc.rsplit(":", 1)

    def ask():
        """A connection that stays open, and the head of its first answer."""
        connection = socket.create_connection((host, int(port)), timeout=20)
        connection.sendall(request)
        return connection, connection.recv(65536).decode(errors="replace")

    with contextlib.ExitStack() as stack:
        for _ in range(9):
            connection, head = ask()
            stack.enter_context(connection)
            if not head.startswith("HTTP/1.1 200"):
                break
        assert head.startswith("HTTP/1.1 429") and "\r\nRetry-After: " in head, head
    end = time.monotonic() + 20
    while True:
        connection, head = ask()
        connection.close()
        if head.startswith("HTTP/1.1 200"):
            break
        assert time.monotonic() < end, head


def metrics(system):
    """What one gateway counts: the sum of each name's series."""
    answer = system.internal.get("/metrics")
    assert answer.status == 200, answer
    found = {}
    for line in answer.body.decode().splitlines():
        if line and not line.startswith("#"):
            name, value = line.split("{")[0].split(" ")[0], line.rsplit(" ", 1)[1]
            found[name] = found.get(name, 0) + float(value)
    return found


def test_a_tunnel_is_slowed_and_loses_nothing(launch, run):
    system = launch(**{"limit-tunnel-lines": "20,5"})
    alice, bob = system.user(), system.user()
    raws = [jcs.compact(envelopes.message(alice.identity, bob.hex)) for _ in range(40)]

    async def go():
        async with client.connected(system.endpoints.ws, alice.identity) as sender:
            return await asyncio.gather(*(sender.send(bob.hex, raw) for raw in raws))

    seqs = [ack["seq"] for ack in run(go())]
    assert len(set(seqs)) == len(raws)
    assert system.raws(bob) == [raw for _, raw in sorted(zip(seqs, raws, strict=True))]
    counted = metrics(system)
    assert counted["kez_gateway_tunnel_pauses_total"] > 0
    assert counted["kez_gateway_tunnel_lines_total"] >= 40
    assert counted["kez_gateway_tunnel_bytes_total"] > sum(map(len, raws))


def test_the_gateway_counts(launch):
    system = launch(**{"limit-http": "200,0.001"})
    expect(system.post(system.user().handle, {"n": 1}), 201)
    while system.lookup("nobody-at-all").status != 429:
        pass
    counted = metrics(system)
    for name in ("requests_total", "messages_total", "throttled_total", "request_seconds_count"):
        assert counted["kez_gateway_" + name] > 0, name
    assert "kez_gateway_connections" in counted


def test_anonymous_denied_by_the_operator(launch):
    system = launch(anonymous="deny")
    alice, bob = system.user(), system.user()
    expect(system.post(bob.handle, {"hello": "world"}), 403, "anonymous_refused")
    expect(system.post(bob.handle, {"kez": "mls"}), 403, "anonymous_refused")
    expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
    assert [entry["from"] for entry in system.messages(bob)] == [alice.primary]


def test_anonymous_messages_stored_for_one_recipient(launch):
    system = launch(**{"limit-anonymous": "off"})
    bob, carol = system.user(), system.user()
    for number in range(100):
        expect(system.post(bob.handle, {"n": number}), 201)
    refused = system.post(bob.handle, {"n": 100})
    assert refused.status in (403, 429, 507), refused
    expect(refused, refused.status)
    expect(system.post(carol.handle, {"n": 0}), 201)
    expect(system.post(bob.handle, envelopes.message(carol.identity, bob.hex)), 201)
    assert len(system.messages(bob)) == 101


def test_the_servers_name_is_the_operators(launch):
    system = launch(server="other.example")
    assert expect(system.http.get("/v1/healthz"), 200)["server"] == "other.example"
    assert expect(system.http.get("/v1/config"), 200)["server"] == "other.example"
    user = system.user()
    assert expect(system.lookup(user.handle), 200)["fqhn"] == user.handle + "@other.example"
    wrong = envelopes.registration(Identity(), unique_handle(), "kez.test")
    expect(system.http.post("/v1/register", jcs.compact(wrong)), 400, "wrong_server")
