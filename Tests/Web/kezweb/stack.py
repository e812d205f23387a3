"""`kez up` with the built client, as `make up` runs it."""

import os
import pathlib
import shutil
import signal
import time

from harness import Endpoints, Process
from kezwire.http import Http

ROOT = pathlib.Path(__file__).resolve().parents[3]
SERVER = "kez.test"
# Tests of one machine share an address, and no test here is about budgets.
UNLIMITED = {"limit-tunnel-bytes": "off", "limit-tunnel-lines": "off", "limit-tunnel-day-bytes": "off", "log-level": "warning"}


def web_folder() -> pathlib.Path:
    folder = pathlib.Path(os.environ.get("KEZ_WEB_DIR") or ROOT / ".build/web")
    assert (folder / "index.html").is_file(), f"no client in {folder}: run scripts/build-web"
    return folder


def binary() -> str:
    """KEZ_BINARY, else what the package built last."""
    found = os.environ.get("KEZ_BINARY") or str(ROOT / ".build/debug/kez")
    assert os.access(found, os.X_OK), f"no kez at {found}: set KEZ_BINARY"
    return found


def use_broker() -> None:
    """The harness reads NATS_SERVER; without one, what `make setup` fetched."""
    ours = ROOT / ".tools/bin/nats-server"
    if not os.environ.get("NATS_SERVER") and not shutil.which("nats-server") and ours.exists():
        os.environ["NATS_SERVER"] = str(ours)


class Stack:
    """One server with its web client."""

    def __init__(self, folder: pathlib.Path, **options: str | None):
        use_broker()
        settings = {"server": SERVER, "web-dir": str(web_folder()), **UNLIMITED, **options}
        self.process = Process(binary(), folder, settings)
        self.endpoints: Endpoints = self.process.start()
        self.url = self.endpoints.http
        self.server = settings["server"]

    def restart_broker(self, deadline: float = 60) -> None:
        """Ends the broker; `kez up` starts the next one. Returns when that one answers."""
        pid_file = self.process.data / "nats.pid"
        before = int(pid_file.read_text())
        os.kill(before, signal.SIGTERM)
        end = time.monotonic() + deadline
        while time.monotonic() < end:
            try:
                pid = int(pid_file.read_text())
                if pid != before and Http(self.url).get("/v1/healthz").status == 200:
                    return
            except (OSError, ValueError):
                pass
            time.sleep(0.05)
        raise AssertionError(f"no new broker within {deadline:.0f} s\n{self.process.tail()}")

    def stop(self) -> None:
        self.process.stop()
