"""One process of each role stands still for 8 s under load (SIGSTOP), then goes on: callers get on through the other,
nothing is lost or there twice, and nobody who tries again for 15 s is turned away."""

import asyncio

import pytest

from load import Load
from scene import EVERYTHING

STANDSTILL = 8.0


@pytest.mark.parametrize("service", EVERYTHING)
def test_stands_still(scene, run, service):
    async def go() -> None:
        async with Load(scene, rate=400) as load:
            await load.reached(400)
            scene.freeze(service)
            try:
                before = load.rounds | {"sends": load.acked}
                # How long it lasts is the fault; nothing is waited for.
                await asyncio.sleep(STANDSTILL)
                after = load.rounds | {"sends": load.acked}
            finally:
                scene.thaw(service)
            await load.reached(400)
            await load.finish()
            await asyncio.to_thread(scene.wait_healthy)
            await load.check()
            if service != "nats":
                stuck = [kind for kind in ("sends", "lists", "lookups") if after[kind] <= before[kind]]
                assert not stuck, f"without {service} 1 nobody got on with {stuck}: {before} → {after}"
            print(load)

    run(go())
