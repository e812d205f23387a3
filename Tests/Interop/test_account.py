"""GET /v1/account/:handle: what the owner is told of its account (sections 4, 8 and 9)."""

import time

import pytest

from kezwire import auth, envelopes, jcs
from kezwire.identity import Identity
from system import expect, parse_time, unique_handle


def account(system, user, path=None, **signing):
    path = path or f"/v1/account/{user.handle}"
    return system.http.get(path, system.auth(user, signing.get("path", path), signing.get("since", 0), system.server))


def test_ones_own(system, run):
    alice = system.user()
    over_http = expect(account(system, alice), 200)
    assert over_http == {"handle": alice.handle, "suspended": False, "reason": None, "until": None}
    assert expect(account(system, alice, f"/v1/account/{alice.fqhn}"), 200) == over_http

    async def over_nats():
        async with system.connect(alice) as client:
            return (await client.call("account.status")).ok()

    assert run(over_nats()) == over_http


def test_nobody_elses(system):
    alice, bob = system.user(), system.user()
    path = f"/v1/account/{alice.handle}"
    nobody = f"/v1/account/{unique_handle()}"
    headers = {
        "missing": {},
        "another key": system.auth(bob, path, 0, system.server),
        "another path": system.auth(alice, f"/v1/inbox/{alice.handle}", 0, system.server),
        "another cursor": system.auth(alice, path, 1, system.server),
        "without the server": system.auth(alice, path, 0),
        "another method": {"X-KEZ-Auth": auth.header(alice.identity, "POST", path, "since=0", system.server)},
    }
    for name, header in headers.items():
        body = expect(system.http.get(path, header), 401, "unauthorized")
        assert body["server_time"], name
    expect(system.http.get(nobody, system.auth(bob, nobody, 0, system.server)), 401, "unauthorized")


def test_a_suspended_key_learns_why_and_until_when(launch, run):
    """Sends to keys nobody registered suspend their sender, and only to send is taken from it."""
    system = launch(**{"limit-suspend-unregistered": "3"})
    alice, bob = system.user(), system.user()
    expect(system.post(alice.handle, envelopes.message(bob.identity, alice.hex)), 201)

    async def go():
        async with system.connect(alice) as client:
            for stranger in (Identity(), Identity(), Identity()):
                await client.send(stranger.hex, jcs.compact(envelopes.message(alice.identity, stranger.hex)))

    run(go())
    end = time.monotonic() + 60
    while not (status := expect(account(system, alice), 200))["suspended"]:
        if time.monotonic() > end:
            pytest.fail(f"not suspended: {status}")
        time.sleep(0.1)
    assert status["reason"] and parse_time(status["until"]) > parse_time(system.now(60))
    refused = expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 403, "suspended")
    assert refused["reason"] == status["reason"] and parse_time(refused["until"]) == parse_time(status["until"])
    assert [entry["from"] for entry in system.messages(alice)] == [bob.primary]
    assert expect(account(system, bob), 200)["suspended"] is False


def test_asking_for_too_much_for_a_minute_suspends(launch):
    """The gateway tells what a key asked for in a whole minute, the registry decides: this takes until its end."""
    system = launch(**{"limit-http": "1000,0.1", "limit-suspend-factor": "2"})
    alice, bob = system.user(), system.user()
    # In one minute, or in two, at least twelve: twice the budget of six.
    for _ in range(24):
        expect(account(system, alice), 200)
    expect(account(system, bob), 200)
    end = time.monotonic() + 120
    while (answer := system.post(bob.handle, envelopes.message(alice.identity, bob.hex))).status == 201:
        if time.monotonic() > end:
            pytest.fail("never suspended")
        time.sleep(1)
    refused = expect(answer, 403, "suspended")
    assert "HTTP" in refused["reason"] and parse_time(refused["until"]) > parse_time(system.now(60))
    assert expect(account(system, alice), 200)["suspended"] is True
    expect(system.post(alice.handle, envelopes.message(bob.identity, alice.hex)), 201)
