"""Devices whose clock is wrong, and senders who say that it is another day."""

from playwright.sync_api import expect

from conftest import acquaint
from kezweb.clock import set_wrong
from kezweb.wire import Wire

HOUR = 3_600_000


def times(conversation) -> list[str]:
    """When each message was written, as its reader sees it."""
    return conversation.messages.get_by_role("time").evaluate_all("(all) => all.map((time) => time.dateTime)")


def texts(conversation) -> list[str]:
    return conversation.messages.get_by_role("paragraph").all_inner_texts()


def test_a_clock_that_is_an_hour_wrong_is_told_and_puts_nothing_in_a_wrong_place(browsers):
    fast, slow = browsers("fast"), browsers("slow")
    set_wrong(fast.context, HOUR), set_wrong(slow.context, -HOUR)
    # A registration is refused when its time is five minutes off.
    fast.register(), slow.register()
    expect(fast.client.status).to_contain_text("The clock of this device is 60 minutes fast. Set it, or times will be wrong.")
    expect(slow.client.status).to_contain_text("The clock of this device is 60 minutes slow. Set it, or times will be wrong.")
    acquaint(fast, slow)
    here, there = fast.client.conversation, slow.client.conversation
    said = ["hello"]
    for number in range(1, 4):
        for writing, reading in ((here, there), (there, here)):
            said.append(f"{number}, and the clock is {'fast' if writing is here else 'slow'}")
            writing.write(said[-1])
            reading.expect_text(said[-1])
    for one in (fast, slow):
        assert texts(one.client.conversation) == said
        stamps = times(one.client.conversation)
        assert stamps == sorted(stamps), "a message stands before an older one"
        one.client.reload()
        one.client.conversation.expect_text(said[-1])
        assert texts(one.client.conversation) == said
    # Both have the server's time.
    apart = slow.page.evaluate("([one, other]) => Math.abs(Date.parse(one) - Date.parse(other))", [times(here)[-1], times(there)[-1]])
    assert apart < 60_000, f"the last message is {apart / 1000:.0f} s apart on the two"


def test_a_message_of_another_day_stands_where_it_came(people, stack):
    alice = people("alice")
    bob = Wire(stack, "bob").register()
    there = alice.client.begin(bob.handle)
    there.write("hello")
    there.expect_state("hello", "Sent")
    said = {"from the year 2099": "2099-01-01T00:00:00Z", "from 1999": "1999-01-01T00:00:00Z", "from now": None}
    key = bob.inbox()[0]["from"]
    bob.send(key, *(bob.text(key, text, **({"created_at": at} if at else {})) for text, at in said.items()))
    there.expect_text("from now")
    there.write("and an answer")
    there.expect_text("and an answer")
    assert texts(there) == ["hello", *said, "and an answer"]
    stamps = times(there)
    assert stamps == sorted(stamps) and stamps[-1] < "2099"
