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
import json
import os
import pathlib
import random
import resource
import signal
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Interop"))

import aiohttp  # noqa: E402
from harness import Process  # noqa: E402
from kezwire import envelopes  # noqa: E402
from kezwire.identity import Identity  # noqa: E402


class Refused(Exception):
    """The broker says no; a stock client gives up after two of these."""


class Storm:
    """What all clients did since the last `begin`."""

    def __init__(self):
        self.begin()

    def begin(self) -> None:
        self.start = time.monotonic()
        self.back: list[float] = []
        self.logins: list[float] = []
        self.failures: collections.Counter[str] = collections.Counter()


class Client:
    """One connection of a person's, which comes back by itself: full jitter from 100 ms doubling to 5 s."""

    def __init__(self, identity: Identity, port: int, patience: float, storm: Storm):
        self.identity, self.port, self.patience, self.storm = identity, port, patience, storm
        self.is_connected = False

    async def run(self) -> None:
        attempt = 0
        while True:
            writer = None
            try:
                begun = time.monotonic()
                async with asyncio.timeout(self.patience):
                    reader, writer = await asyncio.open_connection("127.0.0.1", self.port, limit=1 << 16)
                    await self._login(reader, writer)
                now = time.monotonic()
                self.storm.back.append(now - self.storm.start)
                self.storm.logins.append(now - begun)
                self.is_connected, attempt = True, 0
                await self._stay(reader, writer)
            except Refused as error:
                self.storm.failures["refused: " + str(error)] += 1
            except TimeoutError:
                self.storm.failures["gave up a login"] += 1
            except (OSError, asyncio.IncompleteReadError, EOFError) as error:
                if not self.is_connected:
                    self.storm.failures["no connection: " + type(error).__name__] += 1
            finally:
                self.is_connected = False
                if writer:
                    writer.close()
            await asyncio.sleep(random.uniform(0.05, 1) * min(5, 0.1 * 2 ** min(attempt, 6)))
            attempt += 1

    async def _login(self, reader, writer) -> None:
        line = await reader.readuntil(b"\r\n")
        nonce = json.loads(line[5:])["nonce"]
        signature = base64.urlsafe_b64encode(self.identity.sign(nonce.encode())).rstrip(b"=").decode()
        connect = {"verbose": False, "pedantic": False, "lang": "storm", "version": "1", "protocol": 1}
        connect.update({"headers": True, "no_responders": True, "nkey": self.identity.nkey, "sig": signature})
        inbox = self.identity.inbox_prefix
        writer.write(b"CONNECT " + json.dumps(connect).encode() + b"\r\n")
        writer.write(f"SUB kez.inbox.{self.identity.hex}.* 1\r\nSUB {inbox}.* 2\r\nPING\r\n".encode())
        while True:
            line = await reader.readuntil(b"\r\n")
            if line.startswith(b"PONG"):
                return
            if line.startswith(b"-ERR"):
                raise Refused(line[5:].decode().strip())

    async def _stay(self, reader, writer) -> None:
        while line := await reader.readline():
            if line.startswith(b"PING"):
                writer.write(b"PONG\r\n")
            elif line.startswith(b"-ERR"):
                self.storm.failures["told: " + line[5:].decode().strip()] += 1


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


async def all_back(clients: list[Client], storm: Storm, deadline: float, what: str) -> bool:
    """Waits until everyone is connected, then prints; True when nobody was refused and nobody is missing."""
    end = time.monotonic() + deadline
    while (missing := sum(not client.is_connected for client in clients)) and time.monotonic() < end:
        await asyncio.sleep(0.05)
    seconds = time.monotonic() - storm.start
    refused = sum(count for name, count in storm.failures.items() if name.startswith("refused"))
    print(f"{what}: {len(clients) - missing} of {len(clients)} connected after {seconds:.1f} s, {refused} refused")
    print(f"  back after   {percentiles(storm.back)}")
    print(f"  login took   {percentiles(storm.logins)}")
    for name, count in sorted(storm.failures.items()):
        print(f"  {count:6} × {name}")
    sys.stdout.flush()
    return missing == 0 and refused == 0


async def disturb(how: str, pid_file: pathlib.Path, clients: list[Client]) -> None:
    pid = int(pid_file.read_text())
    os.kill(pid, {"kill": signal.SIGKILL, "restart": signal.SIGTERM, "reload": signal.SIGHUP}[how])
    # Everybody is dropped at once by each of the three.
    end = time.monotonic() + 30
    while any(client.is_connected for client in clients[:: max(1, len(clients) // 50)]) and time.monotonic() < end:
        await asyncio.sleep(0.002)


async def storm_of(options, process: Process) -> bool:
    endpoints = await asyncio.to_thread(process.start)
    keys = [Identity() for _ in range(options.keys or -(-options.connections // 16))]
    begun = time.monotonic()
    await register(endpoints.http, endpoints.server, keys)
    print(f"{len(keys)} keys registered in {time.monotonic() - begun:.1f} s")
    storm = Storm()
    port = urllib.parse.urlsplit(endpoints.nats).port
    clients = [
        Client(keys[index % len(keys)], port, options.patience, storm) for index in range(options.connections)
    ]
    tasks = [asyncio.create_task(client.run()) for client in clients]
    fine = await all_back(clients, storm, options.deadline, "all at once")
    for how in options.how.split(","):
        await asyncio.sleep(options.pause)
        storm.begin()
        await disturb(how, process.data / "nats.pid", clients)
        fine &= await all_back(clients, storm, options.deadline, how)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--connections", type=int, default=10_000)
    parser.add_argument("--keys", type=int, default=0, help="default: one for 16 connections")
    parser.add_argument("--how", default="restart,reload", help="of restart, kill, reload; one after the other")
    parser.add_argument("--patience", type=float, default=2.0, help="seconds a login may take (libnats: about 2)")
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
            return 0 if asyncio.run(storm_of(options, process)) else 1
        finally:
            process.stop()


if __name__ == "__main__":
    sys.exit(main())
