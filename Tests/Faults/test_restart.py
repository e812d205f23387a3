"""Graceful restarts under load: no send fails that is tried again for 15 s, nothing is lost or there twice."""

import asyncio

from load import Load
from patience import PATIENCE
from scene import ROLES, Scene


async def _through(scene: Scene, *steps, patience: float = PATIENCE) -> Load:
    """Each step in a thread of its own while the load goes on, with acknowledgements between any two."""
    async with Load(scene, rate=400, patience=patience) as load:
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
    """The broker then closes every connection that the callout has let in, and what was acknowledged stays. It asks
    the callout anew about a login that is under way while it holds its own lock, which nobody can then answer: it
    stands still for its authorization timeout of 15 s. Callers need more patience than that."""
    load = run(_through(scene, (scene.reload, "nats"), (scene.reload, "nats"), patience=2 * PATIENCE + 5))
    assert all(reader.box.was_cut for reader in load.readers), "a reload left connections open"
