"""A process that publishes as fast as it can over one connection, and tells when that was closed.

Of its own: a flood in the test's process would slow the test, and one's own clock shows when it ended. Both clocks are
the machine's monotonic one."""

import asyncio
import json
import multiprocessing
import time
import traceback

from kezwire import subjects
from kezwire.client import connected
from kezwire.identity import Identity
from press import Press

DEADLINE = 60.0


class Flooder:
    def __init__(self, url: str, identity: Identity, victim_hex: str):
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=_flood, args=(theirs, url, identity.seed, victim_hex), daemon=True)

    def __enter__(self) -> "Flooder":
        self._process.start()
        return self

    def __exit__(self, *_) -> None:
        self._process.terminate()
        self._process.join(10)

    def wait_flooding(self) -> None:
        assert self._next("flooding") is not None

    def wait_cut(self) -> float:
        """When the connection was closed, on `time.monotonic`."""
        return self._next("cut")

    def _next(self, kind: str) -> float:
        assert self._pipe.poll(DEADLINE), f"the flooder did not say {kind!r} within {DEADLINE:g} s"
        said, value = json.loads(self._pipe.recv())
        assert said == kind, f"{said}: {value}"
        return value


def _flood(pipe, url: str, seed: bytes, victim_hex: str) -> None:
    def say(kind: str, value) -> None:
        pipe.send(json.dumps([kind, value]))

    async def flood() -> None:
        identity = Identity(seed)
        press = Press(identity, victim_hex)
        subject = subjects.send(victim_hex, identity.hex)
        cut: list[float] = []

        async def closed() -> None:
            cut.append(time.monotonic())

        async with connected(url, identity, disconnected_cb=closed) as client:
            count = 0
            while not cut:
                try:
                    await client.nc.publish(subject, press.next())
                    # Never waits for longer than for room: but lets the reader see the end.
                    await asyncio.wait_for(client.nc._flush_pending() or asyncio.sleep(0), 1)
                except Exception:  # noqa: BLE001 - a connection that is closing says so in many ways
                    await asyncio.sleep(0)
                count += 1
                if count == 2000:
                    say("flooding", time.monotonic())
            say("cut", cut[0])

    try:
        asyncio.run(flood())
    except BaseException:
        say("failed", traceback.format_exc())
