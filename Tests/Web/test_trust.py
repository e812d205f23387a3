"""A server that lies about somebody's signed history: the client has seen more, and stops."""

import re

from playwright.sync_api import expect

from kezwire.sigchain import Chain

from kezweb.clock import later
from kezweb.frames import Delivery
from kezweb.tunnel import Tunnel
from kezweb.until import seen
from kezweb.wire import Wire

# Milliseconds for which a check of a contact holds, and some more.
LONG_AFTER = 11 * 60_000


class Liar:
    """Shows `chain` as the history of its owner, wherever it is asked for."""

    def __init__(self, chain: Chain):
        self.chain = chain
        self.asked = 0

    def __call__(self, delivery: Delivery) -> Delivery:
        answer = delivery.json
        if answer.get("primary") != self.chain.owner.primary:
            return delivery
        length, head = self.chain.seq, self.chain.head
        if "links" in answer:
            self.asked += 1
            return delivery.says({**answer, "links": self.chain.links, "length": length, "head": head})
        if "sigchain" in answer:
            return delivery.says({**answer, "sigchain": {"length": length, "head": head}})
        return delivery


def test_a_history_that_shrank_or_forked_blocks_sending(browsers, stack):
    alice = browsers("alice")
    way = Tunnel(alice.context)
    alice.register()
    bob = Wire(stack, "bob").register()
    bob.append(name="Bob")
    bob.append(name="Robert")
    honest = way.change = Liar(bob.chain)
    there = alice.client.begin(bob.handle)
    seen(alice.page, lambda: honest.asked)
    there.write("hello")
    there.expect_state("hello", "Sent")
    held = len(bob.inbox())

    def show(chain: Chain, what: str) -> None:
        way.change = Liar(chain)
        alice.client.leave()
        later(alice.page, LONG_AFTER)
        alice.client.go_to(bob.handle)
        there.expect_stopped()
        expect(there.alarm).to_contain_text(what)
        expect(there.title).to_contain_text("The identity has changed")
        # Wherever one is.
        expect(alice.client.notices.get_by_text(f"The identity of {bob.handle} has changed. Look before you write.")).to_be_visible()

    shorter = Chain(bob.identity)
    shorter.extend(bob.chain.links[0])
    show(shorter, "is shorter than what this device has seen before")
    # It is not forgotten with the tab, and what sends by another way than the field is not offered either.
    alice.client.reload()
    there.expect_stopped()
    menu = there.open_menu("hello")
    expect(menu.get_by_role("menuitem", name="Copy text")).to_be_visible()
    expect(menu.get_by_role("menuitem", name=re.compile("^(React|Reply|Edit|Delete for everyone)$"))).to_have_count(0)
    alice.page.keyboard.press("Escape")
    there.trust_what_is_shown()
    there.write("it is you after all")
    there.expect_state("it is you after all", "Sent")
    assert len(bob.inbox()) == held + 1, "something was sent while the alarm stood"

    # The page that was loaded anew is back in the present, before the last check.
    later(alice.page, LONG_AFTER)
    other = Chain(bob.identity)
    other.extend(other.link({"kind": "profile", "name": "Mallory"}))
    show(other, "now shows another signed history")
    there.trust_what_is_shown()
