"""Texts that try to be more than text. The watch on every page fails the test on a dialog, an error, a violation of the CSP."""

import re

import pytest
from playwright.sync_api import expect

from kezweb.samples import payload

SCRIPTS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "\"><iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "javascript:alert(1)",
    "[click](javascript:alert(1))",
    "{{constructor.constructor('alert(1)')()}}",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "</textarea><script>alert(1)</script>",
    "<!--><img src=x onerror=alert(1)>-->",
    "<style>*{display:none}</style>",
    "https://example.org/\"onmouseover=\"alert(1)",
    "http://x/<script>alert(1)</script>",
    "\u202egnp.exe\u202c <b>bold</b>",
    "\ud83d\ude00" * 300,
    "Z\u0335\u0321\u0322a\u0335l\u0337g\u0338o\u0334" * 40,
    "a" * 4000,
]


def test_in_messages_and_captions(friends):
    alice, bob = friends()
    there, here = alice.client.conversation, bob.client.conversation
    for number, text in enumerate(SCRIPTS):
        there.write(text)
        expect(here.messages).to_have_count(number + 2, timeout=20_000) if number < 6 else None
    there.write("the end of it")
    here.expect_text("the end of it", timeout=30_000)
    there.attach(payload("<img src=x onerror=alert(1)>.txt", "text/html\"><script>", b"x"), caption="<script>alert(2)</script>")
    here.expect_text("<script>alert(2)</script>")
    for one in (alice, bob):
        page = one.page
        assert page.locator("main script, main iframe, main style, main form:not([class]), main math").count() == 0
        links = page.get_by_role("main").get_by_role("link").evaluate_all("(all) => all.map((link) => link.protocol)")
        assert set(links) <= {"http:", "https:"}, links
        assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "a text pushes the page out of shape"
        expect(one.client.list).to_be_visible()
    # The bubble holds what was written, and nothing flows out of it.
    wide = here.messages.evaluate_all("(all) => all.filter((item) => item.scrollWidth > item.clientWidth + 1).length")
    assert wide == 0, f"{wide} messages are wider than their place"


@pytest.mark.parametrize("text", ["<img src=x onerror=alert(1)>", "\u202eecila", "\u200b\u200b \u200b"])
def test_in_petnames_drafts_searches_and_handles(friends, text):
    alice, bob = friends()
    contact = alice.client.conversation.open_contact()
    contact.get_by_role("textbox", name="Your name for this contact").fill(text + "x")
    contact.get_by_role("button", name="Save").click()
    alice.page.keyboard.press("Escape")
    title = alice.client.conversation.title
    expect(title).to_contain_text("x")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200b]", title.inner_text()), "a trick in a name is shown"
    alice.client.conversation.field.fill(text)
    alice.client.leave()
    alice.client.search.fill(text)
    alice.client.search.fill("")
    alice.client.list.get_by_role("button", name="New conversation").first.click()
    alice.client.new_dialog.get_by_role("textbox", name="Handle, key or link").fill(text + "abc")
    expect(alice.client.new_dialog.get_by_role("button", name="Start conversation")).to_be_disabled()
    alice.page.keyboard.press("Escape")
    alice.client.open("/u/" + "%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E")
    expect(alice.page.get_by_role("main").first).to_be_visible()
    alice.client.open("/messages#<img src=x onerror=alert(1)>")
    expect(alice.client.list).to_be_visible()


def test_a_sender_who_is_not_our_client(pair, command_line):
    """What our composer would not send: a stock client says what it likes."""
    alice, bob = pair
    for text in SCRIPTS[:4]:
        command_line.send(alice.recovery, bob.handle, text)
    here = bob.client.conversation
    for text in SCRIPTS[:4]:
        here.expect_text(text)
