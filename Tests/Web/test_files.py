"""Files, from a line of text to ten mebibytes, shown and not shown."""

import re

from playwright.sync_api import expect

from conftest import acquaint
from kezweb.samples import SVG, noise, payload, png, sha256
from kezweb.tunnel import Tunnel

LARGE = 10 * 1024 * 1024
# Enough chunks to be cut in the middle, several times what is on its way at once.
SOME = 3 * 1024 * 1024


def test_ten_mebibytes_go_both_ways(pair):
    alice, bob = pair
    for sender, reader, seed in ((alice, bob, 1), (bob, alice, 2)):
        data = noise(LARGE, seed)
        sender.client.conversation.attach(payload(f"large-{seed}.bin", "application/octet-stream", data), caption=f"large {seed}")
        assert sha256(reader.client.conversation.download(f"large-{seed}.bin")) == sha256(data)
        reader.client.conversation.expect_text(f"large {seed}")


def test_a_file_goes_on_when_its_sender_reloads(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    way = Tunnel(alice.context)
    alice.register(), bob.register()
    acquaint(alice, bob)
    data = noise(SOME, 3)
    way.out_left = 2 * 1024 * 1024
    alice.client.conversation.attach(payload("cut.bin", "application/octet-stream", data))
    expect(alice.client.conversation.progress()).to_be_visible()
    alice.page.wait_for_function("() => [...document.querySelectorAll('[role=progressbar]')].some((bar) => Number(bar.ariaValueNow) > 5)")
    alice.client.reload()
    way.flow()
    assert sha256(bob.client.conversation.download("cut.bin", timeout=90_000)) == sha256(data)
    expect(alice.client.conversation.progress()).to_be_hidden()
    expect(bob.client.conversation.download_button("cut.bin")).to_have_count(1)


def test_a_file_goes_on_when_its_recipient_reloads(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    way = Tunnel(bob.context)
    alice.register(), bob.register()
    acquaint(alice, bob)
    data = noise(SOME, 4)
    way.in_left = 2 * 1024 * 1024
    alice.client.conversation.attach(payload("half.bin", "application/octet-stream", data))
    there = alice.client.conversation
    expect(there.download_button("half.bin")).to_be_visible(timeout=60_000)
    expect(there.progress()).to_be_hidden(timeout=60_000)
    assert way.is_stalled, "nothing was held back"
    expect(bob.client.conversation.download_button("half.bin")).to_be_hidden()
    bob.client.reload()
    way.flow()
    assert sha256(bob.client.conversation.download("half.bin", timeout=90_000)) == sha256(data)


def test_a_picture_is_shown_and_opens_large(pair):
    alice, bob = pair
    alice.client.conversation.attach(payload("sky.png", "image/png", png(320, 200)), caption="the sky over there")
    here = bob.client.conversation
    here.expect_text("the sky over there")
    here.image("sky.png").click()
    box = bob.client.dialog("sky.png")
    picture = box.get_by_role("img", name="sky.png")
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => [image.naturalWidth, image.naturalHeight]") == [320, 200]
    before = picture.evaluate("(image) => image.getBoundingClientRect().width")
    box.get_by_role("button", name="Zoom in").click()
    bob.page.wait_for_function(
        "(before) => document.querySelector('dialog[open] img').getBoundingClientRect().width > before * 1.2", arg=before
    )
    bob.page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    # Several pictures are gone through with the arrows.
    alice.client.conversation.attach(payload("sea.png", "image/png", png(100, 300)))
    here.image("sea.png").click()
    expect(bob.client.dialog("sea.png")).to_be_visible()
    bob.page.keyboard.press("ArrowLeft")
    expect(bob.client.dialog("sky.png")).to_be_visible()
    bob.page.keyboard.press("Escape")
    expect(bob.client.dialog("sky.png")).to_be_hidden()


def test_what_could_run_is_never_shown(friends):
    alice, bob = friends()
    there, here = alice.client.conversation, bob.client.conversation
    files = [
        payload("drawing.svg", "image/svg+xml", SVG),
        payload("page.html", "text/html", b"<script>alert(1)</script>"),
        # Says that it is a picture, and is a page.
        payload("liar.png", "image/png", b"<!doctype html><script>alert(1)</script>" + noise(500)),
    ]
    there.attach(*files)
    expect(here.download_button("drawing.svg")).to_be_visible()
    expect(here.download_button("page.html")).to_be_visible()
    for name in ("drawing.svg", "page.html", "liar.png"):
        expect(here.image(name)).to_have_count(0)
    assert here.history.locator("img, svg image, iframe, object, embed").count() == 0
    assert here.download("drawing.svg") == SVG


def test_hostile_filenames_do_no_harm(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    # What the sender's browser would clean by itself is sent by hand elsewhere; these pass through one.
    names = ["invoice\u202efdp.exe", "a" * 180 + ".txt", "con.txt", "<img src=x onerror=alert(1)>.txt", "..%2f..%2fetc.txt"]
    for number, name in enumerate(names):
        there.attach(payload(name, "text/plain", b"harmless %d" % number), caption=f"number {number}")
        message = here.expect_text(f"number {number}")
        button = message.get_by_role("button", name=re.compile("^Download "))
        label = button.get_attribute("aria-label") or ""
        assert not re.search("[\u202a-\u202e\u2066-\u2069/\\\\]", label), f"{label!r} is shown for {name!r}"
        with bob.page.expect_download() as saved:
            button.click()
        suggested = saved.value.suggested_filename
        assert "/" not in suggested and "\\" not in suggested and not suggested.startswith("."), suggested
        assert "\u202e" not in suggested
        assert saved.value.path().read_bytes() == b"harmless %d" % number


def test_a_file_that_is_too_large_is_refused_before_it_is_sent(pair):
    alice, bob = pair
    there = alice.client.conversation
    there.choose_files(
        payload("huge.bin", "application/octet-stream", b"\0" * (LARGE + 1)), payload("nothing.txt", "text/plain", b""),
        payload("fits.txt", "text/plain", b"this one fits"),
    )
    dialog = there.files_dialog
    expect(dialog.get_by_role("alert").filter(has_text="too large")).to_be_visible()
    expect(dialog.get_by_role("alert").filter(has_text="empty")).to_be_visible()
    dialog.get_by_role("button", name="Send").click()
    assert bob.client.conversation.download("fits.txt") == b"this one fits"
    expect(bob.client.conversation.download_button("huge.bin")).to_have_count(0)


def test_a_transfer_is_cancelled(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    way = Tunnel(alice.context)
    alice.register(), bob.register()
    acquaint(alice, bob)
    there = alice.client.conversation
    way.out_left = 1024 * 1024
    there.attach(payload("unwanted.bin", "application/octet-stream", noise(SOME, 5)))
    there.history.get_by_role("button", name="Cancel").click()
    expect(there.progress()).to_be_hidden()
    way.flow()
    alice.client.reload()
    there.write("never mind")
    bob.client.conversation.expect_text("never mind", timeout=30_000)
    expect(bob.client.conversation.download_button("unwanted.bin")).to_have_count(0)
