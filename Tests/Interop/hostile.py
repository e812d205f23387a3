"""The scene of the hostile tests: a victim with mail, a friend who wrote it, and mallory with a stock client."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any, AsyncIterator

from kezwire import envelopes, jcs, subjects
from kezwire.client import Client
from kezwire.identity import Identity
from system import System, User


@dataclass
class Scene:
    system: System
    alice: User
    victim: User
    mallory: User
    carol: User
    attacker: Client
    reader: Client

    @property
    def digit(self) -> str:
        return subjects.shard(self.victim.hex)

    async def snapshot(self) -> dict[str, Any]:
        """What the victim has and what every stream holds."""
        page = (await self.reader.call("inbox.list", {"since": 0, "limit": 500})).ok()
        stats = (await self.reader.call("inbox.stats", {})).ok()
        head = (await self.reader.call("inbox.head", {})).ok()
        settings = (await self.reader.call("inbox.settings", {})).ok()
        status = (await self.reader.call("account.status", {})).ok()
        # The sequence of the log moves with everybody's mail; what the victim holds does not.
        state = {"messages": page["messages"], "stats": stats, "head": head, "settings": settings, "status": status}
        streams = await asyncio.to_thread(self.system.streams)
        return {**state, "streams": streams}

    async def settle(self) -> None:
        """Whatever the attacker sent before has been processed: a call of each service and a send are behind it."""
        await self.attacker.call("registry.lookup", {"handle": self.victim.handle})
        await self.attacker.call("inbox.head", {})
        await self.attacker.call("account.status", {})

    @contextlib.asynccontextmanager
    async def unchanged(self, sent: dict[str, int] | None = None) -> AsyncIterator[None]:
        """Nothing of the victim's changes inside; streams grow by what `sent` names and by nothing else."""
        before = await self.snapshot()
        yield
        for _ in range(3):
            await self.settle()
            after = await self.snapshot()
            for part in ("messages", "stats", "head", "settings", "status"):
                assert after[part] == before[part], f"the victim's {part} changed: {before[part]} -> {after[part]}"
            if before["streams"] is None:
                continue
            for name, (messages, last) in before["streams"].items():
                more = (sent or {}).get(name, 0)
                wanted = (messages + more, last + more)
                assert after["streams"].get(name) == wanted, f"{name}: {after['streams'].get(name)}, expected {wanted}"


@contextlib.asynccontextmanager
async def scene(system: System) -> AsyncIterator[Scene]:
    """All four live in different shards, so that every stream's count can be told."""
    keys: list[Identity] = []
    while len(keys) < 4:
        keys.append(Identity.outside_shard(*(key.shard for key in keys)))
    alice, victim, mallory, carol = (system.user(key) for key in keys)
    async with system.connect(mallory) as attacker, system.connect(victim) as reader, system.connect(alice) as friend:
        for _ in range(2):
            await friend.send(victim.hex, jcs.compact(envelopes.message(alice.identity, victim.hex)))
        yield Scene(system, alice, victim, mallory, carol, attacker, reader)
