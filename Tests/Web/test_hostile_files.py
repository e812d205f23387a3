"""Files from somebody whose client means no good: what a person sees of them, and what can be saved."""

import json
import secrets

import pytest
from kezwire import envelopes
from playwright.sync_api import expect

from kezweb.samples import SVG, base64_of, noise, payload, sha256
from kezweb.until import until
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


class Sender:
    """Somebody's wire, as far as it sends files to one person."""

    def __init__(self, wire: Wire, to: str):
        self.wire = wire
        self.to = to

    def text(self, text: str) -> None:
        self.wire.send(self.to, self.wire.text(self.to, text))

    def send(self, *contents: dict) -> None:
        self.wire.send(self.to, *(self.wire.message(self.to, content) for content in contents))

    def received(self) -> list[dict]:
        """Contents of everything that came from the person."""
        mine = [entry["envelope"] for entry in self.wire.inbox() if entry["from"] == self.to]
        return [json.loads(envelopes.open_message(self.wire.identity, envelope)) for envelope in mine]


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


@pytest.fixture(scope="module")
def mallory(stack):
    return Wire(stack, "mallory").register()


@pytest.fixture
def sender(mallory, people):
    """Mallory, whom Bob has accepted; and Bob, who looks at the conversation."""
    bob = people("bob")
    bob.client.begin(mallory.handle).write("go on, then")
    bob.client.conversation.expect_state("go on, then", "Sent")
    primary = next(entry["from"] for entry in reversed(mallory.inbox()))
    return Sender(mallory, primary), bob


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
    # Another content than announced; more of it than announced; chunks of another division.
    wrong, chunks = chunked("wrong.bin", data, sha256=sha256(b"something else"))
    mallory.send(*chunks, wrong)
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

    # Tried again it begins anew, and the right chunks make it whole: here the sender takes back the wrong claim by what it sends.
    failed.get_by_role("button", name="Try again").click()
    expect(here.expect_text("about wrong.bin").get_by_text("Receiving 0/3…")).to_be_visible()
    wants = {want["file_id"]: want["missing"] for want in wanted(mallory, 3)}
    assert wants == {wrong["file_id"]: [0, 1, 2], other["file_id"]: [0, 1, 2], partly["file_id"]: [2]}
    mallory.send(parts[2], *divided)
    assert here.download("partly.bin") == here.download("other.bin") == data
    expect(here.progress()).to_have_count(1)
    here.expect_text("about wrong.bin").get_by_role("button", name="Cancel").click()
    expect(here.expect_text("about wrong.bin").get_by_text("Cancelled. It can be fetched again.")).to_be_visible()


def wanted(mallory: Sender, count: int) -> list[dict]:
    """The first wants, when so many have come."""
    for _ in range(300):
        wants = [content for content in mallory.received() if content["kez"] == "kez-file-want-v1"]
        if len(wants) >= count:
            return wants[:count]
    raise AssertionError(f"only {wants}")


def test_a_flood_of_chunks_is_not_noticed(sender):
    mallory, bob = sender
    here = bob.client.conversation
    mallory.send(*(chunk(secrets.token_hex(16), number % 9, 9, noise(500, number)) for number in range(150)))
    mallory.text("did you notice?")
    here.expect_text("did you notice?")
    expect(here.messages).to_have_count(2)
    expect(here.progress()).to_have_count(0)
    # What is kept of it is little, and no file of others suffers.
    kept = until(
        bob.page,
        """async () => { const open = indexedDB.open("kez");
          const database = await new Promise((done) => { open.onsuccess = () => done(open.result); });
          const rows = database.transaction("chunks").objectStore("chunks").count();
          const count = await new Promise((done) => { rows.onsuccess = () => done(rows.result); });
          database.close();
          return { count }; }""",
    )
    assert 0 < kept["count"] <= 16, kept
    here.attach(payload("mine.bin", "application/octet-stream", noise(200_000, 22)))
    # Whoever asks for a part of what was sent to them is given it again.
    for _ in range(300):
        parts = {content["i"]: content for content in mallory.received() if content["kez"] == "kez-file-chunk-v1"}
        if len(parts) == 3:
            break
    data = b"".join(parts[index]["data"].encode() for index in range(3))
    assert data
