"""The first minute: two who have never been here write to each other."""

import re

from playwright.sync_api import expect


def test_two_strangers_meet_and_write(people):
    # With motion, as most people have it and the other tests have not.
    alice, bob = (people(name, reduced_motion="no-preference") for name in ("alice", "bob"))
    there = alice.client.begin(bob.handle)
    there.write("Good morning, Bob")
    there.expect_state("Good morning, Bob", "Sent")

    # A stranger waits among the requests, and does not learn whether anybody has read it.
    expect(bob.client.requests_tab).to_contain_text("1")
    here = bob.client.go_to_request(alice.handle)
    here.expect_text("Good morning, Bob")
    expect(here.field).to_be_hidden()
    there.expect_state("Good morning, Bob", "Sent")
    expect(there.message("Good morning, Bob").get_by_text("Read", exact=True)).to_have_count(0)

    here.accept()
    there.expect_state("Good morning, Bob", "Read")
    here.write("Good morning, Alice")
    there.expect_text("Good morning, Alice")
    here.expect_state("Good morning, Alice", "Read")
    expect(bob.client.requests_tab).to_be_hidden()


def test_a_message_that_nobody_looked_at_is_delivered_and_not_read(friends):
    alice, bob = friends()
    bob.client.leave()
    there = alice.client.conversation
    there.write("are you there?")
    there.expect_state("are you there?", "Delivered")
    expect(bob.client.row(alice.handle)).to_contain_text("1 unread message")
    expect(bob.page).to_have_title(re.compile(r"^\(1\) "))
    expect(there.message("are you there?").get_by_text("Read", exact=True)).to_have_count(0)
    here = bob.client.go_to(alice.handle)
    there.expect_state("are you there?", "Read")
    expect(bob.page).to_have_title(re.compile(r"^[^(]"))
    # It says where one had stopped reading, for as long as the conversation is open.
    expect(here.history.get_by_text("1 new message")).to_be_visible()
    there.write("still there?")
    here.expect_text("still there?")
    expect(here.history.get_by_text("1 new message")).to_be_visible()


def test_the_availability_of_a_handle_is_shown_while_typing(browsers, people):
    taken = people("taken")
    page = browsers("newcomer").client
    page.open()
    page.welcome.handle.fill(taken.handle)
    expect(page.page.get_by_text(f"{taken.handle} is taken")).to_be_visible()
    expect(page.welcome.create_button).to_be_disabled()
    page.welcome.handle.fill("admin")
    expect(page.page.get_by_text("This handle is reserved")).to_be_visible()
    page.welcome.handle.fill("no spaces!")
    expect(page.page.get_by_text("Letters a–z, digits, - and _ only")).to_be_visible()
    page.welcome.handle.fill(taken.handle + "-too")
    expect(page.page.get_by_text(f"{taken.handle}-too is free")).to_be_visible()
    expect(page.welcome.create_button).to_be_enabled()


def test_the_recovery_key_is_asked_back_before_the_reminder_goes(people):
    alice = people("alice")
    reminder = alice.client.list.get_by_text("Keep your recovery key")
    expect(reminder).to_be_visible()
    alice.client.settings.go("recovery")
    alice.page.get_by_role("button", name="Show recovery key").click()
    assert alice.client.welcome.recovery_key() == alice.recovery
    alice.client.welcome.give_back("S" * 50 + "WRONGONE")
    expect(alice.page.get_by_text("That is not the recovery key of this account.")).to_be_visible()
    alice.client.welcome.give_back(alice.recovery)
    expect(alice.page.get_by_text("This browser no longer has the recovery key")).to_be_visible()
    alice.client.open("/messages")
    expect(alice.client.list).to_be_visible()
    expect(reminder).to_be_hidden()


def test_an_invite_is_needed_where_the_server_wants_one(browsers, launch_stack, invite):
    stack = launch_stack(registration="invite")
    stranger = browsers("stranger", on=stack)
    stranger.client.open()
    stranger.client.welcome.handle.fill(stranger.handle)
    expect(stranger.page.get_by_role("textbox", name="Invite")).to_be_visible()
    expect(stranger.client.welcome.create_button).to_be_disabled()
    guest = browsers("guest", on=stack)
    guest.client.open("/invite#" + invite(stack))
    guest.client.reload()
    guest.client.welcome.create(guest.handle)
    guest.client.welcome.later()
    guest.client.expect_live()
