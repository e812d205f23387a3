"""The same people in a terminal: `kez` with the recovery key that the browser showed; and people who have nothing else."""

import json
import os
import pathlib
import subprocess
from dataclasses import dataclass, field

from .stack import Stack, binary
from .terminal import Terminal

DEADLINE = 60


@dataclass
class CommandLine:
    stack: Stack
    folder: pathlib.Path
    _running: list[Terminal] = field(default_factory=list)

    def run(self, recovery: str, *words: str) -> str:
        done = subprocess.run(self._words(recovery, *words), capture_output=True, text=True, timeout=DEADLINE, env=environment())
        assert done.returncode == 0, f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def start(self, recovery: str, *words: str) -> Terminal:
        """A command that goes on; the test's end ends it."""
        complaints = self.folder / f"errors-{len(self._running)}"
        self._running.append(Terminal(self._words(recovery, *words), environment(), complaints))
        return self._running[-1]

    def chat(self, recovery: str, whom: str) -> Terminal:
        """Returns when it has shown the history."""
        chat = self.start(recovery, "chat", whom, "--plain", "--download", str(self.folder))
        chat.see("* ready")
        return chat

    def register(self, handle: str) -> str:
        """Somebody who has never seen a browser: gives the key."""
        home = self.folder / f"home-{handle}"
        whole = [binary(), "register", handle, "--url", self.stack.url, "--server", self.stack.server, "--home", str(home)]
        subprocess.run(whole, check=True, capture_output=True, text=True, timeout=DEADLINE, env=environment())
        [key] = home.rglob("*.nk")
        return key.read_text().strip()

    def send(self, recovery: str, to: str, text: str) -> None:
        self.run(recovery, "send", to, text)

    def inbox(self, recovery: str) -> list[dict]:
        return [json.loads(line) for line in self.run(recovery, "inbox", "--json").splitlines() if line.strip()]

    def stop(self) -> None:
        for one in self._running:
            one.stop()

    def _words(self, recovery: str, *words: str) -> list[str]:
        key = self.folder / f"{recovery[-8:]}.nk"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(recovery + "\n")
        home = self.folder / f"home-{recovery[-8:]}"
        return [
            binary(), *words, "--key", str(key), "--server", self.stack.server, "--nats", self.stack.endpoints.nats, "--home", str(home),
        ]


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("KEZ_")}
