"""What the broker delivers, operation by operation, so that a test can change one on its way or leave it out."""

import dataclasses
import json
import re
from typing import Any, Callable

# One delivery at the beginning of the rest of a frame: with headers, or without.
HEAD = re.compile(rb"(H?MSG) ([^\r\n]+)\r\n")


@dataclasses.dataclass(frozen=True)
class Delivery:
    """One MSG or HMSG; `between` is what stands between its subject and its sizes."""

    subject: str
    between: tuple[bytes, ...]
    headers: bytes
    body: bytes

    @property
    def json(self) -> dict[str, Any]:
        """The answer of a service, or nothing."""
        try:
            found = json.loads(self.body)
        except ValueError:
            return {}
        return found if isinstance(found, dict) else {}

    def says(self, answer: dict[str, Any]) -> "Delivery":
        return dataclasses.replace(self, body=json.dumps(answer).encode())

    def frame(self) -> bytes:
        whole = self.headers + self.body
        sizes = [len(self.headers), len(whole)] if self.headers else [len(whole)]
        words = [b"HMSG" if self.headers else b"MSG", self.subject.encode(), *self.between, *(b"%d" % size for size in sizes)]
        return b" ".join(words) + b"\r\n" + whole + b"\r\n"


# Gives the delivery that goes on in place of this one; None: none does.
Change = Callable[[Delivery], Delivery | None]


def changed(frame: bytes, change: Change) -> bytes:
    """The frame with each of its deliveries changed. The broker ends its frames where an operation ends."""
    out, at = [], 0
    while at < len(frame):
        head = HEAD.match(frame, at)
        if head is None:
            line = frame.index(b"\r\n", at) + 2
            out.append(frame[at:line])
            at = line
            continue
        words = head[2].split()
        with_headers = head[1] == b"HMSG"
        total = int(words[-1])
        headers = int(words[-2]) if with_headers else 0
        whole = frame[head.end() : head.end() + total]
        between = tuple(words[1 : -2 if with_headers else -1])
        after = change(Delivery(words[0].decode(), between, whole[:headers], whole[headers:]))
        if after is not None:
            out.append(after.frame())
        at = head.end() + total + 2
    return b"".join(out)
