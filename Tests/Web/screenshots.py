#!/usr/bin/env python3
"""Pictures of the client for the documents: four people, two days, everything that a message can be."""

import base64
import pathlib
import re
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Interop"))

from playwright.sync_api import Browser, Page, expect, sync_playwright  # noqa: E402

from kezweb.browser import launch  # noqa: E402
from kezweb.bundle import bundle  # noqa: E402
from kezweb.person import Person  # noqa: E402
from kezweb.samples import payload  # noqa: E402
from kezweb.stack import ROOT, Stack  # noqa: E402
from kezweb.watch import Watch  # noqa: E402

SIZES = {"desktop": {"width": 1280, "height": 800}, "phone": {"width": 390, "height": 844}}
THEMES = ("light", "dark")
# A picture drawn here: hills at dusk.
HILLS = """() => {
  const canvas = document.createElement("canvas");
  canvas.width = 960; canvas.height = 600;
  const c = canvas.getContext("2d");
  const sky = c.createLinearGradient(0, 0, 0, 600);
  sky.addColorStop(0, "#27406b"); sky.addColorStop(0.55, "#d98a6a"); sky.addColorStop(1, "#f6d7a7");
  c.fillStyle = sky; c.fillRect(0, 0, 960, 600);
  c.fillStyle = "#fff1c9"; c.beginPath(); c.arc(650, 330, 46, 0, 7); c.fill();
  [["#6b5b7b", 380, 60, 0.006], ["#4a4766", 430, 48, 0.009], ["#2c3350", 490, 38, 0.012]].forEach(([colour, y, height, step], layer) => {
    c.fillStyle = colour; c.beginPath(); c.moveTo(0, 600);
    for (let x = 0; x <= 960; x += 4) c.lineTo(x, y + Math.sin(x * step + layer * 2) * height + Math.sin(x * step * 3.1) * height * 0.25);
    c.lineTo(960, 600); c.fill();
  });
  return canvas.toDataURL("image/jpeg", 0.86).split(",")[1];
}"""
# Hours before now, whether Mara said it, and what.
BEFORE = {
    "jonas": [
        (27.0, False, "Are we still on for the hike at the weekend?"),
        (26.9, True, "Absolutely. I have the map, you bring the coffee"),
        (26.8, False, "Deal ☕"),
        (3.2, True, "Bus 14 leaves at 8:05 from the north side of the station"),
        (3.1, False, "Perfect, that leaves time for bread from the good bakery"),
        (3.0, False, "Route and timetable: https://example.org/trails/ridge-loop"),
    ],
    "priya": [
        (5.0, False, "The review went well! Two small remarks, otherwise they liked it"),
        (4.9, True, "That is wonderful news 🎉"),
        (4.8, False, "I'll send you the notes tonight"),
    ],
    "tom-berg": [(22.0, True, "Could you water the plants while I'm away?"), (21.7, False, "Sure, the key is still with the neighbours?")],
    "lena": [(49.0, False, "Happy birthday! 🎂"), (48.6, True, "Thank you, Lena!")],
}


def person(browser: Browser, stack: Stack, handle: str) -> Person:
    context = browser.new_context(viewport=SIZES["desktop"], locale="en-GB", color_scheme="light", reduced_motion="reduce")
    return Person(context, stack.url, handle, stack.server, Watch(context)).register()


def key_of(somebody: Person) -> str:
    somebody.client.settings.go("profile")
    key = somebody.page.get_by_text(re.compile("^ed25519:[0-9a-f]{64}$")).inner_text()
    somebody.client.open("/messages")
    return key


class Album:
    def __init__(self, folder: pathlib.Path):
        self.folder = folder

    def take(self, page: Page, name: str, size: str) -> None:
        page.set_viewport_size(SIZES[size])
        for theme in THEMES:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            page.mouse.move(2, 2)
            page.screenshot(path=self.folder / f"web-{name}-{size}-{theme}.png", caret="hide", animations="disabled")
        page.set_viewport_size(SIZES["desktop"])
        page.emulate_media(color_scheme="light")


