"""`kez suspend` against a flooder, at both doors to the broker: cut off, and from then on a reader who knows why."""

import asyncio
import contextlib
import datetime
import json

import nats.errors
import pytest

from flooder import Flooder
from kezwire import envelopes, jcs, subjects
from kezwire.client import DEADLINE, connected
from patience import eventually
from system import expect, parse_time

REASON = "Floods the rooms, again and again."


@pytest.mark.parametrize("door", ["broker", "tunnel"])
def test_a_flooder_is_cut_off_and_still_reads(scene, run, door):
    system = scene.system
    mallory, alice = system.user(), system.user()
    url = system.endpoints.nats if door == "broker" else system.endpoints.ws
    expect(system.post(mallory.handle, envelopes.message(alice.identity, mallory.hex)), 201)

    with Flooder(url, mallory.identity, alice.hex) as flooder:
        flooder.wait_flooding()
        before = datetime.datetime.now(datetime.timezone.utc)
        printed = scene.operator("suspend", mallory.handle, "--reason", REASON, "--for", "1h", "--json")
        told = json.loads(printed)
        assert (told["primary"], told["reason"], told["automatic"]) == (mallory.primary, REASON, False), told
        flooder.wait_cut()

    async def afterwards():
        async with connected(url, mallory.identity) as reader:
            status = (await reader.call("account.status")).ok()
            assert (status["handle"], status["suspended"], status["reason"]) == (mallory.handle, True, REASON), status
            length = (parse_time(status["until"]) - before).total_seconds()
            assert 3600 <= length <= 3660, f"suspended until {status['until']}, asked for 1h at {before}"
            # What it has, and what comes.
            live = await reader.listen()
            page = (await reader.call("inbox.list", {"since": 0})).ok()
            assert [entry["from"] for entry in page["messages"]] == [alice.primary]
            raw = jcs.compact(envelopes.message(alice.identity, mallory.hex))
            answer = await asyncio.to_thread(system.post, mallory.handle, raw)
            expect(answer, 201)
            assert (await live.next_msg(timeout=DEADLINE)).data == raw
            page = (await reader.call("inbox.list", {"since": page["next"]})).ok()
            assert len(page["messages"]) == 1
            # But it does not send.
            subject = subjects.send(alice.hex, mallory.hex)
            await reader.nc.publish(subject, jcs.compact(envelopes.message(mallory.identity, alice.hex)))
            await reader.violation("publish", subject)
        refusal = await asyncio.to_thread(system.post, alice.handle, envelopes.message(mallory.identity, alice.hex))
        body = expect(refusal, 403, "suspended")
        assert (body["reason"], body["until"]) == (REASON, status["until"]), body

    run(afterwards())
    assert "was not suspended" not in scene.operator("unsuspend", mallory.handle)

    async def sends_again():
        """By a connection of its own each time: one that was made before the callout heard of it stays as it is."""
        subject = subjects.send(alice.hex, mallory.hex)
        async with system.connect(mallory) as sender:
            with contextlib.suppress(nats.errors.TimeoutError):
                return (await sender.nc.request(subject, jcs.compact(envelopes.message(mallory.identity, alice.hex)), 2)).data

    assert b'"seq"' in run(eventually("sending after the end of the suspension", sends_again))
