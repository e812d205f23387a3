"""An address for every replica, and the rewriting of names, addresses and paths that go with it."""

import pathlib
import random
import re
import socket

_CLAIM_PORT = 4999


class NoAddresses(RuntimeError):
    pass


class AddressBlock:
    """A /24 of loopback: .1 is the host's side, replicas follow. Held against other runners by a bound socket."""

    def __init__(self, ports: set[int]):
        tried: list[str] = []
        for _ in range(50):
            prefix = f"127.{random.randint(16, 250)}.{random.randint(1, 250)}"
            claim = socket.socket()
            try:
                claim.bind((f"{prefix}.1", _CLAIM_PORT))
                self._check(f"{prefix}.2", ports)
            except OSError as error:
                claim.close()
                tried.append(str(error))
                continue
            self._claim = claim
            self._prefix = prefix
            self._next = 2
            return
        raise NoAddresses(f"no free addresses in 127.0.0.0/8: {tried[-1]}")

    @staticmethod
    def _check(address: str, ports: set[int]) -> None:
        """A listener on 0.0.0.0 elsewhere on the machine would take the port from every address."""
        for port in ports:
            with socket.socket() as probe:
                try:
                    probe.bind((address, port))
                except OSError as error:
                    raise OSError(f"port {port}: {error}") from error

    @property
    def host(self) -> str:
        return f"{self._prefix}.1"

    def take(self) -> str:
        if self._next > 254:
            raise NoAddresses("more than 253 replicas")
        self._next += 1
        return f"{self._prefix}.{self._next - 1}"

    def release(self) -> None:
        self._claim.close()


class Rewriter:
    """Turns what is written for one container into what its process on this machine is told."""

    def __init__(
        self, own: str, names: dict[str, str], owners: dict[int, str], root: pathlib.Path, targets: set[str]
    ):
        """`names`: address of each service. `owners`: of each port that just one service declares, for 0.0.0.0.
        `root`: the replica's own `/`. `targets`: the container paths that are mounted anywhere; they, what is in
        them and the folders around them are meant, and no other path."""
        self._own, self._names, self._owners, self._root = own, names, owners, root
        hosts = [*map(re.escape, names), r"127\.0\.0\.1", r"0\.0\.0\.0"]
        self._host = re.compile(r"(?<![\w.-])(" + "|".join(hosts) + r")(?=:(\d+)(?!\d))")
        around = {str(parent) for target in targets for parent in pathlib.PurePosixPath(target).parents} - {"/"} - targets
        within = [re.escape(target) + r"(?![\w.-])" for target in sorted(targets, key=len, reverse=True)]
        exactly = [re.escape(path) + r"(?![\w./-])" for path in around]
        self._path = re.compile(r"(?<![\w./-])(" + "|".join(within + exactly) + ")")

    def __call__(self, text: str) -> str:
        return self._path.sub(lambda match: f"{self._root}{match[1]}", self._host.sub(self._address, text))

    def _address(self, match: re.Match) -> str:
        host, port = match[1], int(match[2])
        if host == "0.0.0.0":
            return self._owners.get(port, self._own)
        return self._own if host == "127.0.0.1" else self._names[host]
