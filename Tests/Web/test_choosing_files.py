"""How files get into a message: dropped, pasted, converted on the way."""

import re

from playwright.sync_api import Locator, Page, expect

from kezweb.samples import base64_of, payload, png, sha256

# As a phone's photo begins; what follows nobody here can read.
HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(range(200))
# Stands for a browser that reads them, as Safari does.
READS_HEIC = """
const create = createImageBitmap;
globalThis.createImageBitmap = async (source, ...rest) => {
  if (!(source instanceof Blob) || !source.type.startsWith("image/heic")) return create(source, ...rest);
  const canvas = new OffscreenCanvas(90, 60);
  const brush = canvas.getContext("2d");
  brush.fillStyle = "teal";
  brush.fillRect(0, 0, 90, 60);
  return canvas.transferToImageBitmap();
};
"""
# What a clipboard holds: texts by their type, and files.
PASTE = """(target, { texts, files }) => {
  const all = new DataTransfer();
  for (const [type, text] of Object.entries(texts)) all.setData(type, text);
  for (const { name, type, data } of files) all.items.add(new File([Uint8Array.from(atob(data), (c) => c.charCodeAt(0))], name, { type }));
  return !target.dispatchEvent(new ClipboardEvent("paste", { clipboardData: all, bubbles: true, cancelable: true }));
}"""


def paste(target: Locator, texts: dict[str, str] | None = None, *files: tuple[str, str, bytes]) -> bool:
    """Whether the page took it, rather than leave it to the browser."""
    held = [{"name": name, "type": kind, "data": base64_of(data)} for name, kind, data in files]
    return target.evaluate(PASTE, {"texts": texts or {}, "files": held})


def drag(page: Page, target: Locator, count: int, *events: str) -> None:
    dragged = page.evaluate_handle(
        """(count) => { const all = new DataTransfer();
          for (let n = 1; n <= count; n++) all.items.add(new File([`dropped ${n}`], `dropped-${n}.txt`, { type: "text/plain" }));
          return all; }""",
        count,
    )
    for event in events:
        target.dispatch_event(event, {"dataTransfer": dragged})


def test_files_are_dropped_anywhere_with_captions(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    # Not only over the conversation: over the list beside it, too.
    anywhere = alice.client.list
    veil = alice.page.get_by_text(f"Drop to send to {bob.handle}")
    drag(alice.page, anywhere, 1, "dragenter", "dragover")
    expect(veil).to_be_visible()
    drag(alice.page, anywhere, 1, "dragleave")
    expect(veil).to_be_hidden()
    drag(alice.page, anywhere, 3, "dragenter", "dragover", "drop")
    expect(veil).to_be_hidden()
    expect(alice.client.dialog("Send 3 files")).to_be_visible()
    there.files_dialog.get_by_role("button", name="Remove dropped-2.txt").click()
    for number in (1, 3):
        there.files_dialog.get_by_role("textbox", name=f"Caption for dropped-{number}.txt").fill(f"caption {number}")
    alice.client.dialog("Send 2 files").get_by_role("button", name="Send").click()
    for number in (1, 3):
        message = here.expect_text(f"caption {number}")
        expect(message.get_by_role("button", name=f"Download dropped-{number}.txt")).to_be_visible()
        assert here.download(f"dropped-{number}.txt") == b"dropped %d" % number
    expect(here.download_button("dropped-2.txt")).to_have_count(0)


def test_what_is_pasted_is_a_file_or_plain_text(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    # A picture, as a screenshot lies in the clipboard: looked at first, and given a name of its own.
    picture = png(30, 20)
    assert paste(there.field, None, ("image.png", "image/png", picture))
    expect(there.files_dialog.get_by_text(re.compile(r"^image-\d{4}-\d\d-\d\d-\d{6}\.png$"))).to_be_visible()
    there.files_dialog.get_by_role("textbox").fill("a screenshot")
    there.files_dialog.get_by_role("button", name="Send").click()
    expect(here.expect_text("a screenshot").get_by_role("button", name=re.compile("^Open image image-"))).to_be_visible()
    with bob.page.expect_download() as saved:
        here.act("a screenshot", "Download")
    assert saved.value.path().read_bytes() == picture
    # Any other file, with nothing in the field that takes it.
    paste(alice.page.locator("body"), None, ("pasted.txt", "text/plain", b"pasted"))
    there.files_dialog.get_by_role("button", name="Send").click()
    assert here.download("pasted.txt") == b"pasted"
    # A table comes with a picture of itself, and its text is what is meant.
    assert not paste(there.field, {"text/plain": "1\t2"}, ("image.png", "image/png", picture))
    expect(there.files_dialog).to_be_hidden()
    # With formatting, through the browser's own clipboard: only the words are left.
    alice.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=alice.url)
    alice.page.evaluate(
        """() => navigator.clipboard.write([new ClipboardItem({
          "text/html": new Blob(["<h1>plain <b>words</b></h1>"], { type: "text/html" }),
          "text/plain": new Blob(["plain words"], { type: "text/plain" }),
        })])"""
    )
    there.field.click()
    alice.page.keyboard.press("ControlOrMeta+V")
    expect(there.field).to_have_value("plain words")
    there.field.press("Enter")
    here.expect_text("plain words")


def test_photos_of_phones_are_converted_or_go_as_they_are(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    # Chromium reads none: it says so, and sends the file.
    there.choose_files(payload("beach.heic", "image/heic", HEIC))
    expect(there.files_dialog.get_by_text("goes as it is: this browser cannot convert it")).to_be_visible()
    there.files_dialog.get_by_role("button", name="Send").click()
    assert sha256(here.download("beach.heic")) == sha256(HEIC)
    expect(here.image("beach.heic")).to_have_count(0)
    # One that reads them makes a photo that everybody can open.
    alice.page.evaluate(f"() => {{ {READS_HEIC} }}")
    there.choose_files(payload("mountains.HEIC", "image/heic", HEIC))
    expect(there.files_dialog.get_by_text("mountains.jpg")).to_be_visible()
    expect(there.files_dialog.get_by_text("goes as it is")).to_have_count(0)
    there.files_dialog.get_by_role("button", name="Send").click()
    here.image("mountains.jpg").click()
    photo = bob.client.dialog("mountains.jpg").get_by_role("img")
    expect(photo).to_be_visible()
    assert photo.evaluate("(image) => image.decode().then(() => [image.naturalWidth, image.naturalHeight])") == [90, 60]
    bob.page.keyboard.press("Escape")
    alice.page.reload()
    expect(there.title).to_be_visible()
