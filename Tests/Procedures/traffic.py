"""People who send all the time, each message until it is acknowledged, as clients do: what an operator must not break."""

import asyncio
import http.client
import json
import threading
import time
from dataclasses import dataclass, field

import nats

from kezwire import envelopes, jcs, subjects
from system import System, User, post_body

PATIENCE = 15.0
PAUSE = 0.15


@dataclass
class Sent:
    door: str
    raw: bytes
    took: float
    tries: int


@dataclass
class Traffic:
    """One sender over HTTP, one over NATS, to one recipient."""

    system: System
    alice: User
    bob: User
    sent: list[Sent] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def __enter__(self) -> "Traffic":
        self._end = threading.Event()
        self._threads = [threading.Thread(target=self._http), threading.Thread(target=lambda: asyncio.run(self._nats()))]
        for thread in self._threads:
            thread.start()
        self._flow()
        return self

    def __exit__(self, kind, *_) -> None:
        self._flow()
        self._end.set()
        for thread in self._threads:
            thread.join(60)
        if kind is None:
            self.check()

    def _flow(self) -> None:
        """Until some more has gone through each door, or a send has failed."""
        before, end = len(self.sent), time.monotonic() + 4 * PATIENCE
        while time.monotonic() < end and not self.failed:
            if all(sum(each.door == door for each in self.sent[before:]) >= 3 for door in ("http", "nats")):
                return
            time.sleep(0.05)

    def check(self) -> None:
        """No send failed, and what was acknowledged is listed once."""
        assert not self.failed, self.failed
        for door in ("http", "nats"):
            assert sum(each.door == door for each in self.sent) >= 6, f"hardly anything was sent over {door}"
        listed = self.system.raws(self.bob)
        assert len(listed) == len(set(listed)), "something is listed twice"
        missing = {each.raw for each in self.sent} - set(listed)
        assert not missing, f"{len(missing)} of {len(self.sent)} acknowledged messages are not listed"

    @property
    def longest(self) -> float:
        return max(each.took for each in self.sent)

    def _message(self) -> bytes:
        return jcs.compact(envelopes.message(self.alice.identity, self.bob.hex))

    def _note(self, door: str, raw: bytes, began: float, tries: int, last: str) -> None:
        took = time.monotonic() - began
        if took > PATIENCE:
            self.failed.append(f"{door}: not acknowledged within {PATIENCE:g} s, {tries} tries: {last}")
        else:
            self.sent.append(Sent(door, raw, took, tries))

    def _http(self) -> None:
        while not self._end.is_set():
            raw, began, tries, last, done = self._message(), time.monotonic(), 0, "", False
            while not done and time.monotonic() - began <= PATIENCE:
                tries += 1
                try:
                    answer = self.system.http.post("/v1/messages", post_body(self.bob.handle, raw))
                    done, last = answer.status == 201, str(answer)
                    if 400 <= answer.status < 500 and answer.status != 429:
                        self.failed.append(f"http: refused: {answer}")
                        return
                except (OSError, http.client.HTTPException) as error:
                    last = repr(error)
                if not done:
                    time.sleep(PAUSE)
            self._note("http", raw, began, tries, last)
            self._end.wait(PAUSE)

    async def _nats(self) -> None:
        """A connection that is lost is made anew: nats-py's own way back in stumbles now and then."""
        client, subject = None, subjects.send(self.bob.hex, self.alice.hex)
        while not self._end.is_set():
            raw, began, tries, last, done = self._message(), time.monotonic(), 0, "", False
            headers = {"Nats-Msg-Id": subjects.message_id(subject, raw)}
            while not done and time.monotonic() - began <= PATIENCE:
                tries += 1
                try:
                    client = client or await self._connected()
                    answer = json.loads((await client.request(subject, raw, timeout=2, headers=headers)).data)
                    done, last = "error" not in answer, str(answer)
                except Exception as error:  # noqa: BLE001 - whatever stock nats-py makes of a broker that is away
                    last = repr(error)
                    client = await self._closed(client)
                if not done:
                    await asyncio.sleep(PAUSE)
            self._note("nats", raw, began, tries, last)
            await asyncio.sleep(PAUSE)
        await self._closed(client)

    async def _connected(self) -> nats.NATS:
        async def quiet(*_):
            pass

        return await nats.connect(
            self.system.endpoints.nats, nkeys_seed_str=self.alice.identity.nkey_seed,
            inbox_prefix=self.alice.identity.inbox_prefix.encode(), connect_timeout=15, allow_reconnect=False,
            error_cb=quiet,
        )  # fmt: skip

    @staticmethod
    async def _closed(client: nats.NATS | None) -> None:
        if client and not client.is_closed:
            try:
                await asyncio.wait_for(client.close(), 2)
            except Exception:  # noqa: BLE001 - it is gone either way
                pass
