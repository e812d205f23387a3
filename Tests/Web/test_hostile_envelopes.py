"""What somebody sends who has a key and a client of their own: one honest line, or nothing."""

import json
import os
import re

from playwright.sync_api import expect

from kezweb.frames import Delivery
from kezweb.samples import base64_of, sha256
from kezweb.tunnel import Tunnel
from kezweb.wire import Wire
from kezwire import envelopes

DOES_NOT_OPEN = "This message could not be decrypted: it was damaged, or sealed for another key."
NEWER = "This message was made by a newer version of the app. Update to read it."
UNKNOWN = "This app does not know this kind of message yet. A newer version may."
# Marks that turn text around or hide in it.
TRICKS = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def texts(conversation) -> list[str]:
    return conversation.messages.get_by_role("paragraph").all_inner_texts()


def test_each_is_one_honest_line_or_nothing(people, stack):
    # All of it is in view at once.
    alice = people("alice", viewport={"width": 1280, "height": 4000})
    mallory, carol = Wire(stack, "mallory").register(), Wire(stack, "carol").register()
    here = alice.client.begin(mallory.handle)
    here.write("hello")
    here.expect_state("hello", "Sent")
    mine = mallory.inbox()[0]["envelope"]
    me = mine["payload"]["from"]

    first = mallory.text(me, "the first one")
    without_nonce = mallory.text(me, "without a nonce")
    del without_nonce["payload"]["nonce"]
    damaged = mallory.text(me, "x", ciphertext=base64_of(os.urandom(272)))
    of_carol = envelopes.message(carol.identity, me.removeprefix("ed25519:"), {"kez": "kez-text-v1", "text": "signed by carol"})
    reordered = json.dumps({name: first[name] for name in ("signature", "payload", "kez")}, indent=2).encode()
    file = {"mode": "inline", "file_id": os.urandom(16).hex(), "filename": "invoice\u202efdp.exe", "mime": "text/html",
            "size": 9, "sha256": sha256(b"<b>hi</b>"), "data": base64_of(b"<b>hi</b>"), "caption": "the \u2066invoice"}
    sent: list[tuple[dict | bytes, str | None]] = [
        (first, "the first one"),
        # Replayed: as it was, in other bytes, and something else under its id.
        (first, None),
        (reordered, None),
        (mallory.text(me, "under the same id", id=first["payload"]["id"]), None),
        # Not from whom or to whom it is, or not signed by anybody.
        (envelopes.spoil(mallory.text(me, "spoiled signature")), None),
        (mallory.text(carol.primary, "for somebody else"), None),
        (of_carol, None),
        (mine, None),
        (b"not even JSON", None),
        (b'{"kez":"message","kez":"message"}', None),
        (b"[" * 5000, None),
        ({"from": "nobody", "text": "anonymous"}, None),
        (mallory.message(me, {"kez": "kez-sync-v1", "kind": "settings", "body": {"receipts": False}}), None),
        # Signed, and of no use.
        (envelopes.resign(without_nonce, mallory.identity), DOES_NOT_OPEN),
        (damaged, DOES_NOT_OPEN),
        (mallory.text(me, "sealed for carol", **{name: mallory.text(carol.primary, "x")["payload"][name] for name in ("nonce", "ciphertext")}),
         DOES_NOT_OPEN),
        (mallory.text(me, "of version 2", version=2), NEWER),
        ({"kez": "mls", "payload": {"anything": 1}}, NEWER),
        (mallory.message(me, {"kez": "kez-poll-v1"}), UNKNOWN),
        (mallory.message(me, {"kez": "kez-poll-v1", "fallback": "Tea or coffee?"}), "Tea or coffee?"),
        (mallory.message(me, {"kez": "kez-poll-v1", "quiet": True, "fallback": "quiet"}), None),
        (mallory.message(me, b"no JSON, only words"), "no JSON, only words"),
        (mallory.message(me, {"kez": "kez-text-v1", "text": "turned \u202eround\u2066 and \ufeffhidden"}), "turned round and hidden"),
        (mallory.message(me, {"kez": "kez-file-v1", **file}), "the invoice"),
    ]
    giant = "0123456789" * 12_000
    mallory.send(me, *(what for what, _ in sent), mallory.text(me, giant), mallory.text(me, "the last one"))
    here.expect_text("the last one")
    lines = ["hello", *(seen for _, seen in sent if seen is not None)]

    def look() -> None:
        shown = texts(here)
        assert shown[:-2] == lines and shown[-1] == "the last one", shown
        assert len(shown[-2]) < 3000 and giant.startswith(shown[-2].rstrip("…"))

    look()
    here.main.get_by_role("button", name="Show all").click()
    expect(here.message("the last one")).to_be_attached()
    assert len(texts(here)[-2]) == 100_000
    name = here.history.get_by_role("button", name=re.compile("^Download invoice")).get_attribute("aria-label") or ""
    assert name.endswith(".exe") and not TRICKS.search(name), f"the file is offered as {name!r}"
    # Counted as little as shown, and the same from the disk as live.
    alice.client.reload()
    here.expect_text("the last one")
    look()
    expect(alice.client.list.get_by_role("listitem").get_by_role("link")).to_have_count(1)


def test_names_that_pretend_to_be_another(browsers, stack):
    alice = browsers("alice")
    way = Tunnel(alice.context)
    alice.register()
    paul, double, trickster = Wire(stack, "paul"), Wire(stack, "double"), Wire(stack, "trick")
    paul.handle = paul.handle.replace("1", "l").replace("0", "o")
    double.handle = paul.handle.replace("l", "1").replace("o", "0")
    for one in (paul, double, trickster):
        one.register()
    alice.client.begin(paul.handle).write("hello")
    alice.client.conversation.expect_state("hello", "Sent")
    me = paul.inbox()[0]["from"]

    def lie(delivery: Delivery) -> Delivery:
        """As if the server had let somebody have such a name."""
        answer = delivery.json
        if answer.get("primary") != trickster.primary or "handle" not in answer:
            return delivery
        return delivery.says({**answer, "handle": f"\u202e\u200b{paul.handle}\u2066", "fqhn": f"\u202e\u200b{paul.handle}\u2066@kez.test"})

    way.change = lie
    double.send(me, double.text(me, "it is me, Paul"))
    alice.client.go_to_request(double.handle).expect_text("it is me, Paul")
    warning = alice.client.conversation.main.get_by_text(f"{double.handle} could be taken for your contact {paul.handle}.")
    expect(alice.client.conversation.main.get_by_text("Looks like someone else")).to_be_visible()
    expect(warning).to_be_visible()

    trickster.send(me, trickster.text(me, "no, me"))
    alice.client.list.get_by_text("no, me").click()
    there = alice.client.conversation
    there.expect_text("no, me")
    # It is called by its key, for no server has such handles.
    name = there.title.inner_text()
    assert paul.handle not in name and not TRICKS.search(name), f"the name that is shown is {name!r}"
    assert not TRICKS.search(alice.client.list.inner_text())
    alice.client.list.get_by_role("button", name="New conversation").first.click()
    alice.client.new_dialog.get_by_role("textbox", name="Handle, key or link").fill(trickster.primary)
    expect(alice.client.new_dialog.get_by_role("button", name="Start conversation")).to_be_enabled()
    found = alice.client.new_dialog.inner_text()
    assert paul.handle not in found and not TRICKS.search(found)
