"""Search, in everything and in one conversation."""

import re

from playwright.sync_api import expect

from conftest import acquaint


def test_words_are_found_in_all_conversations(friends, people):
    alice, bob = friends()
    carol = people("carol")
    acquaint(carol, alice)
    carol.client.conversation.write("the harbour at night")
    bob.client.conversation.write("the harbour in the morning")
    bob.client.conversation.write("something else")
    expect(alice.client.row(carol.handle)).to_contain_text("harbour")
    expect(alice.client.row(bob.handle)).to_contain_text("something else")
    alice.client.search.fill("harbour")
    results = alice.client.results("Messages")
    expect(results).to_have_count(2)
    expect(results.locator("mark")).to_have_text(["harbour", "harbour"])
    alice.client.search.fill("harbour morning")
    expect(results).to_have_count(1)
    results.get_by_role("link").click()
    expect(alice.client.conversation.title).to_contain_text(bob.handle)
    expect(alice.client.conversation.message("the harbour in the morning")).to_be_in_viewport()
    alice.client.search.fill(carol.handle)
    expect(alice.client.results("People")).to_have_count(1)
    alice.client.search.fill("zzzznothing")
    expect(alice.client.list.get_by_text("Nothing found")).to_be_visible()
    # What was edited or deleted is found as it is now.
    bob.client.conversation.act("something else", "Delete for everyone")
    bob.client.confirm(re.compile("for everyone"), "Delete")
    expect(alice.client.conversation.message("This message was deleted")).to_have_count(1)
    alice.client.search.fill("something else")
    expect(alice.client.list.get_by_text("Nothing found")).to_be_visible()


def test_the_search_goes_by_keyboard(pair):
    alice, bob = pair
    bob.client.conversation.write("find me with the keyboard")
    alice.client.conversation.expect_text("find me with the keyboard")
    alice.page.keyboard.press("Control+Shift+F")
    expect(alice.client.search).to_be_focused()
    alice.page.keyboard.type("keyboard")
    expect(alice.client.results("Messages")).to_have_count(1)
    alice.page.keyboard.press("Escape")
    expect(alice.client.search).to_have_value("")


def test_a_conversation_is_searched_back_and_forth(friends):
    alice, bob = friends()
    there = alice.client.conversation
    there.write_all([f"apple {number}" if number % 10 == 0 else f"pear {number}" for number in range(1, 31)])
    there.expect_state("apple 30", "Sent", timeout=30_000)
    alice.page.keyboard.press("Control+F")
    expect(there.main.get_by_role("searchbox")).to_be_focused()
    alice.page.keyboard.type("apple")
    expect(there.main.get_by_text("1 of 3")).to_be_visible()
    there.main.get_by_role("button", name="Previous result").click()
    expect(there.main.get_by_text("2 of 3")).to_be_visible()
    expect(there.message("apple 20")).to_be_in_viewport()
