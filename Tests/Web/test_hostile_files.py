"""Files from somebody whose client means no good: what a person sees of them, and what can be saved."""

import base64
import json
import secrets

import pytest
from kezwire import envelopes
from playwright.sync_api import expect

from kezweb.samples import SVG, base64_of, noise, payload, sha256
from kezweb.wire import Wire

CHUNK = 80_000
# Filename and type as the sender says them; the name under which it is saved.
CLAIMS = [
    ("../../.bashrc", "text/plain", "bashrc"),
    ("C:\\Windows\\System32\\cmd.exe", "application/x-msdownload", "cmd.exe"),
    ("invoice\u202efdp.exe", "application/pdf", "invoicefdp.exe"),
    ("con.txt", "__proto__", "_con.txt"),
    ("pipe|star*.txt", "constructor", "pipe_star_.txt"),
    ("/", "image/png\r\nX-Evil: 1", "file"),
    ("drawing.png", "image/svg+xml", "drawing.png"),
    ("page.jpg", "text/html; charset=utf-8", "page.jpg"),
]
# How many chunks of files lie in the browser.
KEPT_CHUNKS = """async () => {
  const answered = (request) => new Promise((resolve) => { request.onsuccess = () => resolve(request.result); });
  const database = await answered(indexedDB.open("kez"));
  const count = await answered(database.transaction("chunks").objectStore("chunks").count());
  database.close();
  return count;
}"""


class Sender:
    """Somebody's wire, as far as it sends files to one person."""

    def __init__(self, wire: Wire, to: str):
        self.wire = wire
        self.to = to

    def text(self, text: str) -> None:
        self.wire.send(self.to, self.wire.text(self.to, text))

    def send(self, *contents: dict) -> None:
        self.wire.send(self.to, *(self.wire.message(self.to, content) for content in contents))

    def received(self, kind: str, count: int) -> list[dict]:
        """Contents of that kind from the person, once so many have come."""
        for _ in range(400):
            mine = [entry["envelope"] for entry in self.wire.inbox() if entry["from"] == self.to]
            contents = [json.loads(envelopes.open_message(self.wire.identity, envelope)) for envelope in mine]
            found = [content for content in contents if content["kez"] == kind]
            if len(found) >= count:
                return found
        raise AssertionError(f"{len(found)} of {kind} instead of {count}")


def inline(filename: str, mime: str, data: bytes, caption: str) -> dict:
    return {
        "kez": "kez-file-v1", "mode": "inline", "file_id": secrets.token_hex(16), "filename": filename, "mime": mime,
        "size": len(data), "sha256": sha256(data), "data": base64_of(data), "caption": caption,
    }


def chunked(filename: str, data: bytes, **claims) -> tuple[dict, list[dict]]:
    """The visible message and its chunks; `claims` replaces what the first says."""
    parts = [data[at:at + CHUNK] for at in range(0, len(data), CHUNK)]
    file = secrets.token_hex(16)
    pointer = {
        "kez": "kez-file-v1", "mode": "chunked", "file_id": file, "filename": filename, "mime": "application/octet-stream",
        "size": len(data), "sha256": sha256(data), "n": len(parts), "caption": f"about {filename}", **claims,
    }
    return pointer, [chunk(file, index, len(parts), part) for index, part in enumerate(parts)]


def chunk(file: str, index: int, count: int, data: bytes) -> dict:
    return {"kez": "kez-file-chunk-v1", "quiet": True, "file_id": file, "i": index, "n": count, "data": base64_of(data)}


@pytest.fixture
def sender(stack, pair):
    """Mallory, whom Bob has written to; and Bob, who looks at the conversation."""
    _, bob = pair
    mallory = Wire(stack, "mallory").register()
    bob.client.begin(mallory.handle).write("go on, then")
    bob.client.conversation.expect_state("go on, then", "Sent")
    return Sender(mallory, mallory.inbox()[0]["from"]), bob


