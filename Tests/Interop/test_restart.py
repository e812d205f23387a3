"""Stopping and starting: acknowledged means durable, and views are rebuilt from the log with the same answers."""

from kezwire import envelopes, jcs, sigchain
from system import System, expect


def people(system):
    alice, bob = system.user(), system.user()
    for number in range(5):
        expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex, n=number)), 201)
    expect(system.post(bob.handle, b'{"odd" : 1.0e5}'), 201)
    chain = sigchain.Chain(alice.identity)
    expect(system.append(chain.link({"kind": "profile", "name": "Alice"})), 201)
    return alice, bob


def answers(system, alice, bob):
    """What must not change over a restart; URLs hold ports, which do."""
    users = [expect(system.lookup(user.handle), 200) for user in (alice, bob)]
    for user in users:
        user.pop("sigchain_url")
    page = system.inbox(bob)
    return {"users": users, "inbox": expect(page, 200), "raws": system.raws(bob), "chain": system.sigchain(alice.hex).json}


def test_everything_is_there_after_a_restart(restartable, run):
    system = System(restartable.start())
    alice, bob = people(system)
    before = answers(system, alice, bob)
    restartable.stop()
    system = System(restartable.start())
    try:
        assert answers(system, alice, bob) == before
        expect(system.register(alice.registration), 409, "replayed")
        raw = jcs.compact(envelopes.message(alice.identity, bob.hex))

        async def send():
            async with system.connect(alice) as client:
                return await client.send(bob.hex, raw)

        run(send())
        assert system.raws(bob) == before["raws"] + [raw]
    finally:
        restartable.stop()


def test_views_are_rebuilt_from_the_log(restartable, run):
    system = System(restartable.start())
    alice, bob = people(system)

    async def delete(seq):
        async with system.connect(bob) as client:
            (await client.call("inbox.delete", {"seqs": [seq]})).ok()
            (await client.call("inbox.settings", {"blocked": [], "anonymous": False})).ok()

    run(delete(system.messages(bob)[1]["seq"]))
    before = answers(system, alice, bob)
    assert len(before["raws"]) == 5
    restartable.stop()
    views = sorted(restartable.data.rglob("kez-chat*"))
    assert views, f"no views named kez-chat… in {restartable.data}: {sorted(restartable.data.iterdir())}"
    for view in views:
        view.unlink()
    system = System(restartable.start())
    try:
        assert answers(system, alice, bob) == before
        expect(system.post(bob.handle, {"n": 1}), 403, "anonymous_refused")
        expect(system.register(alice.registration), 409, "replayed")
        for _ in range(2):
            assert system.raws(bob) == before["raws"]
    finally:
        restartable.stop()
