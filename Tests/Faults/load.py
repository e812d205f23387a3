"""The load that a fault meets: people who write through every door, listen, list, come, go and register, and try
again for as long as the contract asks of them. What a fault does to a call shows as `GaveUp`, what it does to the mail
in `Mailbox.check`."""

import asyncio
import contextlib
import itertools
import json
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any, Awaitable, Callable

import aiohttp

from kezwire import envelopes, jcs, subjects
from kezwire.client import DEADLINE, Client, connected
from kezwire.identity import Identity
from ledger import Mailbox, named
from patience import PATIENCE, Again, patiently
from press import Press
from scene import Scene
from system import User, post_body, unique_handle

# Of one try; the whole may take `PATIENCE`. An HTTP answer comes within 5 s, if only as 503.
SEND_TRY, CALL_TRY, HTTP_TRY = 2.0, 1.0, 6.0

# A stock client that never stops trying. It waits 2 s for a login, its default.
STUBBORN = {"allow_reconnect": True, "max_reconnect_attempts": -1, "reconnect_time_wait": 0.1, "connect_timeout": 2}

Send = Callable[["Reader", bytes], Awaitable[int]]


@dataclass
class Reader:
    user: User
    box: Mailbox
    client: Client | None = None


class Load:
    """`messages`: how many in all; without it, until `finish`. `rate`: a second, of all lanes together."""

    def __init__(
        self, scene: Scene, *, messages: int | None = None, rate: float | None = None, writers: int = 3,
        readers: int = 4, lanes: int = 16, http_lanes: int = 4, patience: float = PATIENCE,
    ):  # fmt: skip
        self.scene, self.system = scene, scene.system
        self._messages, self._patience = messages, patience
        self._writers = [self.system.user() for _ in range(writers)]
        # Two tunnels: as a rule one through each gateway.
        self._tunnellers = [self.system.user() for _ in range(2)]
        self._poster, self._visitor = self.system.user(), self.system.user()
        # Four shards at least: which they are is left to chance.
        users = [self.system.user(Identity.in_shard(digit)) for digit in random.sample("0123456789abcdef", readers)]
        self.readers = [Reader(user, Mailbox(named(user.identity))) for user in users]
        self._lanes, self._http_lanes = lanes, http_lanes
        self._pause = (lanes * writers + len(self._tunnellers) + http_lanes) / rate if rate else 0.0
        self._taken = 0
        self.acked = 0
        self.registered: list[User] = []
        # How often each kind of call has succeeded.
        self.rounds: Counter[str] = Counter()
        self._marks: list[tuple[int, asyncio.Event]] = []
        self._sent, self._ending = asyncio.Event(), asyncio.Event()
        self._clients: list[Client] = []

    async def __aenter__(self) -> "Load":
        self._stack = contextlib.AsyncExitStack()
        await self._stack.__aenter__()
        try:
            await self._open()
            self._group = await self._stack.enter_async_context(asyncio.TaskGroup())
        except BaseException as error:
            await self._stack.__aexit__(type(error), error, error.__traceback__)
            raise
        self._sending = [self._group.create_task(lane) for lane in self._all_lanes()]
        self._living = [self._group.create_task(each) for each in self._all_lives()]
        return self

    async def __aexit__(self, *error) -> bool | None:
        if error[0] is None:
            self._ending.set()
        return await self._stack.__aexit__(*error)

    async def reached(self, count: int) -> None:
        """Until so many more are acknowledged than were before."""
        event = asyncio.Event()
        self._marks.append((self.acked + count, event))
        await event.wait()

    async def finish(self) -> None:
        """Waits for the last of `messages`, or ends the sending; then for the end of whatever is under way."""
        if self._messages is None:
            self._ending.set()
        await asyncio.gather(*self._sending)
        self._ending.set()
        await asyncio.gather(*self._living)
        for reader in self.readers:
            await self._hear_all(reader)

    async def check(self) -> None:
        """After `finish`: what all have acknowledged, heard and listed, over HTTP and page by page, agrees."""
        for reader in self.readers:
            entries = await asyncio.to_thread(self.system.messages, reader.user)
            senders = {entry["from"] for entry in entries}
            assert senders <= {user.primary for user in (*self._writers, *self._tunnellers, self._poster)}
            reader.box.check([(entry["seq"], entry["raw"]) for entry in entries])
        for user in self.registered:
            found = await asyncio.to_thread(self.system.lookup, user.handle)
            assert found.status == 200 and found.json["primary"] == user.primary, found
        gone = [each.identity.nkey for each in self._clients if each.closed.is_set()]
        assert not gone, f"{len(gone)} clients were told something that made them give up for ever"

    async def _patiently(self, what: str, attempt: Callable[[], Awaitable[Any]]) -> Any:
        return await patiently(what, attempt, self._patience)

    def __str__(self) -> str:
        return f"{self.acked} acknowledged, {dict(self.rounds)}"

    # People

    async def _open(self) -> None:
        timeout = aiohttp.ClientTimeout(total=HTTP_TRY)
        self._http = await self._stack.enter_async_context(aiohttp.ClientSession(self.system.http.base, timeout=timeout))
        self._writing = [await self._connected(user) for user in self._writers]
        self._tunnels = [await self._connected(user, self.system.endpoints.ws) for user in self._tunnellers]
        for reader in self.readers:
            await self._listen(reader)

    async def _connected(self, user: User, url: str | None = None, **more: Any) -> Client:
        url = url or self.system.endpoints.nats
        opened = Client(user.identity)
        await opened.open(url, **STUBBORN, **more)
        self._clients.append(opened)
        self._stack.push_async_callback(self._close, opened)
        return opened

    @staticmethod
    async def _close(opened: Client) -> None:
        # Whether it gave up before is for `check`; one that is just reconnecting may fail to say goodbye.
        with contextlib.suppress(Exception):
            await asyncio.wait_for(opened.nc.close(), DEADLINE)

    async def _listen(self, reader: Reader) -> None:
        async def cut() -> None:
            reader.box.was_cut = True

        async def heard(message) -> None:
            reader.box.heard.append((int(message.headers["Nats-Sequence"]), message.data))

        reader.client = await self._connected(reader.user, disconnected_cb=cut)
        await reader.client.nc.subscribe(subjects.live_inbox(reader.user.hex), cb=heard)
        await reader.client.call("account.status")

    async def _hear_all(self, reader: Reader) -> None:
        """What the broker has for this listener stands before the answer to a request behind it."""
        await self._patiently("a listener's account.status", lambda: self._ask(reader.client, "account.status", {}))
        async with asyncio.timeout(DEADLINE):
            while not reader.box.was_cut and len(reader.box.heard) < len(reader.box.acked):
                await asyncio.sleep(0.01)

    # Sending

    def _all_lanes(self):
        numbers = itertools.count()
        broker_lanes = [(user, via) for user, via in zip(self._writers, self._writing, strict=True) for _ in range(self._lanes)]
        for user, via in [*broker_lanes, *zip(self._tunnellers, self._tunnels, strict=True)]:
            yield self._lane(next(numbers), user, lambda to, raw, via=via: self._publish(via, to, raw))
        for _ in range(self._http_lanes):
            yield self._lane(next(numbers), self._poster, self._post)

    async def _lane(self, number: int, writer: User, send: Send) -> None:
        """One after another: what it sends later stands later in the log."""
        presses = [Press(writer.identity, reader.user.hex) for reader in self.readers]
        for turn in itertools.count(number):
            if self._ending.is_set() or self._taken == self._messages:
                return
            self._taken += 1
            index = turn % len(self.readers)
            reader, raw = self.readers[index], presses[index].next()
            seq = await self._patiently(f"a send in lane {number}", lambda: send(reader, raw))
            reader.box.acknowledge(number, raw, seq)
            self.acked += 1
            while self._marks and self._marks[0][0] <= self.acked:
                self._marks.pop(0)[1].set()
            if self._pause:
                await asyncio.sleep(self._pause * random.uniform(0.5, 1.5))

    @staticmethod
    async def _publish(via: Client, to: Reader, raw: bytes) -> int:
        subject = subjects.send(to.user.hex, via.identity.hex)
        headers = {"Nats-Msg-Id": subjects.message_id(subject, raw)}
        ack = json.loads((await via.nc.request(subject, raw, timeout=SEND_TRY, headers=headers)).data)
        if "error" in ack:
            raise Again(ack)
        assert ack["stream"] == subjects.stream(to.user.identity.shard), ack
        return ack["seq"]

    async def _post(self, to: Reader, raw: bytes) -> int:
        answer = await self._call_http("POST", "/v1/messages", post_body(to.user.handle, raw), {201})
        return answer["seq"]

    async def _call_http(self, method: str, path: str, body: bytes | None, good: set[int]) -> dict[str, Any]:
        headers = {"Content-Type": "application/json"} if body else {}
        async with self._http.request(method, path, data=body, headers=headers) as answer:
            said = await answer.json()
            if answer.status in {429, 503}:
                raise Again(said)
            assert answer.status in good, f"{method} {path}: {answer.status} {said}"
            return said

    # What else people do meanwhile

    def _all_lives(self):
        yield from (self._lists(reader) for reader in self.readers)
        yield from (self._visits(), self._registers(), self._looks_up("HTTP lookups", self._ask_gateway))
        yield from (self._looks_up("lookups", self._ask_registry) for _ in range(3))

    async def _until_the_end(self, pause: float):
        while not self._ending.is_set():
            yield
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(self._ending.wait(), pause)

    # Strict reading of JSON is for the interop tests; here it is the machine's time.

    @staticmethod
    async def _ask(via: Client, method: str, body: dict[str, Any]) -> dict[str, Any]:
        me = via.identity.hex
        inbox = method.removeprefix("inbox.")
        subject = subjects.inbox_rpc(me, inbox) if inbox != method else subjects.rpc(me, method)
        answer = await via.nc.request(subject, jcs.compact(body), timeout=CALL_TRY)
        code = (answer.headers or {}).get("Nats-Service-Error-Code")
        if code in {"429", "503"}:
            raise Again(answer.data)
        assert code is None, f"{method}: {answer.data}"
        return json.loads(answer.data)

    async def _lists(self, reader: Reader) -> None:
        """Whoever answers, a list has everything that was acknowledged before it was asked for."""
        since, checked = 0, 0
        seqs: set[int] = set()
        ids: set[str] = set()
        async for _ in self._until_the_end(0.2):
            due = len(reader.box.order)
            while True:
                body = {"since": since, "limit": 500}
                page = await self._patiently("an inbox.list", lambda: self._ask(reader.client, "inbox.list", body))
                for entry in page["messages"]:
                    message = entry["envelope"]["payload"]["id"]
                    assert entry["seq"] > since, f"{reader.box.name}: {entry['seq']} after since {since}"
                    assert message not in ids, f"{reader.box.name}: {message} is at two places of the list"
                    seqs.add(entry["seq"])
                    ids.add(message)
                since = page["next"]
                if not page["has_more"]:
                    break
            missing = [seq for seq in reader.box.order[checked:due] if seq not in seqs]
            assert not missing, f"{reader.box.name}: acknowledged before the list, and not in it: {missing[:10]}"
            checked = due
            self.rounds["lists"] += 1

    async def _visits(self) -> None:
        """A fresh login each time: the callout decides."""

        async def visit() -> None:
            options = {"connect_timeout": 2}
            async with connected(self.system.endpoints.nats, self._visitor.identity, **options) as visitor:
                await self._ask(visitor, "account.status", {})

        async for _ in self._until_the_end(0.05):
            await self._patiently("visits", visit)
            self.rounds["visits"] += 1

    async def _registers(self) -> None:
        async for _ in self._until_the_end(0.2):
            identity, handle = Identity(), unique_handle()
            envelope = envelopes.registration(identity, handle, self.system.server)
            body = jcs.compact(envelope)
            # 409 replayed tells a caller whose answer was lost that it had won.
            said = await self._patiently("a registration", lambda: self._call_http("POST", "/v1/register", body, {201, 409}))
            assert said.get("code") in {None, "replayed"}, said
            self.registered.append(User(identity, handle, self.system.server, envelope))
            self.rounds["registrations"] += 1

    async def _looks_up(self, kind: str, look: Callable[[User], Awaitable[dict[str, Any]]]) -> None:
        async for _ in self._until_the_end(0.1):
            wanted = random.choice(self.registered or self._writers)
            found = await self._patiently(kind, lambda: look(wanted))
            assert found["primary"] == wanted.primary, found
            self.rounds[kind] += 1

    async def _ask_registry(self, wanted: User) -> dict[str, Any]:
        return await self._ask(random.choice(self._writing), "registry.lookup", {"handle": wanted.handle})

    async def _ask_gateway(self, wanted: User) -> dict[str, Any]:
        return await self._call_http("GET", "/v1/u/" + wanted.handle, None, {200})