def test_names_and_types_are_only_claims(sender):
    mallory, bob = sender
    here = bob.client.conversation
    for number, (filename, mime, _) in enumerate(CLAIMS):
        mallory.send(inline(filename, mime, SVG, f"claim {number}"))
    for number, (filename, mime, safe) in enumerate(CLAIMS):
        button = here.expect_text(f"claim {number}").get_by_role("button", name=f"Download {safe}", exact=True)
        with bob.page.expect_download() as saved:
            button.click()
        assert saved.value.suggested_filename == safe, f"{filename!r} {mime!r}"
        assert saved.value.path().read_bytes() == SVG
    expect(here.history.locator("img, video, audio, iframe, object, embed, svg image")).to_have_count(0)


def test_what_is_not_what_was_announced_is_said_so_and_fetched_again(sender):
    mallory, bob = sender
    here = bob.client.conversation
    data = noise(200_000, 21)
    # Other bytes than announced; more of them than announced; chunks of another division.
    wrong, right = chunked("wrong.bin", data)
    mallory.send(*({**part, "data": base64_of(bytes(len(data[at:at + CHUNK])))} for at, part in zip(range(0, len(data), CHUNK), right)), wrong)
    large, much = chunked("large.bin", data, size=1000)
    mallory.send(large, *much)
    other, divided = chunked("other.bin", data)
    mallory.send(other, *({**part, "n": 2} for part in divided[:2]))
    # One part is not there: how far it came shows, and it is asked for.
    partly, parts = chunked("partly.bin", data)
    mallory.send(*parts[:2], partly)

    failed = here.expect_text("about wrong.bin").get_by_role("group").filter(has_text="What arrived is not the file that was announced.")
    expect(failed).to_be_visible()
    expect(here.expect_text("about large.bin").get_by_text("What arrived does not have the announced size.")).to_be_visible()
    expect(here.expect_text("about other.bin").get_by_text("Receiving 0/3…")).to_be_visible()
    expect(here.expect_text("about partly.bin").get_by_text("Receiving 2/3…")).to_be_visible()
    for name in ("wrong.bin", "large.bin", "other.bin", "partly.bin"):
        expect(here.download_button(name)).to_have_count(0)

    # Tried again, it begins anew; what is asked for makes all of them whole.
    failed.get_by_role("button", name="Try again").click()
    expect(here.expect_text("about wrong.bin").get_by_text("Receiving 0/3…")).to_be_visible()
    wants = {want["file_id"]: want["missing"] for want in mallory.received("kez-file-want-v1", 3)}
    assert wants == {wrong["file_id"]: [0, 1, 2], other["file_id"]: [0, 1, 2], partly["file_id"]: [2]}
    mallory.send(parts[2], *divided, *right)
    for name in ("wrong.bin", "other.bin", "partly.bin"):
        assert here.download(name) == data
    expect(here.progress()).to_have_count(0)


def test_a_flood_of_chunks_is_not_noticed(sender):
    mallory, bob = sender
    here = bob.client.conversation
    before = bob.page.evaluate(KEPT_CHUNKS)
    mallory.send(*(chunk(secrets.token_hex(16), number % 9, 9, noise(500, number)) for number in range(150)))
    mallory.text("did you notice?")
    here.expect_text("did you notice?")
    expect(here.messages).to_have_count(2)
    expect(here.progress()).to_have_count(0)
    assert 0 < bob.page.evaluate(KEPT_CHUNKS) - before <= 16, "more is kept of one sender than the bound says"


def test_what_is_asked_for_is_sent_again_within_reason(sender):
    mallory, bob = sender
    data = noise(200_000, 22)
    bob.client.conversation.attach(payload("mine.bin", "application/octet-stream", data))
    [pointer] = mallory.received("kez-file-v1", 1)
    want = {"kez": "kez-file-want-v1", "quiet": True, "file_id": pointer["file_id"], "missing": [1, 1, 7]}
    # Of a file that was never sent, nothing.
    mallory.send({**want, "file_id": secrets.token_hex(16)}, want)
    chunks = mallory.received("kez-file-chunk-v1", pointer["n"] + 1)
    assert [part["i"] for part in chunks] == [*range(pointer["n"]), 1]
    parts = {part["i"]: base64.b64decode(part["data"]) for part in chunks}
    assert b"".join(parts[index] for index in sorted(parts)) == data
    assert pointer["sha256"] == sha256(data)
