#!/usr/bin/env python3
"""Ten thousand people come back at once: what a restart of the broker does to them.

Starts a `kez up` of its own (KEZ_BINARY, NATS_SERVER), registers keys, opens connections to the broker's own port,
each with its own retries as a real client has them, restarts or reloads the broker, and prints when all were back.
Fails when one honest client was refused, or was not back in time.

    KEZ_BINARY=.build/release/kez NATS_SERVER=.tools/bin/nats-server \\
        .tools/interop-venv/bin/python Tests/Load/reconnect_storm.py --connections 10000
"""

import argparse
import asyncio
import base64
import collections
import gc
import heapq
import itertools
import json
import os
import pathlib
import random
import resource
import select
import signal
import socket
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Interop"))

import aiohttp  # noqa: E402
from harness import Process  # noqa: E402
from kezwire import envelopes  # noqa: E402
from kezwire.identity import Identity  # noqa: E402


class Storm:
    """What all clients did since the last `begin`, and when the next is due."""

    def __init__(self, port: int, patience: float, cap: float):
        self.port, self.patience, self.cap = port, patience, cap
        self.poll = select.epoll()
        self.clients: dict[int, Client] = {}
        self.due: list[tuple[float, int, Client, int]] = []
        self.order = itertools.count()
        self.connected = 0
        self.begin()

    def begin(self) -> None:
        self.start = time.monotonic()
        self.back: list[float] = []
        self.logins: list[float] = []
        self.failures: collections.Counter[str] = collections.Counter()

    def at(self, when: float, client: "Client") -> None:
        """Calls `client.wake` then, unless it has called this again before."""
        client.turn += 1
        heapq.heappush(self.due, (when, next(self.order), client, client.turn))

    def step(self, longest: float = 0.05) -> None:
        """What has come is read before anybody loses patience: he had it, had he a processor of his own."""
        wait = min(longest, self.due[0][0] - time.monotonic()) if self.due else longest
        for number, _ in self.poll.poll(max(0, wait), 4096):
            if client := self.clients.get(number):
                client.ready()
        while self.due and self.due[0][0] <= time.monotonic():
            _, _, client, turn = heapq.heappop(self.due)
            if turn == client.turn:
                client.wake()


class Client:
    """One connection of a person's, which comes back by itself: full jitter from 100 ms doubling to `cap`."""

    def __init__(self, identity: Identity, storm: Storm):
        self.identity, self.storm = identity, storm
        self.socket: socket.socket | None = None
        self.is_connected = self.has_answered = False
        self.attempt = self.turn = 0
        self.read = b""
        storm.at(time.monotonic(), self)

    def wake(self) -> None:
        if self.socket is not None:
            return self._end("gave up a login, " + ("unanswered" if self.has_answered else "ungreeted"))
        self.socket = socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.read, self.has_answered, self.begun = b"", False, time.monotonic()
        self.storm.clients[self.socket.fileno()] = self
        self.socket.connect_ex(("127.0.0.1", self.storm.port))
        self.storm.poll.register(self.socket, select.EPOLLIN)
        self.storm.at(self.begun + self.storm.patience, self)

    def ready(self) -> None:
        try:
            data = self.socket.recv(1 << 16)
        except BlockingIOError:
            return
        except OSError as error:
            return self._end("no connection: " + type(error).__name__)
        if not data:
            return self._end("no connection: closed")
        *lines, self.read = (self.read + data).split(b"\r\n")
        for line in lines:
            self._hear(line)
            if self.socket is None:
                return

    def _hear(self, line: bytes) -> None:
        if line.startswith(b"INFO") and not self.has_answered:
            self.has_answered = True
            self._answer(json.loads(line[5:])["nonce"])
        elif line.startswith(b"PING"):
            self.socket.send(b"PONG\r\n")
        elif line.startswith(b"PONG") and not self.is_connected:
            now = time.monotonic()
            self.storm.back.append(now - self.storm.start)
            self.storm.logins.append(now - self.begun)
            self.storm.connected += 1
            self.is_connected, self.attempt = True, 0
            self.turn += 1
        elif line.startswith(b"-ERR"):
            word = line[5:].decode().strip()
            # The broker says no to a login; a stock client gives up after two of these.
            if self.is_connected:
                self.storm.failures["told: " + word] += 1
            else:
                self._end("refused: " + word)

    def _answer(self, nonce: str) -> None:
        signature = base64.urlsafe_b64encode(self.identity.sign(nonce.encode())).rstrip(b"=").decode()
        connect = {"verbose": False, "pedantic": False, "lang": "storm", "version": "1", "protocol": 1}
        connect.update({"headers": True, "no_responders": True, "nkey": self.identity.nkey, "sig": signature})
        inbox = self.identity.inbox_prefix
        self.socket.send(
            b"CONNECT " + json.dumps(connect).encode() + b"\r\n"
            + f"SUB kez.inbox.{self.identity.hex}.* 1\r\nSUB {inbox}.* 2\r\nPING\r\n".encode())

    def _end(self, why: str) -> None:
        if self.is_connected:
            self.storm.connected -= 1
        else:
            self.storm.failures[why] += 1
        del self.storm.clients[self.socket.fileno()]
        self.socket.close()
        self.socket, self.is_connected = None, False
        pause = random.uniform(0.05, 1) * min(self.storm.cap, 0.1 * 2 ** min(self.attempt, 10))
        self.attempt += 1
        self.storm.at(time.monotonic() + pause, self)


