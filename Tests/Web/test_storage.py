"""A storage that is full, and one that has lost its key."""

from playwright.sync_api import expect

from conftest import acquaint
from kezweb.disk import Disk, lose_key

FULL = "The browser’s storage is full. Free some room on this device, then try again."


def test_a_full_storage_is_told_and_loses_nothing(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    disk = Disk(bob)
    alice.register(), bob.register()
    acquaint(alice, bob)
    there, here = alice.client.conversation, bob.client.conversation
    # Something waits to be sent already.
    bob.context.set_offline(True)
    here.write("on its way")
    expect(here.message("on its way").get_by_text("Sending", exact=True)).to_have_count(1)
    disk.fill()
    bob.context.set_offline(False)

    # Sending: what is out is out, though it cannot be written down that it is.
    there.expect_text("on its way")
    expect(bob.client.status).to_contain_text(FULL)

    # Receiving: what is not on the disk is neither shown nor acknowledged.
    there.write("is there room?")
    expect(bob.client.status).to_contain_text(FULL)
    there.expect_state("is there room?", "Sent")
    expect(here.message("is there room?")).to_have_count(0)

    # Writing: the text stays where it was typed.
    here.write("no room for an answer")
    expect(here.main.get_by_role("alert")).to_contain_text(FULL)
    expect(here.field).to_have_value("no room for an answer")
    expect(here.messages).to_have_count(2)

    # Still none: it says so again. With room, it goes on where it was.
    bob.client.try_now()
    expect(bob.client.status).to_contain_text(FULL)
    expect(there.message("is there room?").get_by_text("Delivered", exact=True)).to_have_count(0)
    disk.make_room()
    bob.client.try_now()
    here.expect_text("is there room?")
    expect(bob.client.status).not_to_contain_text("full")
    here.field.press("Enter")
    there.expect_text("no room for an answer")
    here.expect_state("no room for an answer", "Sent")
    # Each once, in order, on both sides.
    for one in (here, there):
        texts = one.messages.get_by_role("paragraph").all_inner_texts()
        assert texts == ["hello", "on its way", "is there room?", "no room for an answer"]


def test_a_browser_that_has_lost_its_key_says_so_and_takes_the_recovery_key(friends, browsers):
    alice, bob = friends()
    there = alice.client.conversation
    there.write("before the key was lost")
    bob.client.conversation.expect_text("before the key was lost")
    # What no server holds is still there afterwards, too.
    there.field.fill("half a sentence")
    stranger = browsers("stranger").register()
    lose_key(alice.page)
    alice.client.reload()
    welcome = alice.client.welcome
    expect(welcome.key_is_gone).to_be_visible()
    expect(alice.page.get_by_text("Your recovery key opens them again.")).to_be_visible()

    # Another account's key opens nothing here, and takes nothing away.
    welcome.give(stranger.recovery)
    expect(alice.page.get_by_text("That is not the recovery key of this account.")).to_be_visible()
    welcome.give(alice.recovery)
    alice.client.go_to(bob.handle).expect_text("before the key was lost")
    expect(there.field).to_have_value("half a sentence")
    bob.client.conversation.write("welcome back")
    there.expect_text("welcome back")

    # Without a recovery key all that is left is to begin anew, which nobody does by accident.
    lose_key(alice.page)
    alice.client.reload()
    alice.page.get_by_role("button", name="New account instead").click()
    alice.client.confirm("Wipe this browser?", "Wipe this browser")
    expect(welcome.create_button).to_be_visible()
