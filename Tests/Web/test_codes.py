"""Codes of one person's screen in front of another's camera."""

import re

from playwright.sync_api import Locator, expect

from kezweb.camera import Camera
from kezweb.conversation import Conversation
from kezweb.wire import Wire


def show_safety_code(conversation: Conversation) -> Locator:
    contact = conversation.open_contact()
    contact.get_by_role("button", name="Show QR code").click()
    code = contact.get_by_role("img", name="QR code of the safety number")
    expect(code).to_be_visible()
    return code


def test_people_scan_each_other(pair, stack):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    # Whoever scans the code of a profile has found the person, and their key.
    alice.client.settings.go("profile")
    camera = Camera(bob.page)
    camera.look_at(alice.page.get_by_role("img", name="QR code with the link to you"))
    bob.client.list.get_by_role("button", name="New conversation").first.click()
    dialog = bob.client.new_dialog
    dialog.get_by_role("button", name="Scan a code").click()
    expect(dialog.get_by_role("textbox", name="Handle, key or link")).to_have_value(re.compile(f"/u/{alice.handle}#ed25519:"))
    expect(dialog.get_by_text(alice.fqhn)).to_be_visible()
    assert not camera.is_on
    dialog.get_by_role("button", name="Start conversation").click()
    expect(here.title).to_contain_text(alice.handle)

    # That code says nothing of the safety number, and nobody is verified by it.
    contact = here.open_contact()
    scan, verified = contact.get_by_role("button", name="Scan their code"), contact.get_by_text(re.compile("^Verified on "))
    scan.click()
    expect(contact.get_by_role("alert").filter(has_text="That is no code of a safety number.")).to_be_visible()
    # Nor by the number of two others.
    alice.client.open("/messages")
    there_with_carol = alice.client.begin(Wire(stack, "carol").register().handle)
    camera.look_at(show_safety_code(there_with_carol))
    alice.page.keyboard.press("Escape")
    scan.click()
    expect(contact.get_by_role("alert").filter(has_text="It does not match")).to_be_visible()
    expect(verified).to_have_count(0)
    # The right one does it.
    alice.client.go_to(bob.handle)
    camera.look_at(show_safety_code(there))
    alice.page.keyboard.press("Escape")
    scan.click()
    expect(contact.get_by_text("It matches: this contact is verified.")).to_be_visible()
    expect(verified).to_be_visible()
    assert not camera.is_on
    contact.get_by_role("button", name="No longer verified").click()
    expect(verified).to_have_count(0)
    bob.client.reload()


def test_without_a_camera_it_is_said_and_typing_goes_on(pair):
    alice, bob = pair
    # Nobody here has a camera, or allows one.
    bob.page.evaluate("() => { globalThis.BarcodeDetector = class {}; }")
    bob.client.list.get_by_role("button", name="New conversation").first.click()
    dialog = bob.client.new_dialog
    dialog.get_by_role("button", name="Scan a code").click()
    expect(dialog.get_by_text("There is no camera, or this page may not use it.")).to_be_visible()
    dialog.get_by_role("textbox", name="Handle, key or link").fill(alice.handle)
    expect(dialog.get_by_text(alice.fqhn)).to_be_visible()
    bob.page.keyboard.press("Escape")
    # Where the browser reads no codes, none are asked for.
    bob.page.evaluate("() => { delete globalThis.BarcodeDetector; }")
    bob.client.list.get_by_role("button", name="New conversation").first.click()
    expect(dialog.get_by_role("button", name="Start conversation")).to_be_visible()
    expect(dialog.get_by_role("button", name="Scan a code")).to_have_count(0)
    bob.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
