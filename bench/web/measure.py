#!/usr/bin/env python3
"""Measures the web client in Chromium against a server of its own.

usage: .tools/web-venv/bin/python bench/web/measure.py latency|transfer|start|size|idle … [--messages N] [--rounds N]

KEZ_BINARY, NATS_SERVER and KEZ_WEB_DIR as for the tests in Tests/Web; measure a release build (`make build`).
"""

import argparse
import gzip
import os
import pathlib
import re
import secrets
import statistics
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests/Web"), str(ROOT / "Tests/Interop")]
os.environ.setdefault("KEZ_BINARY", str(ROOT / ".build/release/kez"))

from playwright.sync_api import expect, sync_playwright  # noqa: E402

from kezweb.browser import launch  # noqa: E402
from kezweb.bundle import bundle  # noqa: E402
from kezweb.person import Person  # noqa: E402
from kezweb.samples import noise, payload, sha256  # noqa: E402
from kezweb.stack import Stack, web_folder  # noqa: E402
from kezweb.watch import Watch  # noqa: E402

# The clock that all pages of one browser share, in milliseconds.
PRESSED = """() => {
  window.pressed = [];
  addEventListener("keydown", (event) => {
    if (event.key === "Enter") window.pressed.push(performance.timeOrigin + performance.now());
  }, true);
}"""
# When a line is on the screen: its element is there, and a frame was drawn with it.
SEEN = """() => {
  window.seen = new Map();
  const look = () => {
    const found = document.querySelector('[aria-label="Messages"]')?.innerText.match(/probe \\d+/g)?.at(-1);
    if (found === undefined || window.seen.has(found)) return;
    window.seen.set(found, 0);
    requestAnimationFrame(() => requestAnimationFrame(() => window.seen.set(found, performance.timeOrigin + performance.now())));
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""
# When the page shows conversations, and when search shows results.
LISTED = """
new MutationObserver(() => {
  if (window.listedAt === undefined && document.querySelector('nav a[href^="/messages/"]')) window.listedAt = performance.now();
  if (window.openAt === undefined && document.querySelector('[aria-label="Messages"] .bubble')) window.openAt = performance.now();
  if (window.searchedAt !== undefined && window.foundAt === undefined && document.querySelector('nav a mark'))
    requestAnimationFrame(() => { window.foundAt ??= performance.now(); });
}).observe(document, { childList: true, subtree: true });
addEventListener("input", (event) => {
  if (event.target.type === "search") { window.searchedAt = performance.now(); window.foundAt = undefined; }
}, true);
"""


def say(name: str, value: str) -> None:
    print(f"{name:46} {value}", flush=True)


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


class Scene:
    """A server, a browser and people."""

    def __init__(self, browser, folder: pathlib.Path):
        self.browser = browser
        self.stack = Stack(folder / "data")

    def person(self, name: str, script: str = "") -> Person:
        context = self.browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
        if script:
            context.add_init_script(script)
        watch = Watch(context)
        return Person(context, self.stack.url, f"{name}-{secrets.token_hex(3)}", self.stack.server, watch).register()

    def friends(self) -> tuple[Person, Person]:
        alice, bob = self.person("alice"), self.person("bob")
        alice.client.begin(bob.handle).write("hello")
        bob.client.go_to_request(alice.handle).accept()
        alice.client.expect_live(), bob.client.expect_live()
        return alice, bob


def latency(scene: Scene, options) -> None:
    """From the key that sends, to the line on the other's screen."""
    alice, bob = scene.friends()
    alice.page.evaluate(PRESSED)
    bob.page.evaluate(SEEN)
    field = alice.client.conversation.field
    for number in range(options.rounds):
        field.fill(f"probe {number}")
        field.press("Enter")
        bob.page.wait_for_function("(text) => window.seen.get(text) > 0", arg=f"probe {number}")
    pressed = alice.page.evaluate("() => window.pressed")
    seen = bob.page.evaluate("(count) => Array.from({ length: count }, (_, n) => window.seen.get(`probe ${n}`))", options.rounds)
    # The first ones warm up what compiles late.
    took = [there - here for here, there in zip(pressed, seen, strict=True)][10:]
    say(f"keystroke to the other's screen, {len(took)} messages",
        f"p50 {percentile(took, 0.5):.0f} ms, p90 {percentile(took, 0.9):.0f} ms, p99 {percentile(took, 0.99):.0f} ms")


def transfer(scene: Scene, options) -> None:
    """From the button that sends ten mebibytes, to the moment at which the other can save them."""
    alice, bob = scene.friends()
    took = []
    for number in range(3):
        data = noise(10 * 1024 * 1024, number)
        there = alice.client.conversation
        there.choose_files(payload(f"{number}.bin", "application/octet-stream", data))
        begin = time.monotonic()
        there.files_dialog.get_by_role("button", name="Send").click()
        expect(bob.client.conversation.download_button(f"{number}.bin")).to_be_visible(timeout=120_000)
        took.append(time.monotonic() - begin)
        assert sha256(bob.client.conversation.download(f"{number}.bin")) == sha256(data)
    say("10 MiB from browser to browser, 3 files", f"{min(took):.1f} to {max(took):.1f} s, median {statistics.median(took):.1f} s")


