"""Files that people send, made up."""

import base64
import hashlib
import io
import math
import random
import struct
import wave
import zlib

from playwright.sync_api import FilePayload, Page


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


def wav(seconds: float = 1.5) -> bytes:
    """A quiet tone."""
    rate, file = 8000, io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1), sound.setsampwidth(2), sound.setframerate(rate)
        sound.writeframes(b"".join(struct.pack("<h", int(900 * math.sin(at / 6))) for at in range(int(rate * seconds))))
    return file.getvalue()


# A browser is the only thing here that makes films: a canvas that changes its colour, recorded.
FILM = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 48 });
  const brush = canvas.getContext("2d");
  const recorder = new MediaRecorder(canvas.captureStream(30), { mimeType: "video/webm" });
  const parts = [];
  recorder.ondataavailable = ({ data }) => parts.push(data);
  const ended = new Promise((resolve) => { recorder.onstop = resolve; });
  recorder.start();
  for (let frame = 0; frame < 12; frame++) {
    brush.fillStyle = `rgb(${frame * 20} 0 90)`;
    brush.fillRect(0, 0, 64, 48);
    await new Promise((resolve) => setTimeout(resolve, 40));
  }
  recorder.stop();
  await ended;
  return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
}"""


def film(page: Page) -> bytes:
    """Half a second of WebM."""
    return bytes(page.evaluate(FILM))
