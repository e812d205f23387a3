"""Callers that try again, for as long as the contract asks of them."""

import asyncio
import random
import time
from typing import Any, Awaitable, Callable

import aiohttp
import nats.errors

# Seconds after which a caller that still has no answer has failed.
PATIENCE = 15.0


class Again(Exception):
    """An answer that asks to come back: 503, 429."""


class GaveUp(AssertionError):
    """No success in so many seconds."""


# What a process that dies, stops or starts may do to a call under way.
_PASSING = (
    Again,
    OSError,
    EOFError,
    asyncio.TimeoutError,
    aiohttp.ClientError,
    nats.errors.Error,
)


async def patiently(what: str, attempt: Callable[[], Awaitable[Any]], patience: float = PATIENCE) -> Any:
    """The first success of `attempt`, which has a deadline of its own and raises at once what trying again would
    not change."""
    end = time.monotonic() + patience
    tries = 0
    while True:
        tries += 1
        try:
            return await attempt()
        except _PASSING as error:
            if time.monotonic() >= end:
                raise GaveUp(f"{what}: no success in {tries} tries, the last: {error!r}") from error
        await asyncio.sleep(random.uniform(0.05, 0.2))


async def eventually(what: str, probe: Callable[[], Awaitable[Any]], deadline: float = 60.0) -> Any:
    """The first answer of `probe` that is not None."""
    end = time.monotonic() + deadline
    while (found := await probe()) is None:
        assert time.monotonic() < end, f"{what}: not within {deadline:g} s"
        await asyncio.sleep(0.05)
    return found
