"""Nothing waits for ever."""

import asyncio
from collections.abc import Coroutine
from typing import Any


def run_within(seconds: float, coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Runs a coroutine to its end, or fails."""

    async def bounded():
        async with asyncio.timeout(seconds):
            return await coroutine

    return asyncio.run(bounded())
