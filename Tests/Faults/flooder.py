"""A process that publishes as fast as it can over one connection, and tells when that was closed.

Of its own: a flood in the test's process would slow the test, and one's own clock shows when it ended. Both clocks are
the machine's monotonic one."""

import asyncio
import contextlib
import json
import multiprocessing
import time
import traceback

import nats.errors

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
        async with connected(url, identity) as client:
            count = 0
            # The callbacks of a stock client do not tell of an end that meets it with a full buffer.
            while client.nc.is_connected:
                # As long as the connection takes it; and its reader must get a turn, to see the end.
                await asyncio.sleep(0.001 if client.nc.pending_data_size > 1 << 20 else 0)
                if client.nc.pending_data_size <= 1 << 20:
                    with contextlib.suppress(nats.errors.Error, OSError):
                        await client.nc.publish(subject, press.next())
                    count += 1
                    if count == 1000:
                        say("flooding", time.monotonic())
            say("cut", time.monotonic())

    try:
        asyncio.run(flood())
    except BaseException:
        say("failed", traceback.format_exc())
