"""Graceful restarts under load: no send fails that is tried again for 15 s, nothing is lost or there twice."""

import asyncio

from load import Load
from scene import ROLES, Scene


async def _through(scene: Scene, *steps) -> Load:
    """Each step in a thread of its own while the load goes on, with acknowledgements between any two."""
    async with Load(scene, rate=400) as load:
        await load.reached(200)
        for step, *arguments in steps:
            await asyncio.to_thread(step, *arguments)
            await load.reached(200)
        await load.finish()
        await asyncio.to_thread(scene.wait_healthy)
        await load.check()
    return load


def test_every_role_one_replica_after_another(scene, run):
    steps = [(step, role, number) for role in ROLES for number in scene.replicas(role) for step in (scene.stop, scene.start)]
    print(run(_through(scene, *steps)))


def test_the_broker_restarted(scene, run):
    load = run(_through(scene, (scene.restart, "nats")))
    assert all(reader.box.was_cut for reader in load.readers), "the broker went away and nobody noticed"


def test_the_broker_reloaded(scene, run):
    """The broker then closes every connection that the callout has let in."""
    load = run(_through(scene, (scene.reload, "nats"), (scene.wait_healthy,), (scene.reload, "nats")))
    assert all(reader.box.was_cut for reader in load.readers), "a reload left connections open"
