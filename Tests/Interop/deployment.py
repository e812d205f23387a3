"""A deployment whose folder the tests may read: its operator's keys, its disk."""

import contextlib
import os
import pathlib
import subprocess
from dataclasses import dataclass
from typing import Any, Iterator

from harness import system_of_our_own
from kezwire import nkeys
from kezwire.identity import Identity
from kezwire.rawnats import RawNats
from system import System


@dataclass
class OwnDeployment:
    system: System
    folder: pathlib.Path
    binary: str

    def key(self, name: str, kind: str = "U") -> Identity:
        """`registry` is the key of `registry.nk`."""
        path = next(self.folder.rglob(name + ".nk"))
        return Identity(nkeys.decode_seed(path.read_text().strip(), kind))

    @property
    def keys_folder(self) -> pathlib.Path:
        """The folder that has all of them."""
        return next(self.folder.rglob("eraser.nk")).parent

    def login(self, role: str) -> RawNats:
        """A stock connection with a role's key."""
        socket = RawNats(self.system.endpoints.nats)
        assert socket.login(self.key(role)), f"{role}.nk was refused"
        return socket

    def kez(self, *words: str, home: pathlib.Path | None = None) -> subprocess.CompletedProcess[str]:
        """The program, with none of our own variables."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KEZ_")}
        environment["KEZ_CHAT_SERVER"] = self.system.server
        if home:
            environment["KEZ_HOME"] = str(home)
        return subprocess.run(
            [self.binary, *words], capture_output=True, text=True, timeout=120, env=environment, check=False
        )

    def operate(self, *words: str) -> str:
        """One of the operator's commands, which must succeed."""
        place = ["--keys", str(self.keys_folder), "--nats", self.system.endpoints.nats]
        result = self.kez(*words, *place)
        assert result.returncode == 0, f"{words}: {result.stdout}{result.stderr}"
        return result.stdout


@contextlib.contextmanager
def own_deployment(binary: str, folder: pathlib.Path, options: dict[str, Any] | None = None) -> Iterator[OwnDeployment]:
    process = system_of_our_own(binary, folder, options or {})
    try:
        yield OwnDeployment(System(process.start()), process.data, binary)
        process.stop()
    finally:
        process.close()
