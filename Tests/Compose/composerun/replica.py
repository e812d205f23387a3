"""One container's process: started, probed, started again as the restart policy says."""

import os
import pathlib
import select
import signal
import subprocess
import threading
import time
from dataclasses import dataclass

from .model import HealthCheck, Restart

# Docker's own: doubled after each run shorter than ten seconds.
_FIRST_PAUSE, _LONGEST_PAUSE, _LONG_RUN = 0.1, 60.0, 10.0


@dataclass(frozen=True)
class Launch:
    """All that a process is started with, rewritten for this machine."""

    words: list[str]
    environment: dict[str, str]
    folder: pathlib.Path
    log: pathlib.Path
    health: HealthCheck | None
    restart: Restart
    stop_signal: signal.Signals
    stop_grace: float


class Replica:
    """Its state may be read from any thread; one thread of its own supervises the process."""

    def __init__(self, service: str, number: int, address: str, launch: Launch):
        self.service, self.number, self.address, self.launch = service, number, address, launch
        self.changed = threading.Condition()
        self.state = "created"  # created, running, restarting, exited
        self.health: str | None = None  # starting, healthy, unhealthy; None without a check
        self.last_probe = ""
        self.exit_status: int | None = None
        self.restarts = 0
        self._process: subprocess.Popen | None = None
        self._stopping = False
        self._wake, self._wake_writer = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        self._thread: threading.Thread | None = None

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process and self.state == "running" else None

    def start(self) -> None:
        """As `docker start`; does nothing when it runs."""
        if self._thread and self._thread.is_alive():
            return
        with self.changed:
            self._stopping = False
            self.state = "restarting"
            self.health = "starting" if self.launch.health else None
            self.exit_status = None
            self.restarts = 0
        self._thread = threading.Thread(target=self._supervise, name=f"{self.service}-{self.number}", daemon=True)
        self._thread.start()

    def signal(self, number: int) -> None:
        """Sends a signal; the restart policy decides what a death means."""
        with self.changed:
            process = self._process
            if self.state != "running" or process is None:
                raise ProcessLookupError(f"{self.service} {self.number} does not run ({self.state})")
            process.send_signal(number)

    def ask_to_stop(self) -> None:
        with self.changed:
            self._stopping = True
            process = self._process if self.state == "running" else None
            if process:
                process.send_signal(self.launch.stop_signal)
                # A stopped process takes no signal but this; `docker stop` of a paused one fails instead.
                process.send_signal(signal.SIGCONT)
        os.write(self._wake_writer, b".")

    def await_stop(self) -> None:
        """After `ask_to_stop`: waits the grace, then kills."""
        if not self._thread:
            return
        self._thread.join(self.launch.stop_grace)
        if self._thread.is_alive():
            if self._process:
                self._process.kill()
            self._thread.join(10)

    def stop(self) -> None:
        self.ask_to_stop()
        self.await_stop()

    def wait(self, deadline: float, condition) -> bool:
        """Until `condition(self)` holds, or not within `deadline` seconds."""
        with self.changed:
            return self.changed.wait_for(lambda: condition(self), deadline)

    def printed(self) -> str:
        return self.launch.log.read_text(errors="replace") if self.launch.log.exists() else ""

    # The supervising thread.

    def _set(self, **values) -> None:
        with self.changed:
            for name, value in values.items():
                setattr(self, name, value)
            self.changed.notify_all()

    def _supervise(self) -> None:
        pause = _FIRST_PAUSE
        while True:
            began = time.monotonic()
            status = self._run_once()
            again = not self._stopping and self._starts_again(status)
            self._set(exit_status=status, state="restarting" if again else "exited", health=self._health_after(again))
            if not again:
                return
            pause = _FIRST_PAUSE if time.monotonic() - began >= _LONG_RUN else pause
            if self._sleep(pause):
                self._set(state="exited")
                return
            pause = min(pause * 2, _LONGEST_PAUSE)
            self.restarts += 1

    def _health_after(self, again: bool) -> str | None:
        if not self.launch.health:
            return None
        return "starting" if again else "unhealthy"

    def _starts_again(self, status: int) -> bool:
        policy = self.launch.restart
        if policy.policy == "on-failure":
            return status != 0 and (policy.limit is None or self.restarts < policy.limit)
        return policy.policy in {"always", "unless-stopped"}

    def _run_once(self) -> int:
        with self.launch.log.open("ab") as out, self.changed:
            if self._stopping:
                return 0
            self._process = subprocess.Popen(
                self.launch.words, env=self.launch.environment, cwd=self.launch.folder, stdin=subprocess.DEVNULL,
                stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            self.state = "running"
            self.health = "starting" if self.launch.health else None
            self.changed.notify_all()
        process = self._process
        prober = _Prober(self.launch)
        pidfd = os.pidfd_open(process.pid)
        try:
            poll = select.poll()
            poll.register(pidfd, select.POLLIN)
            while not poll.poll(prober.milliseconds_to_next()):
                healthy = prober.probe()
                self._set(health=healthy, last_probe=prober.said)
        finally:
            os.close(pidfd)
        status = process.wait()
        return status if status >= 0 else 128 - status

    def _sleep(self, pause: float) -> bool:
        """Whether a stop was asked for meanwhile."""
        end = time.monotonic() + pause
        while not self._stopping:
            rest = end - time.monotonic()
            if rest <= 0:
                return False
            select.select([self._wake], [], [], rest)
            try:
                os.read(self._wake, 64)
            except BlockingIOError:
                pass
        return True


class _Prober:
    """Docker's rules: often while starting, then seldom; unhealthy after so many failures in a row, which do not
    count in the start period until the first success."""

    def __init__(self, launch: Launch):
        self._launch, self._check = launch, launch.health
        self._began = time.monotonic()
        self._next = self._began + (self._check.start_interval if self._check else 0)
        self._failures = 0
        self._status = "starting"
        self.said = ""

    def milliseconds_to_next(self) -> int | None:
        if not self._check:
            return None
        return max(0, int((self._next - time.monotonic()) * 1000) + 1)

    def probe(self) -> str:
        check = self._check
        succeeded = self._succeeds(check)
        now = time.monotonic()
        in_start = now - self._began < check.start_period and self._status == "starting"
        if succeeded:
            self._status, self._failures = "healthy", 0
        elif not in_start:
            self._failures += 1
            if self._failures >= check.retries:
                self._status = "unhealthy"
        self._next = now + (check.start_interval if in_start and not succeeded else check.interval)
        return self._status

    def _succeeds(self, check: HealthCheck) -> bool:
        try:
            result = subprocess.run(
                check.test, env=self._launch.environment, cwd=self._launch.folder, timeout=check.timeout,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            self.said = f"no answer within {check.timeout:g} s"
            return False
        self.said = result.stdout.decode(errors="replace").strip()
        return result.returncode == 0