async def register(url: str, server: str, identities: list[Identity]) -> None:
    waiting = list(enumerate(identities))

    async def worker(session: aiohttp.ClientSession) -> None:
        while waiting:
            index, identity = waiting.pop()
            body = envelopes.registration(identity, f"storm{index}-{identity.hex[:8]}", server)
            async with session.post(url + "/v1/register", json=body) as answer:
                assert answer.status == 201, await answer.text()

    async with aiohttp.ClientSession() as session:
        await asyncio.gather(*(worker(session) for _ in range(16)))


def percentiles(values: list[float]) -> str:
    values = sorted(values)
    if not values:
        return "-"
    picked = [values[min(len(values) - 1, int(len(values) * share))] for share in (0.5, 0.9, 0.99, 1)]
    return " ".join(f"{name} {value:.2f} s" for name, value in zip(("p50", "p90", "p99", "max"), picked, strict=True))


def all_back(clients: list[Client], storm: Storm, deadline: float, what: str) -> bool:
    """Waits until everyone is connected, then prints; True when nobody was refused and nobody is missing."""
    end = time.monotonic() + deadline
    while storm.connected < len(clients) and time.monotonic() < end:
        storm.step()
    seconds = time.monotonic() - storm.start
    refused = sum(count for name, count in storm.failures.items() if name.startswith("refused"))
    print(f"{what}: {storm.connected} of {len(clients)} connected after {seconds:.1f} s, {refused} refused")
    print(f"  back after   {percentiles(storm.back)}")
    print(f"  login took   {percentiles(storm.logins)}")
    for name, count in sorted(storm.failures.items()):
        print(f"  {count:6} × {name}")
    sys.stdout.flush()
    return storm.connected == len(clients) and refused == 0


def disturb(how: str, pid_file: pathlib.Path, storm: Storm) -> None:
    pid = int(pid_file.read_text())
    os.kill(pid, {"kill": signal.SIGKILL, "restart": signal.SIGTERM, "reload": signal.SIGHUP}[how])
    # Everybody is dropped at once by each of the three.
    before, end = storm.connected, time.monotonic() + 30
    while storm.connected > before // 2 and time.monotonic() < end:
        storm.step(0.002)


def stand_back() -> None:
    """Ten thousand people bring processors of their own: here they get what the server leaves over."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def storm_of(options, process: Process) -> bool:
    endpoints = process.start()
    keys = [Identity() for _ in range(options.keys or -(-options.connections // 16))]
    begun = time.monotonic()
    asyncio.run(register(endpoints.http, endpoints.server, keys))
    print(f"{len(keys)} keys registered in {time.monotonic() - begun:.1f} s", flush=True)
    stand_back()
    gc.disable()
    storm = Storm(urllib.parse.urlsplit(endpoints.nats).port, options.patience, options.cap)
    clients = [Client(keys[index % len(keys)], storm) for index in range(options.connections)]
    fine = all_back(clients, storm, options.deadline, "all at once")
    for how in options.how.split(","):
        quiet = time.monotonic() + options.pause
        while time.monotonic() < quiet:
            storm.step()
        storm.begin()
        disturb(how, process.data / "nats.pid", storm)
        fine &= all_back(clients, storm, options.deadline, how)
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--keys", type=int, default=0, help="default: one for 16 connections")
    parser.add_argument("--how", default="restart,reload", help="of restart, kill, reload; one after the other")
    parser.add_argument("--patience", type=float, default=2.0, help="seconds a login may take (libnats: about 2)")
    parser.add_argument("--cap", type=float, default=5.0, help="seconds between two attempts of a client, at most")
    parser.add_argument("--deadline", type=float, default=120.0, help="seconds until all must be back")
    parser.add_argument("--pause", type=float, default=3.0, help="seconds of quiet before each disturbance")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    if hard != resource.RLIM_INFINITY and hard < options.connections + 500:
        print(f"needs more open files than {hard}: raise `ulimit -n`", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="kez-storm-") as folder:
        process = Process(os.environ["KEZ_BINARY"], pathlib.Path(folder) / "data")
        try:
            return 0 if storm_of(options, process) else 1
        finally:
            process.stop()


if __name__ == "__main__":
    sys.exit(main())
