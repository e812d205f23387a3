"""Starts the system under test as a user would, or points at one that runs."""

import os
import pathlib
import signal
import socket
import subprocess
import time
from dataclasses import dataclass, field
from typing import Any

from kezwire.http import Http

START_DEADLINE = 60.0
STOP_DEADLINE = 30.0


@dataclass(frozen=True)
class Endpoints:
    server: str
    http: str
    nats: str
    ws: str
    sigchain: str
    internal: str
    monitor: str | None


LISTENERS = ("bind", "internal-bind", "sigchain-bind", "nats-listen", "nats-websocket-listen", "nats-monitor-listen")


def default_options() -> dict[str, str | None]:
    """What every system is told, however it is run; a test's own options replace or add some (None leaves one out)."""
    return {
        "server": "kez.test",
        "limit-registrations": "off",
        "limit-anonymous": "60,1",
        "limit-http": "off",
    }


def command_line(binary: str, data: pathlib.Path, listen: dict[str, str], options: dict[str, str]) -> list[str]:
    """The one place that knows the flags of `kez up`."""
    flags: dict[str, str | None] = {
        "data": str(data),
        **listen,
        "nats-server": os.environ.get("NATS_SERVER"),
        **default_options(),
        **options,
    }
    words = [binary, "up"]
    for name, value in flags.items():
        if value is not None:
            words += ["--" + name, value]
    return words


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


@dataclass
class Process:
    """One `kez up` of ours."""

    binary: str
    data: pathlib.Path
    options: dict[str, Any] = field(default_factory=dict)
    _process: subprocess.Popen | None = field(default=None, init=False)

    def start(self) -> Endpoints:
        listen = {name: f"127.0.0.1:{port}" for name, port in zip(LISTENERS, free_ports(len(LISTENERS)), strict=True)}
        words = command_line(self.binary, self.data, listen, self.options)
        self.log = self.data.parent / (self.data.name + ".log")
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KEZ_")}
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                words, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, env=environment
            )
        self.listen = listen
        endpoints = Endpoints(
            server=self.options.get("server", "kez.test"),
            http="http://" + listen["bind"],
            nats="nats://" + listen["nats-listen"],
            ws=f"ws://{listen['bind']}/nats",
            sigchain="http://" + listen["sigchain-bind"],
            internal="http://" + listen["internal-bind"],
            monitor="http://" + listen["nats-monitor-listen"],
        )
        try:
            self._await_health(endpoints, words)
        except BaseException:
            self._process.kill()
            self._process.wait(STOP_DEADLINE)
            raise
        return endpoints

    def _await_health(self, endpoints: Endpoints, words: list[str]) -> None:
        end = time.monotonic() + START_DEADLINE
        last: object = None
        while time.monotonic() < end:
            status = self._process.poll()
            assert status is None, f"kez up ended with status {status}: {' '.join(words)}\n{self.tail()}"
            try:
                last = Http(endpoints.http).get("/v1/healthz")
                if last.status == 200:
                    return
            except OSError as error:
                last = error
            time.sleep(0.1)
        raise AssertionError(f"not healthy after {START_DEADLINE:.0f} s: {last}\n{self.tail()}")

    def stop_quietly(self) -> None:
        """Whatever a test that failed has left running."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            self._process.wait(STOP_DEADLINE)

    def stop(self) -> None:
        """SIGTERM to our own child; it ends with status 0 and takes its broker with it."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(STOP_DEADLINE)
            raise AssertionError(f"still running {STOP_DEADLINE:.0f} s after SIGTERM\n{self.tail()}") from None
        assert status == 0, f"kez up ended with status {status} after SIGTERM\n{self.tail()}"
        host, port = self.listen["nats-listen"].rsplit(":", 1)
        with socket.socket() as probe:
            probe.settimeout(5)
            assert probe.connect_ex((host, int(port))) != 0, "the broker outlived kez up"

    def close(self) -> None:
        """Nothing is left to give back."""

    def tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-60:]
        return "--- last lines of its output ---\n" + "\n".join(lines)


def system_of_our_own(binary: str, folder: pathlib.Path, options: dict[str, Any] | None = None):
    """`kez up`, or with KEZ_DEPLOYMENT=compose the split deployment."""
    if os.environ.get("KEZ_DEPLOYMENT") == "compose":
        from split import SplitSystem

        return SplitSystem(binary, folder, options or {})
    return Process(binary, folder, options or {})


def running_deployment() -> Endpoints | None:
    """The deployment that KEZ_URL and its companions name, if they do."""
    base = os.environ.get("KEZ_URL") or os.environ.get("KEZ_BASE_URL")
    if not base:
        return None
    base = base.rstrip("/")
    return Endpoints(
        server=os.environ["KEZ_SERVER"],
        http=base,
        nats=os.environ["KEZ_NATS_URL"],
        ws=os.environ.get("KEZ_WS_URL") or "ws" + base.removeprefix("http") + "/nats",
        sigchain=os.environ.get("KEZ_SIGCHAIN_URL", base),
        internal=os.environ.get("KEZ_INTERNAL_URL", ""),
        monitor=os.environ.get("KEZ_MONITOR_URL"),
    )
