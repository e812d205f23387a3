"""Whatever two people do, both end with the same conversation."""

import os
import random
import re

from playwright.sync_api import expect

from conftest import acquaint
from kezweb.tunnel import Tunnel

STEPS = int(os.environ.get("KEZ_PROPERTY_STEPS", "40"))
LINE = re.compile(r"#\d+ of (?:alice|bob)")


def test_random_doings_end_with_the_same_conversation(browsers):
    seed = int(os.environ.get("KEZ_SEED") or random.SystemRandom().randrange(2**32))
    # Shown when the test fails; KEZ_SEED runs the same once more.
    print(f"seed {seed}")
    dice = random.Random(seed)
    tall = {"width": 900, "height": 6000}
    alice, bob = browsers("alice", viewport=tall), browsers("bob", viewport=tall)
    both = {"alice": alice, "bob": bob}
    ways = {name: Tunnel(one.context) for name, one in both.items()}
    alice.register(), bob.register()
    acquaint(alice, bob)
    said: dict[str, list[str]] = {"alice": [], "bob": []}
    offline = {"alice": False, "bob": False}
    done: list[str] = []

    for _ in range(STEPS):
        name = dice.choice(("alice", "bob"))
        other = "bob" if name == "alice" else "alice"
        one = both[name]
        what = dice.choices(("send", "send many", "reload", "network", "cut", "restart", "wait"), (8, 3, 3, 3, 2, 1, 2))[0]
        done.append(f"{name}: {what}")
        if what.startswith("send"):
            for _ in range(1 if what == "send" else dice.randint(2, 5)):
                text = f"#{len(said[name]) + 1} of {name}"
                one.client.conversation.write(text)
                # On the disk from here on.
                expect(one.client.conversation.message(text), str(done)).to_have_count(1)
                said[name].append(text)
        elif what == "reload":
            one.client.reload()
        elif what == "network":
            offline[name] = not offline[name]
            one.context.set_offline(offline[name])
        elif what == "cut":
            ways[name].cut()
        elif what == "restart":
            place = one.page.url
            one.page.close()
            one.client = one.new_tab(place.removeprefix(one.url))
        elif said[other] and not offline["alice"] and not offline["bob"]:
            expect(one.client.conversation.message(said[other][-1]), str(done)).to_have_count(1, timeout=30_000)

    for one in both.values():
        one.context.set_offline(False)
    count = len(said["alice"]) + len(said["bob"])
    shown = {}
    for name, one in both.items():
        lines = one.client.conversation.messages.filter(has_text=LINE)
        expect(lines, f"seed {seed}: {done}").to_have_count(count, timeout=60_000)
        one.client.reload()
        expect(lines, f"seed {seed}, after a reload: {done}").to_have_count(count, timeout=60_000)
        shown[name] = [LINE.search(text).group() for text in lines.all_inner_texts()]
        for writer, texts in said.items():
            assert [text for text in shown[name] if text.endswith(writer)] == texts, f"seed {seed}: {done}"
    # What one wrote stands where it was written, what came where it came: what both wrote while one was offline may be
    # shuffled into each other differently, and only that.
    assert sorted(shown["alice"]) == sorted(shown["bob"])
