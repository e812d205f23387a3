"""A chat client made of a stock NATS client (nats-py) that holds the nkey seed: no code of kez is in it."""

import asyncio
import contextlib
import json
from dataclasses import dataclass
from typing import Any, AsyncIterator

import nats
from nats.aio.msg import Msg

from . import jcs, subjects
from .identity import Identity

DEADLINE = 15.0


@dataclass(frozen=True)
class Reply:
    """An answer of a service: `code` is None for success, else the number of `Nats-Service-Error-Code`."""

    code: int | None
    reason: str | None
    raw: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.raw)

    def ok(self) -> Any:
        assert self.code is None, f"refused: {self}"
        return self.json

    def refused(self, status: int, code: str | None = None) -> Any:
        assert self.code == status, f"expected a refusal with {status}: {self}"
        assert self.reason, f"Nats-Service-Error is missing: {self}"
        assert isinstance(self.json.get("error"), str) and self.json["error"], f"no error sentence: {self}"
        assert code is None or self.json.get("code") == code, f"expected code {code}: {self}"
        return self.json

    def __str__(self) -> str:
        return f"{self.code} {self.reason!r} {self.raw[:600]!r}"


class Client:
    def __init__(self, identity: Identity):
        self.identity = identity
        self.errors: asyncio.Queue[str] = asyncio.Queue()
        self.closed = asyncio.Event()
        self.nc: nats.NATS

    async def _error(self, error: Exception) -> None:
        self.errors.put_nowait(str(error))

    async def _closed(self) -> None:
        self.closed.set()

    async def open(self, url: str, **options: Any) -> None:
        self.nc = await asyncio.wait_for(
            nats.connect(
                url,
                **{
                    "nkeys_seed_str": self.identity.nkey_seed,
                    "inbox_prefix": self.identity.inbox_prefix.encode(),
                    "allow_reconnect": False,
                    "connect_timeout": DEADLINE,
                    "error_cb": self._error,
                    "closed_cb": self._closed,
                    **options,
                },
            ),
            DEADLINE * 2,
        )

    async def request(self, subject: str, body: bytes, headers: dict[str, str] | None = None) -> Msg:
        return await self.nc.request(subject, body, timeout=DEADLINE, headers=headers)

    async def call(self, method: str, body: Any = None, *, subject: str | None = None) -> Reply:
        """`method` is `<service>.<method>`; inbox calls get the caller's own shard."""
        me = self.identity.hex
        if subject is None and method.startswith("inbox."):
            subject = subjects.inbox_rpc(me, method.removeprefix("inbox."))
        raw = body if isinstance(body, bytes) else jcs.compact({} if body is None else body)
        answer = await self.request(subject or subjects.rpc(me, method), raw)
        code = (answer.headers or {}).get("Nats-Service-Error-Code")
        reply = Reply(int(code) if code else None, (answer.headers or {}).get("Nats-Service-Error"), answer.data)
        assert isinstance(reply.json, dict), f"an answer is a JSON object: {reply}"
        assert "kez" not in reply.json, f"an answer has no top-level member kez: {reply}"
        return reply

    async def publish_acked(self, subject: str, body: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
        """Publishes and returns JetStream's answer, an acknowledgement or an error."""
        return json.loads((await self.request(subject, body, headers)).data)

    async def send(self, to_hex: str, envelope: bytes, headers: dict[str, str] | None = None) -> dict[str, Any]:
        subject = subjects.send(to_hex, self.identity.hex)
        headers = {"Nats-Msg-Id": subjects.message_id(subject, envelope), **(headers or {})}
        ack = await self.publish_acked(subject, envelope, headers)
        assert "error" not in ack, f"not acknowledged: {ack}"
        assert ack["stream"] == subjects.stream(subjects.shard(to_hex)), f"acknowledged by another stream: {ack}"
        return ack

    async def subscribe(self, subject: str):
        """A subscription that is in force: a request sent behind it has been answered."""
        subscription = await self.nc.subscribe(subject)
        await self.call("account.status")
        return subscription

    async def listen(self):
        return await self.subscribe(subjects.live_inbox(self.identity.hex))

    async def violation(self, verb: str, subject: str) -> None:
        """Waits for the broker's refusal: `verb` is `publish` or `subscription`."""
        wanted = f'permissions violation for {verb} to "{subject}"'.lower()
        async with asyncio.timeout(DEADLINE):
            while wanted not in (await self.errors.get()).lower():
                pass


@contextlib.asynccontextmanager
async def connected(url: str, identity: Identity, **options: Any) -> AsyncIterator[Client]:
    client = Client(identity)
    await client.open(url, **options)
    try:
        yield client
    finally:
        if not client.nc.is_closed:
            await asyncio.wait_for(client.nc.close(), DEADLINE)
