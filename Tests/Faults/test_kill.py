"""Each process killed with -9 in the middle of ten thousand sends: nothing acknowledged is lost, nothing is there
twice, and no caller who tries again for 15 s is turned away."""

import asyncio

import pytest

from load import Load
from scene import EVERYTHING

MESSAGES = 10_000


@pytest.mark.parametrize("service", EVERYTHING)
def test_killed_in_a_run_of_ten_thousand(scene, run, service):
    async def go() -> Load:
        async with Load(scene, messages=MESSAGES) as load:
            await load.reached(MESSAGES // 2)
            await asyncio.to_thread(scene.kill, service)
            await load.finish()
            await asyncio.to_thread(scene.wait_healthy)
            await load.check()
            return load

    load = run(go())
    assert load.acked == MESSAGES
    print(load)
