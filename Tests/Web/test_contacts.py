"""Whom one writes with: names, trust, blocking, muting."""

import re

from playwright.sync_api import expect

from conftest import acquaint
from kezweb.frames import Delivery
from kezweb.tunnel import Tunnel


def test_both_sides_see_the_same_safety_number(friends):
    alice, bob = friends()
    numbers = []
    for one in (alice, bob):
        groups = one.client.conversation.open_contact().get_by_role("list", name="Safety number").get_by_role("listitem")
        expect(groups).to_have_count(12)
        numbers.append(groups.all_inner_texts())
        assert all(re.fullmatch(r"\d{5}", group) for group in numbers[-1])
    assert numbers[0] == numbers[1]
    contact = bob.client.contact
    contact.get_by_role("button", name="Show QR code").click()
    expect(contact.get_by_role("img", name="QR code of the safety number")).to_be_visible()
    contact.get_by_role("button", name="Mark as verified").click()
    expect(contact.get_by_text(re.compile("^Verified on "))).to_be_visible()
    bob.client.reload()
    expect(bob.client.conversation.title).to_contain_text("Verified")


def test_another_pair_has_another_number(friends, people):
    alice, bob = friends()
    carol = people("carol")
    acquaint(carol, bob)
    numbers = set()
    for name in (alice.handle, carol.handle):
        bob.client.go_to(name)
        numbers.add(bob.client.conversation.open_contact().get_by_role("list", name="Safety number").inner_text())
        bob.page.keyboard.press("Escape")
        expect(bob.client.contact).to_be_hidden()
    assert len(numbers) == 2


def test_a_petname_stands_for_the_handle(friends):
    alice, bob = friends()
    contact = bob.client.conversation.open_contact()
    contact.get_by_role("textbox", name="Your name for this contact").fill("Alice from the choir")
    contact.get_by_role("button", name="Save").click()
    bob.page.keyboard.press("Escape")
    expect(bob.client.conversation.title).to_contain_text("Alice from the choir")
    bob.client.reload()
    expect(bob.client.row("Alice from the choir")).to_be_visible()


def test_a_blocked_contact_is_not_heard_until_unblocked(friends):
    alice, bob = friends()
    bob.client.conversation.main.get_by_role("button", name="Conversation actions").click()
    bob.client.choose("Block")
    bob.client.confirm(re.compile("^Block "), "Block")
    expect(bob.client.conversation.main.get_by_text(f"You have blocked {alice.handle}")).to_be_visible()
    alice.client.conversation.write("do you hear me?")
    alice.client.conversation.expect_state("do you hear me?", "Sent")
    bob.client.settings.go("blocked")
    unblock = bob.client.settings.main.get_by_role("button", name="Unblock")
    expect(unblock).to_be_visible()
    expect(bob.page.get_by_text("do you hear me?")).to_have_count(0)
    unblock.click()
    expect(bob.page.get_by_text("You have blocked nobody")).to_be_visible()
    alice.client.conversation.write("and now?")
    bob.client.open("/messages")
    bob.client.go_to(alice.handle).expect_text("and now?")


def test_a_muted_conversation_counts_nowhere(friends):
    alice, bob = friends()
    bob.client.conversation.main.get_by_role("button", name="Conversation actions").click()
    bob.client.choose("Mute until I change it")
    expect(bob.client.row(alice.handle)).to_contain_text("Muted")
    bob.client.leave()
    alice.client.conversation.write("psst")
    expect(bob.client.row(alice.handle)).to_contain_text("1 unread message")
    expect(bob.page).to_have_title("kez")


def test_people_are_found_by_handle_address_key_and_link(people):
    alice, bob = people("alice"), people("bob")
    bob.client.settings.go("profile")
    key = bob.page.get_by_text(re.compile("^ed25519:[0-9a-f]{64}$")).inner_text()
    link = f"{bob.url}/u/{bob.handle}#{key}"
    for whom in (bob.handle, bob.fqhn, f"@{bob.handle}", key, link):
        alice.client.list.get_by_role("button", name="New conversation").first.click()
        dialog = alice.client.new_dialog
        dialog.get_by_role("textbox", name="Handle, key or link").fill(whom)
        expect(dialog.get_by_text(bob.fqhn)).to_be_visible()
        alice.page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    # The link itself is a page.
    alice.client.open(f"/u/{bob.handle}#{key}")
    alice.page.get_by_role("button", name="Write a message").click()
    expect(alice.client.conversation.title).to_contain_text(bob.handle)
    # A link that vouches for another key is believed rather than the server.
    alice.client.open("/messages")
    alice.client.list.get_by_role("button", name="New conversation").first.click()
    dialog = alice.client.new_dialog
    dialog.get_by_role("textbox", name="Handle, key or link").fill(link[:-1] + ("0" if link[-1] != "0" else "1"))
    expect(dialog.get_by_text("another key")).to_be_visible()
    expect(dialog.get_by_role("button", name="Start conversation")).to_be_disabled()


def test_a_handle_that_now_names_another_key_blocks_sending(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    way = Tunnel(alice.context)
    alice.register(), bob.register()
    acquaint(alice, bob)
    # A key that nobody here has: the first of RFC 8032's test vectors.
    carol = "ed25519:d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

    def lie(delivery: Delivery) -> Delivery:
        answer = delivery.json
        return delivery.says({**answer, "primary": carol}) if answer.get("handle") == bob.handle else delivery

    way.change = lie
    alice.client.list.get_by_role("button", name="New conversation").first.click()
    alice.client.new_dialog.get_by_role("textbox", name="Handle, key or link").fill(bob.handle)
    expect(alice.client.new_dialog.get_by_text("another key than the one you know")).to_be_visible()
    expect(alice.client.new_dialog.get_by_role("button", name="Start conversation")).to_be_disabled()
    alice.page.keyboard.press("Escape")
    alice.client.conversation.expect_stopped()
    alice.client.conversation.trust_what_is_shown()