def start(scene: Scene, options) -> None:
    """A start, and a search, with a long history."""
    alice = scene.person("alice", LISTED)
    empty = paint(alice)
    say("first contentful paint, nothing stored", f"{empty['fcp']:.0f} ms")
    peers = ["ed25519:" + secrets.token_hex(32) for _ in range(20)]
    alice.client.open("/robots.txt")  # the origin without the client, so that nothing else writes
    begin = time.monotonic()
    total = alice.page.evaluate(
        f"async ([peers, count]) => ({bundle(ROOT / 'bench/web/fill.ts')}).fill(peers, count)", [peers, options.messages]
    )
    say("messages stored", f"{total} (written in {time.monotonic() - begin:.0f} s)")
    alice.client.open("/messages")
    expect(alice.client.list.get_by_role("link").first).to_be_visible(timeout=60_000)
    rounds = [paint(alice) for _ in range(5)]
    say("first contentful paint", f"median {statistics.median(one['fcp'] for one in rounds):.0f} ms")
    say("from navigation to the list of conversations", f"median {statistics.median(one['listed'] for one in rounds):.0f} ms")
    alice.client.list.get_by_role("list", name="Conversations").get_by_role("link").first.click()
    expect(alice.client.conversation.title).to_be_visible()
    rounds = [paint(alice) for _ in range(5)]
    say("from navigation to the open conversation", f"median {statistics.median(one['open'] for one in rounds):.0f} ms")
    field = alice.client.search
    for query in ("quetzalcoatl", "harbour", "harbour coffee", "ha"):
        took = []
        for _ in range(5):
            field.fill("")
            field.fill(query)
            alice.page.wait_for_function("() => window.foundAt !== undefined", timeout=60_000)
            took.append(alice.page.evaluate("() => window.foundAt - window.searchedAt"))
        say(f"search for '{query}', first results on screen", f"first {took[0]:.0f} ms, median {statistics.median(took):.0f} ms")


def paint(person: Person) -> dict[str, float]:
    person.client.reload()
    person.page.wait_for_function("() => document.querySelector('nav') !== null && performance.getEntriesByName('first-contentful-paint').length > 0")
    has_open = re.search(r"/messages/.", person.page.url) is not None
    if has_open:
        person.page.wait_for_function("() => window.openAt !== undefined", timeout=60_000)
    return person.page.evaluate(
        "() => ({ fcp: performance.getEntriesByName('first-contentful-paint')[0].startTime, listed: window.listedAt ?? 0, open: window.openAt ?? 0 })"
    )


def size(scene: Scene, options) -> None:
    """What the browser loads, compressed."""
    folder = web_folder()
    files = [path for path in folder.iterdir() if path.suffix in (".js", ".css")]
    total = sum(len(gzip.compress(path.read_bytes(), 9)) for path in files)
    context = scene.browser.new_context(service_workers="block")
    page = context.new_page()
    loaded: set[str] = set()
    page.on("request", lambda request: loaded.add(request.url.rsplit("/", 1)[-1]))
    page.goto(scene.stack.url)
    page.get_by_role("button", name="Create account").wait_for()
    begin = sum(len(gzip.compress(path.read_bytes(), 9)) for path in files if path.name in loaded)
    say("scripts and styles of a first visit", f"{begin / 1000:.1f} kB gzip")
    say("all scripts and styles", f"{total / 1000:.1f} kB gzip")
    context.close()


def idle(scene: Scene, options) -> None:
    """What goes over the line while nobody does anything."""
    alice, bob = scene.friends()
    frames: list[int] = []
    asked: list[str] = []
    alice.page.on("websocket", lambda socket: (
        socket.on("framesent", lambda frame: frames.append(len(frame))),
        socket.on("framereceived", lambda frame: frames.append(len(frame)))))
    alice.client.reload()
    alice.client.expect_live()
    alice.page.wait_for_timeout(10_000)
    frames.clear()
    alice.page.on("request", lambda request: asked.append(request.url))
    alice.page.wait_for_timeout(60_000)
    say("idle for 60 s", f"{len(asked)} requests, {len(frames)} frames of {sum(frames)} bytes altogether")


ALL = {one.__name__: one for one in (size, latency, transfer, start, idle)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=[*ALL, []], help="all of it when nothing is named")
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=310)
    options = parser.parse_args()
    expect.set_options(timeout=30_000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = launch(playwright)
        scene = Scene(browser, pathlib.Path(folder))
        try:
            for name in options.what or ALL:
                ALL[name](scene, options)
        finally:
            browser.close()
            scene.stack.stop()


if __name__ == "__main__":
    main()
