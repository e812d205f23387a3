"""The same people in a terminal: `kez` with the recovery key that the browser showed."""

import json
import os
import pathlib
import subprocess
from dataclasses import dataclass

from .stack import Stack, binary

DEADLINE = 60


@dataclass
class CommandLine:
    stack: Stack
    folder: pathlib.Path

    def run(self, recovery: str, *words: str) -> str:
        key = self.folder / f"{recovery[-8:]}.nk"
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(recovery + "\n")
        whole = [
            binary(), *words, "--key", str(key), "--server", self.stack.server, "--nats", self.stack.endpoints.nats,
            "--home", str(self.folder / ("home-" + recovery[-8:])),
        ]
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KEZ_")}
        done = subprocess.run(whole, capture_output=True, text=True, timeout=DEADLINE, env=environment)
        assert done.returncode == 0, f"{' '.join(words)}: exit {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def send(self, recovery: str, to: str, text: str) -> None:
        self.run(recovery, "send", to, text)

    def inbox(self, recovery: str) -> list[dict]:
        return [json.loads(line) for line in self.run(recovery, "inbox", "--json").splitlines() if line.strip()]
