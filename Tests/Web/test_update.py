"""A new version comes while the old one is in use."""

import pathlib
import re
import shutil

from playwright.sync_api import Page, expect

from conftest import acquaint
from kezweb.stack import web_folder

# In the page of the second build, and not in the first.
MARK = '<meta name="build" content="second">'


def build_again(folder: pathlib.Path) -> None:
    """What another build changes: a file of the shell, and with it the name of the service worker's cache."""
    page, worker = folder / "index.html", folder / "sw.js"
    page.write_text(page.read_text().replace("<head>", "<head>" + MARK, 1))
    text = worker.read_text()
    [build] = re.findall("kez-shell-([0-9a-f]{16})", text)
    worker.write_text(text.replace(build, build[::-1]))
    assert MARK in page.read_text() and worker.read_text() != text


def is_second(page: Page) -> bool:
    return page.locator("meta[name=build]").count() == 1


def controlled(page: Page) -> None:
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def look_at_again(page: Page) -> None:
    """As on the way back from another window: it is then that a page asks for a new version."""
    page.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")


def test_a_new_version_is_offered_and_takes_over_with_nothing_lost(browsers, launch_stack, tmp_path):
    folder = tmp_path / "web"
    # Without the compressed forms, which would have to change with the files.
    shutil.copytree(web_folder(), folder, ignore=shutil.ignore_patterns("*.gz", "*.map"))
    stack = launch_stack(**{"web-dir": str(folder)})
    alice, bob = browsers("alice", on=stack).register(), browsers("bob", on=stack).register()
    acquaint(alice, bob)
    first, second = alice.client, alice.new_tab("/messages")
    second.begin(alice.handle)
    for tab in (first, second):
        controlled(tab.page)
    offers = [tab.page.get_by_text("A new version is ready") for tab in (first, second)]

    build_again(folder)
    look_at_again(first.page)
    for offer in offers:
        expect(offer).to_be_visible()
    # Nobody is hurried: the old version goes on, also with what it has not loaded yet.
    first.conversation.write("still the first version")
    bob.client.conversation.expect_text("still the first version")
    first.reload()
    expect(offers[0]).to_be_visible()
    assert not is_second(first.page)

    second.conversation.field.fill("half a note")
    first.conversation.field.fill("half a sentence")
    first.page.get_by_role("button", name="Reload", exact=True).click()
    for tab, typed in ((first, "half a sentence"), (second, "half a note")):
        expect(tab.page.locator("meta[name=build]")).to_be_attached()
        expect(tab.conversation.field).to_have_value(typed)
        expect(tab.page.get_by_text("A new version is ready")).to_be_hidden()
    first.conversation.field.press("Enter")
    bob.client.conversation.expect_text("half a sentence")
    # And it is the new one that starts without a network.
    alice.context.set_offline(True)
    second.reload()
    expect(second.conversation.field).to_have_value("half a note")
    assert is_second(second.page)
    alice.context.set_offline(False)
