"""What can be done with a message, seen on both sides."""

import re

from playwright.sync_api import expect

from conftest import acquaint
from kezweb.until import until


def test_reply_quotes_what_it_answers(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    there.write("tea or coffee?")
    here.expect_text("tea or coffee?")
    here.act("tea or coffee?", "Reply")
    expect(here.main.get_by_text(f"Reply to {alice.handle}")).to_be_visible()
    here.write("coffee, please")
    answer = there.expect_text("coffee, please")
    quote = answer.get_by_role("button").filter(has_text="tea or coffee?")
    expect(quote).to_contain_text("You")
    # A click on the quote leads to what it quotes.
    quote.click()
    expect(there.message("tea or coffee?")).to_be_in_viewport()


def test_reactions_come_and_go(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    there.write("we have a date")
    here.expect_text("we have a date")
    here.react("we have a date", "🎉")
    seen = there.message("we have a date").get_by_role("button", name=f"🎉 from {bob.handle}")
    expect(seen).to_be_visible()
    seen.click()
    both = here.message("we have a date").get_by_role("button", name=re.compile("^🎉 from .*,"))
    expect(both).to_be_visible()
    both.click()
    expect(there.message("we have a date").get_by_role("button", name="🎉 from You")).to_be_visible()
    # Any emoji can be typed.
    here.act("we have a date", "React")
    bob.page.get_by_label("Any other emoji").fill("🦔")
    expect(there.message("we have a date").get_by_role("button", name=f"🦔 from {bob.handle}")).to_be_visible()


def test_an_edit_replaces_the_text_on_both_sides(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    there.write("see you at nien")
    here.expect_text("see you at nien")
    there.act("see you at nien", "Edit")
    expect(there.field).to_have_value("see you at nien")
    there.field.fill("see you at nine")
    there.field.press("Enter")
    for side in (there, here):
        expect(side.expect_text("see you at nine").get_by_text("edited")).to_be_visible()
        expect(side.message("see you at nien")).to_have_count(0)
    # Nobody edits what the other wrote.
    menu = here.open_menu("see you at nine")
    expect(menu.get_by_role("menuitem", name="Reply")).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Edit")).to_have_count(0)
    expect(menu.get_by_role("menuitem", name="Delete for everyone")).to_have_count(0)


def test_deleted_for_everyone_is_gone_on_both_sides(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    there.write("a secret that should not have gone out")
    here.expect_text("a secret that should not have gone out")
    there.act("a secret that should not have gone out", "Delete for everyone")
    alice.client.confirm(re.compile("for everyone"), "Delete")
    for one in (alice, bob):
        one.client.conversation.expect_text("This message was deleted")
        expect(one.page.get_by_text("a secret that should not have gone out")).to_have_count(0)
        one.client.reload()
        one.client.conversation.expect_text("This message was deleted")
        expect(one.page.get_by_text("a secret that should not have gone out")).to_have_count(0)


def test_deleted_for_me_stays_with_the_other(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    there.write("keep this one")
    here.expect_text("keep this one")
    here.act("keep this one", "Delete for me")
    bob.client.confirm(re.compile("here"), "Delete")
    expect(here.message("keep this one")).to_have_count(0)
    there.write("and one after it")
    bob.client.reload()
    here.expect_text("and one after it")
    expect(here.message("keep this one")).to_have_count(0)
    expect(there.message("keep this one")).to_have_count(1)


def test_a_message_is_forwarded(friends, people):
    alice, bob = friends()
    carol = people("carol")
    acquaint(carol, bob)
    alice.client.conversation.write("the address is 4 Mill Lane")
    here = bob.client.go_to(alice.handle)
    here.expect_text("the address is 4 Mill Lane")
    here.act("the address is 4 Mill Lane", "Forward")
    dialog = bob.client.dialog("Forward")
    dialog.get_by_role("searchbox", name="Search people").fill(carol.handle)
    dialog.get_by_role("checkbox", name=carol.handle).check(force=True)
    dialog.get_by_role("button", name="Forward to 1 conversation").click()
    expect(dialog).to_be_hidden()
    carol.client.conversation.expect_text("the address is 4 Mill Lane")


def test_links_can_be_clicked_and_nothing_else_means_anything(pair):
    alice, bob = pair
    alice.client.conversation.write("<b>bold</b> https://example.org/a?b=c#d **no** javascript:alert(1)")
    here = bob.client.conversation
    message = here.expect_text("<b>bold</b> https://example.org/a?b=c#d **no** javascript:alert(1)")
    link = message.get_by_role("link")
    expect(link).to_have_count(1)
    expect(link).to_have_attribute("href", "https://example.org/a?b=c#d")
    expect(link).to_have_attribute("rel", "noopener noreferrer")


def test_a_text_is_copied(pair):
    alice, bob = pair
    bob.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=bob.url)
    alice.client.conversation.write("copy me, please")
    bob.client.conversation.expect_text("copy me, please")
    bob.client.conversation.act("copy me, please", "Copy text")
    until(bob.page, "async () => (await navigator.clipboard.readText()) === 'copy me, please'")


def test_what_is_written_and_not_sent_stays(friends, people):
    alice, bob = friends()
    carol = people("carol")
    acquaint(carol, alice)
    alice.client.conversation.field.fill("a draft for carol")
    alice.client.go_to(bob.handle)
    expect(alice.client.conversation.field).to_have_value("")
    expect(alice.client.row(carol.handle)).to_contain_text("a draft for carol")
    alice.client.reload()
    alice.client.go_to(carol.handle)
    expect(alice.client.conversation.field).to_have_value("a draft for carol")


def test_who_leaves_before_what_was_typed_is_kept_is_asked(pair):
    alice, bob = pair
    field = alice.client.conversation.field
    alice.watch.leaves, alice.watch.asked = False, 0
    field.press_sequentially("nearl")
    # In one step: no machine is too slow for it.
    alice.page.evaluate("() => { document.execCommand('insertText', false, 'y'); location.reload(); }")
    expect(field).to_have_value("nearly")
    assert alice.watch.asked == 1
    # Kept by now: elsewhere it is listed as a draft.
    alice.client.leave()
    expect(alice.client.row(bob.handle)).to_contain_text("Draft: nearly")
    alice.client.go_to(bob.handle)
    alice.client.reload()
    expect(field).to_have_value("nearly")
    assert alice.watch.asked == 1, "asked although everything was kept"
    alice.watch.leaves = True
    field.fill("")


def test_typing_is_seen_and_can_be_turned_off(friends):
    alice, bob = friends()
    there, here = alice.client.conversation, bob.client.conversation
    there.field.press_sequentially("I am wri")
    expect(here.typing.first).to_be_visible()
    there.write("I am writing")
    here.expect_text("I am writing")
    expect(here.typing).to_have_count(0)
    alice.client.settings.go("privacy")
    alice.client.settings.switch("Typing").click()
    expect(alice.client.settings.switch("Typing")).not_to_be_checked()
    # What the page said while typing showed, it does not say now: watched at its source, for there is nothing to wait for.
    said: list[bytes] = []
    alice.page.on("websocket", lambda socket: socket.on("framesent", lambda frame: said.append(frame if isinstance(frame, bytes) else frame.encode())))
    alice.client.open("/messages")
    alice.client.go_to(bob.handle)
    there.field.press_sequentially("in silence")
    there.write("in silence")
    here.expect_text("in silence")
    assert any(b"kez.send." in frame for frame in said), "nothing was seen at all"
    assert not any(b"PUB kez.live." in frame for frame in said)
