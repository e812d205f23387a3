#!/usr/bin/env python3
"""What a neighbour notices of a flood: the time until its messages are acknowledged, quiet and beside floods.

Starts a `kez up` of its own (KEZ_BINARY, NATS_SERVER) with the budgets of the defaults. The neighbour sends one message
after another through the gateway's tunnel. Meanwhile one key with sixteen connections pushes messages into the very
shard the neighbour sends to, as fast as the tunnel takes them; then an address asks over HTTP on as many connections as
it may have, and as many new ones as it can make. Each has an address and a process of its own.

Prints percentiles, and fails when one beside a flood is more than `--times` its quiet value.

    KEZ_BINARY=.build/release/kez NATS_SERVER=.tools/bin/nats-server \\
        .tools/interop-venv/bin/python Tests/Load/neighbours.py
"""

import argparse
import asyncio
import base64
import contextlib
import json
import multiprocessing
import os
import pathlib
import selectors
import socket
import sys
import tempfile
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "Interop"))

from harness import Process  # noqa: E402
from kezwire import client, envelopes, jcs, subjects  # noqa: E402
from kezwire.identity import Identity  # noqa: E402
from system import System  # noqa: E402

BUDGETS = {"limit-http": "600,60", "limit-registrations": "10,0.17", "limit-anonymous": "60,1"}
# What a key floods with is its own doing: it is not to be suspended in the middle of the measurement.
OPTIONS = {**BUDGETS, "limit-suspend-factor": "off"}


# -- the key that floods the tunnel


