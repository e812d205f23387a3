"""The same system as the split deployment of docker-compose.yml: two of each role, run by Tests/Compose.

KEZ_DEPLOYMENT=compose makes every test use it. Tests name options as flags of `kez up`; here they become the lines of
kez.env that mean the same.
"""

import os
import pathlib
import signal
import sys
from dataclasses import dataclass, field
from typing import Any

from harness import Endpoints, default_options

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Compose"))
from composerun import Deployment  # noqa: E402

SCALE = {"auth-callout": 2, "registry": 2, "inbox-worker": 2, "gateway": 2}

# Flags whose variable is not KEZ_<FLAG>.
_VARIABLES = {
    "server": "KEZ_CHAT_SERVER",
    "web-dir": "KEZ_CHAT_WEB_DIR",
    "sig-server-url": "KEZ_CHAT_SIG_SERVER_URL",
    "reserved-handles": "KEZ_RESERVED_HANDLES_FILE",
}


def settings(options: dict[str, str | None]) -> dict[str, str]:
    return {
        _VARIABLES.get(flag) or "KEZ_" + flag.upper().replace("-", "_"): str(value)
        for flag, value in options.items()
        if value is not None
    }


def ended_well(deployment: Deployment, service: str, number: int, status: int | None) -> bool:
    """Whether a process asked to stop has ended as it should: by itself, with status 0. But a broker that waits for
    a login under way is killed after its grace, and one that is given a login after it has closed its system account
    panics (docker-compose.yml says why either is harmless)."""
    if service != "nats" or not status:
        return not status
    panicked = status == 2 and "(*Server).newRespInbox" in deployment.logs(service, number)
    return panicked or status == 128 + signal.SIGKILL


def is_budget(flag: str) -> bool:
    """A budget is each gateway's own: a test that counts it to the last token speaks with one gateway."""
    return flag.startswith("limit-") or flag == "address-connections"


@dataclass
class SplitSystem:
    """Has the face of `harness.Process`."""

    binary: str
    state: pathlib.Path
    options: dict[str, Any] = field(default_factory=dict)
    deployment: Deployment | None = None

    @property
    def data(self) -> pathlib.Path:
        return self.state / "volumes"

    def start(self) -> Endpoints:
        options = default_options() | self.options
        if self.deployment is None:
            self.deployment = Deployment(
                self.state, kez=self.binary, nats_server=os.environ["NATS_SERVER"], scale=SCALE,
                settings=settings(options),
            )  # fmt: skip
        running = self.deployment
        running.start()
        if any(is_budget(flag) for flag in self.options):
            http, sigchain = (f"{running.address('gateway')}:{port}" for port in (6969, 7878))
        else:
            http, sigchain = (running.balance("gateway", port) for port in (6969, 7878))
        return Endpoints(
            server=options["server"],
            http="http://" + http,
            nats=running.url("nats", 4222, scheme="nats"),
            ws=f"ws://{http}/nats",
            sigchain="http://" + sigchain,
            internal=running.url("gateway", 6970),
            monitor=running.url("nats", 8222),
        )

    def stop(self) -> None:
        """As `docker compose stop`: every process must end well (`ended_well`)."""
        self.deployment.stop()
        ended = {(row["service"], row["replica"]): row["exit_status"] for row in self.deployment.ps()}
        bad = {who: status for who, status in ended.items() if not ended_well(self.deployment, *who, status)}
        logs = [f"{service} {number}:\n{self.deployment.logs(service, number)[-8192:]}" for service, number in bad]
        assert not bad, f"exit statuses after SIGTERM: {bad}\n" + "\n".join(logs)
        self._nothing_written_into_the_image()

    def close(self) -> None:
        self.deployment.close()

    def _nothing_written_into_the_image(self) -> None:
        """The containers' root is read-only: what a process wrote there would fail."""
        written = [path for path in (self.state / "image").rglob("*") if path.is_file()]
        assert not written, f"written outside of volumes: {written}"
