"""What is written arrives once and in order, whatever happens to tabs, networks and brokers."""

import re

from playwright.sync_api import expect

from conftest import acquaint
from kezweb.tunnel import Tunnel


def count_up(conversation, first: int, last: int) -> None:
    for number in range(first, last + 1):
        conversation.write(f"line {number}")


def lines(conversation) -> list[int]:
    """The numbers of the lines that are on the screen, in order."""
    return [int(found) for text in conversation.messages.all_inner_texts() for found in re.findall(r"line (\d+)", text)]


def expect_lines(conversation, last: int, timeout: float = 30_000) -> None:
    conversation.expect_text(f"line {last}", timeout=timeout)
    expect(conversation.messages.filter(has_text=re.compile(r"line \d"))).to_have_count(last, timeout=timeout)
    assert lines(conversation) == list(range(1, last + 1))


def test_what_is_written_offline_goes_out_when_the_network_returns(friends):
    alice, bob = friends()
    there, here = alice.client.conversation, bob.client.conversation
    alice.context.set_offline(True)
    expect(alice.client.status).to_contain_text("You are offline")
    count_up(there, 1, 5)
    expect(there.message("line 5").get_by_text("Sending", exact=True)).to_have_count(1)
    bob.client.conversation.write("are you offline?")
    expect(there.message("are you offline?")).to_have_count(0)
    alice.context.set_offline(False)
    expect_lines(here, 5)
    there.expect_text("are you offline?")
    there.expect_state("line 5", "Sent")
    expect(alice.client.status).not_to_contain_text("offline")


def test_the_outbox_outlives_its_tab(friends):
    alice, bob = friends()
    alice.context.set_offline(True)
    count_up(alice.client.conversation, 1, 4)
    expect(alice.client.conversation.message("line 4").get_by_text("Sending", exact=True)).to_have_count(1)
    alice.page.close()
    alice.context.set_offline(False)
    alice.client = alice.new_tab()
    expect_lines(bob.client.conversation, 4)
    there = alice.client.go_to(bob.handle)
    expect_lines(there, 4)
    there.expect_state("line 4", "Sent")
    # Nothing of it goes out again.
    alice.client.reload()
    there.write("line 5")
    expect_lines(bob.client.conversation, 5)


def test_a_reload_in_the_middle_of_everything(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    way = Tunnel(alice.context)
    alice.register(), bob.register()
    acquaint(alice, bob)
    there, here = alice.client.conversation, bob.client.conversation

    # What was on its way when the tab was loaded anew: the broker has some of it, or none.
    way.out_left = 3000
    count_up(there, 1, 6)
    expect(there.message("line 6")).to_have_count(1)
    way.flow()
    alice.client.reload()
    there.field.fill("half a sentence")
    expect_lines(here, 6)
    expect_lines(there, 6)

    # What is half written stays, and so does the place.
    alice.client.reload()
    expect(there.title).to_contain_text(bob.handle)
    expect(there.field).to_have_value("half a sentence")

    # What comes while the tab is loading is there afterwards.
    count_up(here, 7, 9)
    alice.client.reload()
    count_up(here, 10, 12)
    expect_lines(there, 12)
    bob.client.reload()
    expect_lines(here, 12)


def test_a_network_that_changes_loses_nothing(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    ways = Tunnel(alice.context), Tunnel(bob.context)
    alice.register(), bob.register()
    acquaint(alice, bob)
    for number in range(1, 5):
        ways[number % 2].cut()
        alice.client.conversation.write(f"line {number}")
    expect_lines(bob.client.conversation, 4)
    for way in ways:
        assert way.opened >= 2, "nothing was cut"
    bob.client.conversation.write("all of it came")
    alice.client.conversation.expect_text("all of it came")


def test_the_broker_restarts(friends, stack):
    alice, bob = friends()
    there, here = alice.client.conversation, bob.client.conversation
    count_up(there, 1, 2)
    expect_lines(here, 2)
    stack.restart_broker()
    count_up(there, 3, 4)
    expect_lines(here, 4, timeout=60_000)
    here.write("here again")
    there.expect_text("here again", timeout=60_000)
    for one in (alice, bob):
        one.client.expect_live(timeout=60_000)


def test_where_websockets_are_blocked_messages_come_over_http(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    way = Tunnel(bob.context)
    way.blocked = True
    alice.register(), bob.register()
    bob.client.expect_live_over_http()
    acquaint(alice, bob)
    there, here = alice.client.conversation, bob.client.conversation
    asked: list[str] = []
    bob.page.on("request", lambda request: asked.append(request.url) if "/v1/inbox/" in request.url else None)
    there.write("can you hear me?")
    here.expect_text("can you hear me?")
    # Pushed, not fetched: the stream was open before.
    assert not [url for url in asked if "/stream" not in url], asked
    here.write("over HTTP, yes")
    there.expect_text("over HTTP, yes")
    here.expect_state("over HTTP, yes", "Delivered")
    # And back, as soon as it can.
    way.blocked = False
    bob.client.reload()
    bob.client.expect_live()
    there.write("and now?")
    here.expect_text("and now?")
