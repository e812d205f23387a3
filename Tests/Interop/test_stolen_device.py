"""What somebody can do with a stolen key or device, and what ends it."""

import asyncio
import base64
import json

import pytest

from kezwire import envelopes, sealing, sigchain, subjects
from kezwire.identity import Identity
from system import expect


def test_who_has_the_key_is_the_person_and_reads_the_past(place, run):
    """No forward secrecy: one key opens everything that was ever sealed to it or by it."""
    alice, bob = place.system.user(), place.system.user()
    old = envelopes.message(alice.identity, bob.hex, {"kez": "kez-text-v1", "text": "long ago"})
    expect(place.system.post(bob.handle, old), 201)
    thief = Identity(bob.identity.seed)

    async def go():
        async with place.system.connect(bob), place.system.connect(thief) as client:
            return (await client.call("inbox.list", {})).ok()

    (entry,) = run(go())["messages"]
    assert json.loads(envelopes.open_message(thief, entry["envelope"]))["text"] == "long ago"
    # The sender's key opens it as well: both compute the same secret.
    payload = old["payload"]
    nonce, ciphertext = (base64.b64decode(payload[name]) for name in ("nonce", "ciphertext"))
    from_sender = sealing.open_sealed(alice.identity, bob.identity.public, nonce, ciphertext)
    assert json.loads(from_sender)["text"] == "long ago"


def test_a_release_ends_what_a_stolen_key_can_do(place, run):
    alice, bob = place.system.user(), place.system.user()
    path = f"/v1/inbox/{bob.handle}"
    header = place.system.auth(bob, path)

    async def go():
        async with place.system.connect(bob) as thief:
            expect(place.system.release(envelopes.release(bob.identity, bob.handle, place.system.server)), 200)
            await asyncio.wait_for(thief.closed.wait(), 30)
        with pytest.raises(Exception) as refused:
            async with place.system.connect(bob):
                pass
        assert not isinstance(refused.value, TimeoutError)

    run(go())
    expect(place.system.http.get(path, header), 401, "unauthorized")
    expect(place.system.post(alice.handle, envelopes.message(bob.identity, alice.hex)), 403, "unknown_sender")


def test_a_suspension_leaves_a_stolen_key_with_reading(place, run):
    alice, bob = place.system.user(), place.system.user()
    expect(place.system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)

    async def go():
        async with place.system.connect(bob) as thief:
            place.operate("suspend", bob.handle, "--reason", "The phone was stolen.", "--for", "1h")
            await asyncio.wait_for(thief.closed.wait(), 30)
        async with place.system.connect(bob) as thief:
            status = (await thief.call("account.status", {})).ok()
            assert status["suspended"] is True and status["reason"] == "The phone was stolen." and status["until"]
            assert len((await thief.call("inbox.list", {})).ok()["messages"]) == 1
            for subject in (subjects.send(alice.hex, bob.hex), subjects.rpc(bob.hex, "registry.release")):
                await thief.nc.publish(subject, b"{}")
                await thief.violation("publish", subject)

    run(go())
    refused = expect(place.system.post(alice.handle, envelopes.message(bob.identity, alice.hex)), 403, "suspended")
    assert refused["reason"] == "The phone was stolen." and refused["until"].endswith("Z")
    path = f"/v1/account/{bob.handle}"
    status = expect(place.system.http.get(path, place.system.auth(bob, path, server=place.system.server)), 200)
    assert (status["handle"], status["suspended"], status["until"]) == (bob.handle, True, refused["until"])
    for header in ({}, place.system.auth(bob, path), place.system.auth(alice, path, server=place.system.server)):
        expect(place.system.http.get(path, header), 401, "unauthorized")
    assert len(place.system.messages(bob)) == 1
    # Only what needs no key is left: a note without a sender, which clients do not show.
    expect(place.system.post_anonymous(alice.handle, {"note": "from nobody"}), 201)
    assert [entry["from"] for entry in place.system.messages(alice)] == [None]
    place.operate("unsuspend", bob.handle)
    expect(place.system.post(alice.handle, envelopes.message(bob.identity, alice.hex)), 201)


def test_a_devices_key_does_not_log_in(place, run):
    """Whatever a chain lets it sign: in version 1 the primary alone connects, reads and sends."""
    owner, device = place.system.user(), Identity()
    chain = sigchain.Chain(owner.identity)
    expect(place.system.append(chain.link(chain.device_add(device, ["send", "profile", "link"]))), 201)

    async def go():
        with pytest.raises(Exception) as refused:
            async with place.system.connect(device):
                pass
        assert not isinstance(refused.value, TimeoutError)

    run(go())
    stranger = place.system.user()
    message = {**envelopes.message(device, stranger.hex, **{"from": owner.primary})}
    expect(place.system.post(stranger.handle, message), 400)
