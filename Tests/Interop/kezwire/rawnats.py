"""The NATS protocol over a bare socket: for what a stock client would not send or would hide."""

import base64
import json
import socket
import time
import urllib.parse
from dataclasses import dataclass

DEADLINE = 15.0


@dataclass(frozen=True)
class RawMessage:
    subject: str
    reply: str | None
    headers: tuple[tuple[str, str], ...]
    payload: bytes

    def last(self, name: str) -> str | None:
        values = [value for key, value in self.headers if key == name]
        return values[-1] if values else None


class RawNats:
    """Connects, and after `login` speaks; `-ERR` lines are kept in `errors`."""

    def __init__(self, url: str):
        where = urllib.parse.urlsplit(url)
        self._socket = socket.create_connection((where.hostname, where.port or 4222), DEADLINE)
        self._buffer = b""
        self.errors: list[str] = []
        self.messages: list[RawMessage] = []
        line = self._line(time.monotonic() + DEADLINE)
        assert line.startswith(b"INFO "), f"no INFO: {line!r}"
        self.info = json.loads(line[5:])

    def __enter__(self) -> "RawNats":
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()

    def login(self, identity=None, signature: bytes | None = None, **options) -> bool:
        """True when the broker let us in, False when it refused; `signature` replaces the right one."""
        connect = {"verbose": False, "pedantic": False, "headers": True, "no_responders": True, "protocol": 1}
        connect.update({"lang": "raw", "version": "1"})
        if identity is not None:
            signature = identity.sign(self.info["nonce"].encode()) if signature is None else signature
            connect["nkey"] = identity.nkey
            if signature:
                connect["sig"] = base64.urlsafe_b64encode(signature).rstrip(b"=").decode()
        connect.update(options)
        self.write(b"CONNECT " + json.dumps(connect).encode() + b"\r\n")
        try:
            self.round_trip()
            return True
        except ConnectionError:
            return False

    def write(self, data: bytes) -> None:
        self._socket.sendall(data)

    def publish(self, subject: str, payload: bytes, reply: str = "", headers: list[tuple[str, str]] | None = None):
        target = subject.encode() + (b" " + reply.encode() if reply else b"")
        if headers is None:
            self.write(b"PUB %s %d\r\n%s\r\n" % (target, len(payload), payload))
            return
        block = b"NATS/1.0\r\n" + b"".join(f"{key}: {value}\r\n".encode() for key, value in headers) + b"\r\n"
        self.write(b"HPUB %s %d %d\r\n%s%s\r\n" % (target, len(block), len(block) + len(payload), block, payload))

    def subscribe(self, subject: str, sid: str = "1") -> None:
        self.write(f"SUB {subject} {sid}\r\n".encode())

    def round_trip(self) -> list[str]:
        """PING and PONG: whatever the broker had to say about what went before is in the returned errors."""
        before = len(self.errors)
        self.write(b"PING\r\n")
        end = time.monotonic() + DEADLINE
        while self._operation(end) != "PONG":
            pass
        return self.errors[before:]

    def next_message(self) -> RawMessage:
        end = time.monotonic() + DEADLINE
        while not self.messages:
            self._operation(end)
        return self.messages.pop(0)

    def _fill(self, end: float) -> None:
        self._socket.settimeout(max(0.01, end - time.monotonic()))
        data = self._socket.recv(65536)
        if not data:
            raise ConnectionError(f"the broker closed the connection: {self.errors}")
        self._buffer += data

    def _line(self, end: float) -> bytes:
        while b"\r\n" not in self._buffer:
            self._fill(end)
        line, self._buffer = self._buffer.split(b"\r\n", 1)
        return line

    def _bytes(self, count: int, end: float) -> bytes:
        while len(self._buffer) < count + 2:
            self._fill(end)
        data, self._buffer = self._buffer[:count], self._buffer[count + 2 :]
        return data

    def _operation(self, end: float) -> str:
        line = self._line(end)
        name, _, rest = line.partition(b" ")
        name = name.decode().upper()
        if name == "-ERR":
            self.errors.append(rest.decode())
        elif name == "PING":
            self.write(b"PONG\r\n")
        elif name in ("MSG", "HMSG"):
            self._message(name, rest.decode().split(), end)
        return name

    def _message(self, name: str, fields: list[str], end: float) -> None:
        sizes = 2 if name == "HMSG" else 1
        reply = fields[2] if len(fields) == 3 + sizes else None
        total = int(fields[-1])
        split = int(fields[-2]) if sizes == 2 else 0
        data = self._bytes(total, end)
        lines = data[:split].decode().split("\r\n")[1:]
        headers = tuple((key.strip(), value.strip()) for key, _, value in (line.partition(":") for line in lines if line))
        self.messages.append(RawMessage(fields[0], reply, headers, data[split:]))
