"""Files that people send, made up."""

import base64
import hashlib
import random
import struct
import zlib

from playwright.sync_api import FilePayload


def noise(size: int, seed: int = 1) -> bytes:
    """The same bytes for the same seed; they do not compress."""
    return random.Random(seed).randbytes(size)


def payload(name: str, mime: str, data: bytes) -> FilePayload:
    return {"name": name, "mimeType": mime, "buffer": data}


def png(width: int = 64, height: int = 48, colour: tuple[int, int, int] = (40, 110, 200)) -> bytes:
    """A picture with a gradient in it."""
    rows = b"".join(
        b"\0" + b"".join(bytes((colour[0] * x // width, colour[1] * y // height, colour[2])) for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="alert(1)">'
    b"<script>alert(2)</script><circle cx='20' cy='20' r='18'/></svg>"
)


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()
