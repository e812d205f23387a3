"""What was missed is found by the question that is asked every five minutes, and nothing is fetched before."""

from conftest import acquaint
from kezweb.frames import Delivery
from kezweb.tunnel import Tunnel
from kezweb.until import seen

# Milliseconds: six minutes are the most, with the jitter.
MINUTE = 60_000
RECEIPTS = 6_000
PING, PONG = b"PING\r\n", b"PONG\r\n"


def test_a_live_copy_that_was_lost_is_found_by_the_head_check(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    way = Tunnel(alice.context)
    alice.page.clock.install(), bob.page.clock.install()
    alice.register(), bob.register()
    acquaint(alice, bob)
    here = alice.client.conversation
    # Bob's receipts have come, which wait for a while: a later one would tell of a gap.
    bob.page.clock.fast_forward(RECEIPTS)
    here.expect_state("hello", "Read")
    lost: list[str] = []

    def lose(delivery: Delivery) -> Delivery | None:
        if not delivery.subject.startswith("kez.inbox."):
            return delivery
        lost.append(delivery.subject)
        return None

    way.change = lose
    bob.client.conversation.write("this one is lost on the way")
    seen(alice.page, lambda: lost)
    way.change = None

    def asked(what: bytes) -> int:
        return sum(what in frame for frame in way.said)

    def let_a_minute_pass() -> None:
        pings, pongs = way.said.count(PING), way.heard.count(PONG)
        alice.page.clock.fast_forward(MINUTE)
        # A socket that answers no PING would be given up, and the next one lists what it missed.
        seen(alice.page, lambda: way.said.count(PING) > pings and way.heard.count(PONG) > pongs)

    way.said.clear(), way.heard.clear()
    opened = way.opened
    for _ in range(4):
        let_a_minute_pass()
    quiet = [frame for frame in way.said if frame not in (PING, PONG)]
    assert not quiet, f"something else than a heartbeat was said: {quiet}"
    assert here.message("this one is lost on the way").count() == 0
    let_a_minute_pass()
    # Asked for in this minute or in the next. One more minute would be one in which its answer does not come.
    if not asked(b".head "):
        let_a_minute_pass()
    here.expect_text("this one is lost on the way")
    assert asked(b".head ") == 1 and asked(b".list ") == 1, way.said
    assert way.opened == opened, "the connection was made anew, which finds everything"
