"""A plain HTTP client: paths are sent as given, bodies byte for byte, every wait has a deadline."""

import http.client
import json
import select
import time
import urllib.parse
from dataclasses import dataclass
from typing import Any, Iterator

DEADLINE = 20.0


@dataclass(frozen=True)
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        try:
            return json.loads(self.body)
        except ValueError:
            raise AssertionError(f"body is not JSON: {self}") from None

    def __str__(self) -> str:
        return f"HTTP {self.status} {self.body[:600]!r}"


class Http:
    def __init__(self, base: str):
        self.base = base.rstrip("/")
        self._url = urllib.parse.urlsplit(self.base)

    def connect(self, timeout: float = DEADLINE) -> http.client.HTTPConnection:
        kind = http.client.HTTPSConnection if self._url.scheme == "https" else http.client.HTTPConnection
        return kind(self._url.hostname, self._url.port, timeout=timeout)

    def request(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
        chunked: bool = False,
    ) -> Answer:
        connection = self.connect()
        try:
            self.start(connection, method, path, body, headers, chunked)
            response = connection.getresponse()
            return Answer(response.status, response.headers, response.read())
        finally:
            connection.close()

    def start(self, connection, method, path, body=None, headers=None, chunked=False) -> None:
        """Sends a request; stops sending, as a browser does, when the answer is there before the body's end."""
        connection.putrequest(method, path, skip_accept_encoding=True)
        for name, value in (headers or {}).items():
            connection.putheader(name, value)
        if body is not None:
            if not any(name.lower() == "content-type" for name in headers or {}):
                connection.putheader("Content-Type", "application/json")
            if chunked:
                connection.putheader("Transfer-Encoding", "chunked")
            else:
                connection.putheader("Content-Length", str(len(body)))
        connection.endheaders()
        for part in _parts(body or b"", chunked and body is not None):
            if select.select([connection.sock], [], [], 0)[0]:
                return
            try:
                connection.sock.sendall(part)
            except (BrokenPipeError, ConnectionResetError):
                return

    def get(self, path: str, headers: dict[str, str] | None = None) -> Answer:
        return self.request("GET", path, headers=headers)

    def post(self, path: str, body: bytes, headers: dict[str, str] | None = None, chunked: bool = False) -> Answer:
        return self.request("POST", path, body, headers, chunked)


def _parts(body: bytes, chunked: bool) -> Iterator[bytes]:
    for at in range(0, len(body), 32768):
        part = body[at : at + 32768]
        yield b"%x\r\n%s\r\n" % (len(part), part) if chunked else part
    if chunked:
        yield b"0\r\n\r\n"


@dataclass(frozen=True)
class Event:
    id: str | None
    event: str
    data: str
    lines: tuple[str, ...]

    @property
    def json(self) -> Any:
        return json.loads(self.data)


class EventStream:
    """A `text/event-stream` answer, read with a deadline for each event."""

    def __init__(self, http_client: Http, path: str, headers: dict[str, str]):
        self._connection = http_client.connect()
        http_client.start(self._connection, "GET", path, headers={"Accept": "text/event-stream", **headers})
        self._socket = self._connection.sock
        self.response = self._connection.getresponse()
        self.status = self.response.status

    def __enter__(self) -> "EventStream":
        return self

    def __exit__(self, *_) -> None:
        self._socket.close()
        self.response.close()
        self._connection.close()

    def next(self, deadline: float = DEADLINE) -> Event:
        """The next event; comments are passed over."""
        end = time.monotonic() + deadline
        fields: dict[str, str] = {}
        data: list[str] = []
        lines: list[str] = []
        while True:
            self._socket.settimeout(max(0.01, end - time.monotonic()))
            raw = self.response.readline()
            assert raw, "the event stream ended"
            line = raw.decode("utf-8").rstrip("\n")
            assert "\r" not in line.removesuffix("\r"), f"a bare CR inside a line of the stream: {line!r}"
            line = line.removesuffix("\r")
            if line == "":
                if data:
                    return Event(fields.get("id"), fields.get("event", "message"), "\n".join(data), tuple(lines))
                continue
            lines.append(line)
            name, _, value = line.partition(":")
            value = value.removeprefix(" ")
            if name == "data":
                data.append(value)
            elif name:
                fields[name] = value