def frame(payload: bytes) -> bytes:
    """A masked binary frame; a mask of zeros is one."""
    size = len(payload)
    if size < 126:
        head = bytes([0x82, 0x80 | size])
    elif size < 65_536:
        head = bytes([0x82, 0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head = bytes([0x82, 0x80 | 127]) + size.to_bytes(8, "big")
    return head + bytes(4) + payload


def tunnel(url: str, identity: Identity, address: str) -> socket.socket:
    where = urllib.parse.urlsplit(url)
    connection = socket.create_connection((where.hostname, where.port), 20, source_address=(address, 0))
    connection.sendall(
        f"GET {where.path} HTTP/1.1\r\nHost: {where.netloc}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
    )
    read = b""
    while b'"nonce":"' not in read or b"}" not in read.split(b'"nonce":"')[1]:
        read += connection.recv(65536)
    nonce = read.split(b'"nonce":"')[1].split(b'"')[0]
    signature = base64.urlsafe_b64encode(identity.sign(nonce)).rstrip(b"=").decode()
    login = {"verbose": False, "headers": True, "no_responders": True, "nkey": identity.nkey, "sig": signature}
    connection.sendall(frame(b"CONNECT " + json.dumps(login).encode() + b"\r\nPING\r\n"))
    while b"PONG" not in read:
        part = connection.recv(65536)
        assert part and b"-ERR" not in part, part
        read += part
    return connection


def stand_back() -> None:
    """An attacker brings processors of its own: here it gets what server and neighbour leave over."""
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def flood_tunnel(url: str, seed: bytes, to: str, size: int, ready, stop) -> None:
    stand_back()
    identity = Identity(seed)
    subject = subjects.send(to, identity.hex).encode()
    message = b"PUB %s %d\r\n%s\r\n" % (subject, size, b"x" * size)
    flood = frame(message * max(1, 262_144 // len(message)))
    selector, sent = selectors.DefaultSelector(), 0
    for _ in range(16):
        connection = tunnel(url, identity, "127.0.0.2")
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE, [flood])
    ready.set()
    while not stop.is_set():
        for key, events in selector.select(0.5):
            with contextlib.suppress(BlockingIOError):
                if events & selectors.EVENT_READ:
                    assert key.fileobj.recv(1 << 20), "the tunnel was closed"
                count = key.fileobj.send(key.data[0])
                sent += count
                key.data[0] = key.data[0][count:] or flood
    print(f"  (the key pushed {sent / 1e6:.1f} MB)", flush=True)


# -- the address that floods HTTP


async def ask(host: str, port: int, request: bytes, is_kept: bool, answers: dict[bytes, int]) -> None:
    """Asks again and again, on one connection or on a new one each time."""
    while True:
        try:
            reader, writer = await asyncio.open_connection(host, port, local_addr=("127.0.0.3", 0))
            while True:
                writer.write(request)
                head = await reader.readuntil(b"\r\n\r\n")
                answers[head[9:12]] = answers.get(head[9:12], 0) + 1
                length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
                await reader.readexactly(length)
                if not is_kept or b"onnection: close" in head:
                    break
        except (OSError, asyncio.IncompleteReadError):
            answers[b"cut"] = answers.get(b"cut", 0) + 1
            await asyncio.sleep(0.01)
        finally:
            with contextlib.suppress(UnboundLocalError):
                writer.close()


def flood_http(base: str, connections: int, ready, stop) -> None:
    stand_back()
    where = urllib.parse.urlsplit(base)
    request = f"GET /v1/u/nobody-at-all HTTP/1.1\r\nHost: {where.netloc}\r\n\r\n".encode()
    answers: dict[bytes, int] = {}

    async def go():
        kept = [ask(where.hostname, where.port, request, True, answers) for _ in range(connections)]
        new = [ask(where.hostname, where.port, request, False, answers) for _ in range(32)]
        tasks = [asyncio.create_task(each) for each in kept + new]
        await asyncio.sleep(1)
        ready.set()
        await asyncio.to_thread(stop.wait)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(go())
    counts = ", ".join(f"{count} × {status.decode()}" for status, count in sorted(answers.items()))
    print(f"  (the address got {counts})", flush=True)


# -- the neighbour


async def acknowledgements(url: str, alice: Identity, bob: Identity, samples: int, pause: float) -> list[float]:
    """Seconds until each message was acknowledged, sorted."""
    times = []
    async with client.connected(url, alice) as sender:
        for _ in range(samples):
            raw = jcs.compact(envelopes.message(alice, bob.hex))
            begun = time.perf_counter()
            await sender.send(bob.hex, raw)
            times.append(time.perf_counter() - begun)
            await asyncio.sleep(pause)
    return sorted(times)


def percentile(times: list[float], share: float) -> float:
    return times[min(len(times) - 1, int(len(times) * share))]


def measure(what: str, system: System, alice: Identity, bob: Identity, options, flood=None) -> float:
    """Prints a line; returns the 99th percentile."""
    ready, stop = multiprocessing.Event(), multiprocessing.Event()
    flooder = None
    if flood:
        target, *arguments = flood
        flooder = multiprocessing.Process(target=target, args=(*arguments, ready, stop))
        flooder.start()
        assert ready.wait(30), "the flood does not begin"
    times = asyncio.run(acknowledgements(system.endpoints.ws, alice, bob, options.samples, options.pause))
    shown = " ".join(f"p{share:g} {percentile(times, share / 100) * 1000:.2f} ms" for share in (50, 90, 99))
    print(f"{what:26} {shown} max {times[-1] * 1000:.2f} ms", flush=True)
    if flooder:
        stop.set()
        flooder.join(30)
        assert flooder.exitcode == 0, f"the flood ended with {flooder.exitcode}"
    return percentile(times, 0.99)


def run(options, process: Process) -> bool:
    system = System(process.start())
    bob = system.user().identity
    alice = system.user().identity
    # Somebody of the neighbour's shard, so that both wait for one log.
    flooded = system.user(Identity.in_shard(bob.shard)).identity
    # A key each: what one has sent and nobody has read keeps its connections for a while.
    floods = {
        f"a key floods, {size} B": (flood_tunnel, system.endpoints.ws, system.user().identity.seed, flooded.hex, size)
        for size in (16, 4096)
    }
    floods["an address floods HTTP"] = (flood_http, system.endpoints.http, 400)
    is_fine = True
    for what, flood in floods.items():
        quiet = measure("quiet", system, alice, bob, options)
        loud = measure(what, system, alice, bob, options, flood)
        print(f"{'':26} p99 {loud / quiet:.2f} × its quiet value", flush=True)
        is_fine = is_fine and loud <= options.times * quiet
    return is_fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=1500, help="messages of the neighbour, each time")
    parser.add_argument("--pause", type=float, default=0.01, help="seconds between two of them")
    parser.add_argument("--times", type=float, default=2.0, help="of the quiet p99 that a flood may make of it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kez-neighbours-") as folder:
        process = Process(os.environ["KEZ_BINARY"], pathlib.Path(folder) / "data", OPTIONS)
        try:
            return 0 if run(options, process) else 1
        finally:
            process.stop()


if __name__ == "__main__":
    sys.exit(main())
