"""The deployment under test: two of each role, and what has been done to it."""

import pathlib
import signal
from collections import Counter

from split import SCALE, SplitSystem, ended_well
from system import System

from composerun import Deployment

# In the order of their start.
ROLES = ["auth-callout", "registry", "inbox-worker", "gateway"]
EVERYTHING = ["nats", *ROLES]


class Scene:
    def __init__(self, binary: str, state: pathlib.Path):
        self.split = SplitSystem(binary, state)
        self.system = System(self.split.start())
        self._kills: Counter[tuple[str, int]] = Counter()

    @property
    def deployment(self) -> Deployment:
        return self.split.deployment

    def replicas(self, service: str) -> range:
        return range(1, SCALE.get(service, 1) + 1)

    # Faults. What is done here is expected; `check` finds any other death.

    def kill(self, service: str, number: int = 1) -> None:
        self._kills[service, number] += 1
        self.deployment.kill(service, number)

    def freeze(self, service: str, number: int = 1) -> None:
        self.deployment.signal(service, number, signal.SIGSTOP)

    def thaw(self, service: str, number: int = 1) -> None:
        self.deployment.signal(service, number, signal.SIGCONT)

    def reload(self, service: str, number: int = 1) -> None:
        self.deployment.signal(service, number, signal.SIGHUP)

    def stop(self, service: str, number: int = 1) -> None:
        status = self.deployment.stop_replica(service, number)
        said = f"{service} {number} ended with {status} on SIGTERM\n{self.tail(service, number)}"
        assert ended_well(self.deployment, service, number, status), said

    def start(self, service: str, number: int = 1) -> None:
        # The runner counts restarts from the last start.
        self._kills[service, number] = 0
        self.deployment.start_replica(service, number)
        self.deployment.wait_healthy(service, number)

    def restart(self, service: str, number: int = 1) -> None:
        self.stop(service, number)
        self.start(service, number)

    def heal(self) -> None:
        """Starts whoever a failed test has left stopped."""
        for service in EVERYTHING:
            for number in self.replicas(service):
                self.deployment.start_replica(service, number)
        self.wait_healthy()

    def wait_healthy(self) -> None:
        for service in EVERYTHING:
            for number in self.replicas(service):
                self.deployment.wait_healthy(service, number)

    def operator(self, *words: str) -> str:
        """As `docker compose run --rm operator …`: the real command with the operator's own key."""
        status, printed = self.deployment.run("operator", list(words))
        assert status == 0, f"kez {' '.join(words)} ended with {status}: {printed}"
        return printed

    # Findings

    def check(self) -> None:
        """Everybody is well, and nobody died but those who were killed."""
        self.wait_healthy()
        for service in EVERYTHING:
            for number in self.replicas(service):
                died, killed = self.deployment.replica(service, number).restarts, self._kills[service, number]
                assert died == killed, (
                    f"{service} {number} died {died} times, was killed {killed} times\n{self.tail(service, number)}"
                )

    def tail(self, service: str, number: int) -> str:
        return "\n".join(self.deployment.logs(service, number).splitlines()[-60:])

    def close(self) -> None:
        """Everything must end by itself, with status 0."""
        try:
            self.split.stop()
        finally:
            self.split.close()

