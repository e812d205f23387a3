"""Somebody without a browser: a key and a stock NATS client, which says what our client never would."""

import asyncio
import concurrent.futures
import secrets
from collections.abc import Coroutine
from typing import Any, Callable

from kezwire import envelopes, jcs, subjects
from kezwire.client import Client, connected
from kezwire.http import Http
from kezwire.identity import Identity
from kezwire.sigchain import Chain

from .stack import Stack


class Wire:
    def __init__(self, stack: Stack, name: str, handle: str | None = None):
        self.stack = stack
        self.identity = Identity()
        self.handle = handle or f"{name}-{secrets.token_hex(3)}"
        self.chain = Chain(self.identity)

    @property
    def primary(self) -> str:
        return self.identity.primary

    def register(self) -> "Wire":
        claim = envelopes.registration(self.identity, self.handle, self.stack.server)
        answer = Http(self.stack.url).post("/v1/register", jcs.compact(claim))
        assert answer.status == 201, answer
        return self

    def append(self, **profile: Any) -> None:
        """One more link, of a profile."""
        link = self.chain.link({"kind": "profile", **profile})
        answer = Http(self.stack.url).post(f"/v1/sigchains/ed25519/{self.identity.hex}", jcs.compact(link))
        assert answer.status == 201, answer
        self.chain.extend(link)

    def text(self, to: str, text: str, **payload: Any) -> dict[str, Any]:
        """A message to the primary `to`; `payload` replaces members of what is signed."""
        return self.message(to, {"kez": "kez-text-v1", "text": text}, **payload)

    def message(self, to: str, content: dict[str, Any] | bytes, **payload: Any) -> dict[str, Any]:
        return envelopes.message(self.identity, to.removeprefix("ed25519:"), content, **payload)

    def send(self, to: str, *things: dict[str, Any] | bytes) -> None:
        """Publishes them to the primary `to`, in order. Each counts as new, whatever it is: the broker drops no repeat."""
        hex = to.removeprefix("ed25519:")

        async def publish(client: Client) -> None:
            for thing in things:
                body = thing if isinstance(thing, bytes) else jcs.compact(thing)
                await client.send(hex, body, {"Nats-Msg-Id": secrets.token_hex(16)})

        self._do(publish)

    def inbox(self) -> list[dict[str, Any]]:
        async def listed(client: Client) -> list[dict[str, Any]]:
            return (await client.call("inbox.list", {"since": 0, "limit": 500})).ok()["messages"]

        return self._do(listed)

    def _do(self, doing: Callable[[Client], Coroutine[Any, Any, Any]]) -> Any:
        async def connection() -> Any:
            async with connected(self.stack.endpoints.nats, self.identity) as client:
                return await doing(client)

        # Playwright has the event loop of this thread.
        with concurrent.futures.ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, connection()).result()