def meet(mara: Person, others: list[Person], keys: dict[str, str]) -> None:
    """Everybody knows everybody; what was said before lies in Mara's history."""
    now = time.time() * 1000
    lines = [
        {"peer": keys[handle], "mine": mine, "at": now - hours * 3_600_000, "text": text}
        for handle, said in BEFORE.items() for hours, mine, text in said
    ]
    mara.client.open("/robots.txt")
    mara.page.evaluate(
        f"async (lines) => ({bundle(ROOT / 'bench/web/fill.ts')}).remember(lines)", sorted(lines, key=lambda line: line["at"])
    )
    mara.client.open("/messages")
    for other in others:
        expect(mara.client.list.get_by_role("link").first).to_be_visible()


def main() -> None:
    album = Album(pathlib.Path(sys.argv[1]))
    album.folder.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=30_000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        stack = Stack(pathlib.Path(folder) / "data", server="kez.example")
        try:
            take_all(browser, stack, album)
        finally:
            browser.close()
            stack.stop()


def take_all(browser: Browser, stack: Stack, album: Album) -> None:
    visitor = browser.new_context(viewport=SIZES["desktop"], locale="en-GB", reduced_motion="reduce")
    first = visitor.new_page()
    first.goto(stack.url)
    first.get_by_role("textbox", name="Handle").fill("mara")
    expect(first.get_by_text("mara is free")).to_be_visible()
    for size in SIZES:
        album.take(first, "welcome", size)
    visitor.close()

    mara = person(browser, stack, "mara")
    others = {handle: person(browser, stack, handle) for handle in BEFORE}
    keys = {handle: key_of(other) for handle, other in others.items()}
    mara.client.settings.go("recovery")
    mara.client.welcome.give_back(mara.recovery)
    meet(mara, list(others.values()), keys)

    # Whoever wrote once is known from then on: all of them say something today.
    mara.client.begin("tom-berg")
    there = mara.client.begin("jonas")
    there.write("I looked at the forecast: sun until the evening")
    jonas = others["jonas"].client.go_to_request("mara")
    jonas.accept()
    jonas.expect_text("I looked at the forecast: sun until the evening")
    jonas.act("I looked at the forecast: sun until the evening", "Reply")
    jonas.write("Then let's take the long way round 🌄")
    picture = base64.b64decode(mara.page.evaluate(HILLS))
    jonas.attach(payload("ridge-at-dusk.jpg", "image/jpeg", picture), caption="Last year, from the top")
    there.expect_text("Last year, from the top")
    there.react("Last year, from the top", "❤️")
    there.react("Then let's take the long way round 🌄", "👍")
    there.attach(payload("ridge-loop.gpx", "application/gpx+xml", b"<gpx>" + b" " * 48_000 + b"</gpx>"), caption="The track for your watch")
    jonas.expect_text("The track for your watch")
    jonas.react("The track for your watch", "🙏")
    there.expect_state("The track for your watch", "Read", timeout=60_000)

    priya = others["priya"].client.begin("mara")
    priya.write("Notes are done, shall I send them here?")
    lena = others["lena"].client.begin("mara")
    lena.write("Look what I found in the attic!")
    expect(mara.client.row("priya")).to_contain_text("unread")
    expect(mara.client.row("lena")).to_contain_text("unread")
    expect(there.image("ridge-at-dusk.jpg")).to_be_visible()
    for handle in BEFORE:
        expect(mara.client.row(handle)).to_be_visible()

    jonas.field.press_sequentially("On my")
    expect(there.typing.first).to_be_visible()
    for size in SIZES:
        jonas.field.press_sequentially(" way")
        album.take(mara.page, "conversation", size)
    there.open_contact()
    expect(mara.client.contact.get_by_role("list", name="Safety number")).to_be_visible()
    for size in SIZES:
        album.take(mara.page, "contact", size)
    mara.page.keyboard.press("Escape")
    mara.client.search.fill("forecast")
    expect(mara.client.results("Messages")).to_have_count(1)
    album.take(mara.page, "search", "desktop")
    mara.client.search.fill("")
    mara.client.leave()
    album.take(mara.page, "list", "phone")
    mara.client.settings.go("appearance")
    album.take(mara.page, "settings", "desktop")


if __name__ == "__main__":
    main()
