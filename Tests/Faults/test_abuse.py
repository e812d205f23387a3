"""Who writes to a hundred keys that nobody has registered is suspended by the registry itself, for an hour."""

import asyncio
import datetime

from kezwire import envelopes, jcs
from kezwire.identity import Identity
from patience import eventually
from system import expect, parse_time

STRANGERS = 100


def test_a_hundred_strangers(scene, run):
    system = scene.system
    mallory, alice = system.user(), system.user()
    expect(system.post(alice.handle, envelopes.message(mallory.identity, alice.hex)), 201)
    before = datetime.datetime.now(datetime.timezone.utc)

    async def go():
        async with system.connect(mallory) as sender:
            for _ in range(STRANGERS - 1):
                stranger = Identity()
                await sender.send(stranger.hex, jcs.compact(envelopes.message(mallory.identity, stranger.hex)))
            # Ninety-nine and as many to a friend are no offence: all of them are counted by now, for they are listed.
            assert (await sender.call("account.status")).ok()["suspended"] is False
            stranger = Identity()
            await sender.send(stranger.hex, jcs.compact(envelopes.message(mallory.identity, stranger.hex)))

        def refused():
            answer = system.post(alice.handle, envelopes.message(mallory.identity, alice.hex))
            return answer if answer.status != 201 else None

        answer = await eventually("the suspension", lambda: asyncio.to_thread(refused))
        async with system.connect(mallory) as sender:
            return answer, (await sender.call("account.status")).ok()

    answer, status = run(go())
    body = expect(answer, 403, "suspended")
    assert body["reason"] and body["reason"] == status["reason"], (body, status)
    assert body["until"] == status["until"] and status["suspended"] is True, (body, status)
    length = (parse_time(body["until"]) - before).total_seconds()
    assert 3600 <= length <= 3600 + 120, f"suspended until {body['until']}, begun after {before}"
    listed = scene.operator("ban", "list", "--json")
    assert mallory.handle in listed and '"automatic":true' in listed.replace(" ", ""), listed
    # It reads what it has.
    expect(system.inbox(mallory), 200)
