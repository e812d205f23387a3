"""Everything by keyboard, and nothing sent while an input method composes."""

from playwright.sync_api import expect

from conftest import acquaint


def test_the_switcher_goes_to_a_conversation(friends, people):
    alice, bob = friends()
    carol = people("carol")
    acquaint(carol, alice)
    alice.page.keyboard.press("Control+k")
    switcher = alice.client.dialog("Go to conversation")
    expect(switcher.get_by_role("combobox", name="Go to")).to_be_focused()
    alice.page.keyboard.type(carol.handle[:6])
    expect(switcher.get_by_role("option").first).to_contain_text(carol.handle)
    alice.page.keyboard.press("Enter")
    expect(switcher).to_be_hidden()
    expect(alice.client.conversation.title).to_contain_text(carol.handle)
    # The latest stands first: Carol's, then Bob's.
    alice.page.keyboard.press("Alt+ArrowDown")
    expect(alice.client.conversation.title).to_contain_text(bob.handle)
    alice.page.keyboard.press("Alt+ArrowUp")
    expect(alice.client.conversation.title).to_contain_text(carol.handle)
    expect(alice.client.conversation.field).to_be_focused()
    alice.page.keyboard.press("Escape")
    expect(alice.client.conversation.title).to_be_hidden()


def test_up_edits_the_last_message_and_escape_leaves(pair):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    there.write("frist")
    here.expect_text("frist")
    there.field.press("ArrowUp")
    expect(there.field).to_have_value("frist")
    expect(there.main.get_by_role("button", name="Save changes")).to_be_visible()
    there.field.press("Escape")
    expect(there.field).to_have_value("")
    there.field.press("ArrowUp")
    there.field.fill("first")
    there.field.press("Enter")
    here.expect_text("first")
    expect(here.message("frist")).to_have_count(0)
    # With something written, the arrow is the field's own.
    there.field.fill("half")
    there.field.press("ArrowUp")
    expect(there.field).to_have_value("half")
    there.field.press("End")
    there.field.press("Shift+Enter")
    there.field.press_sequentially("line")
    there.field.press("Enter")
    expect(here.messages.filter(has_text="half")).to_contain_text("half\nline", use_inner_text=True)


def test_the_list_of_keys(pair):
    alice, _ = pair
    alice.client.leave()
    alice.page.locator("body").click(position={"x": 700, "y": 600})
    alice.page.keyboard.press("?")
    keys = alice.client.dialog("Keyboard shortcuts")
    expect(keys).to_contain_text("Edit your last message")
    alice.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()


def test_nothing_is_sent_while_an_input_method_composes(pair):
    alice, bob = pair
    there = alice.client.conversation
    there.field.focus()
    session = alice.context.new_cdp_session(alice.page)
    session.send("Input.imeSetComposition", {"text": "にほn", "selectionStart": 3, "selectionEnd": 3})
    # The Enter that takes a suggestion: browsers tell of it with the code of input methods.
    for kind in ("rawKeyDown", "keyUp"):
        session.send("Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229})
    expect(there.field).to_have_value("にほn")
    session.send("Input.insertText", {"text": "日本"})
    expect(there.field).to_have_value("日本")
    there.field.press("Enter")
    bob.client.conversation.expect_text("日本")
    expect(bob.client.conversation.message("にほn")).to_have_count(0)


def test_a_message_is_answered_without_a_mouse(pair):
    alice, bob = pair
    bob.client.conversation.write("no mouse here")
    there = alice.client.conversation
    there.expect_text("no mouse here")
    there.field.focus()
    # Back from the field leads to the message that is last; Enter opens its menu.
    for _ in range(6):
        alice.page.keyboard.press("Shift+Tab")
        if there.message("no mouse here").evaluate("(item) => item === document.activeElement"):
            break
    alice.page.keyboard.press("Enter")
    expect(alice.client.menu).to_be_visible()
    # Past the quick reactions.
    reply = alice.client.menu.get_by_role("menuitem", name="Reply")
    for _ in range(12):
        if reply.evaluate("(item) => item === document.activeElement"):
            break
        alice.page.keyboard.press("ArrowDown")
    expect(reply).to_be_focused()
    alice.page.keyboard.press("Enter")
    expect(there.main.get_by_text(f"Reply to {bob.handle}")).to_be_visible()
    expect(there.field).to_be_focused()
    alice.page.keyboard.type("nor here")
    alice.page.keyboard.press("Enter")
    bob.client.conversation.expect_text("nor here")
