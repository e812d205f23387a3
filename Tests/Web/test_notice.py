"""What makes itself noticed beside notifications: a sound, and the counts in the title, the icon and on the app."""

from playwright.sync_api import Page, expect

from kezweb.until import until

# Notes what would be heard, and what the system would show on the app's icon.
SPY = """() => {
globalThis.noticed = { tones: 0, badges: [] };
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...when) { noticed.tones += 1; return start.apply(this, when); };
navigator.setAppBadge = async (count) => { noticed.badges.push(count); };
navigator.clearAppBadge = async () => { noticed.badges.push(0); };
}"""


def tones(page: Page) -> int:
    return page.evaluate("() => noticed.tones")


def icon(page: Page) -> str:
    return page.evaluate("() => document.querySelector('link[rel=icon]').href")


def test_a_message_sounds_after_a_gesture_and_only_when_wanted(pair):
    alice, bob = pair
    there, page = alice.client.conversation, bob.page
    row = bob.client.row(alice.handle)
    # Read before the page is left, so that it counts no longer.
    expect(page).to_have_title("kez")
    # Loaded anew, and not touched: silent.
    bob.client.open("/messages")
    page.evaluate(SPY)
    there.write("before any gesture")
    expect(row).to_contain_text("before any gesture")
    assert tones(page) == 0
    page.keyboard.press("Shift")
    there.write("after a gesture")
    until(page, "() => noticed.tones === 2")
    # In view, nothing has to call.
    here = bob.client.go_to(alice.handle)
    there.write("you see it come")
    here.expect_text("you see it come")
    expect(page).to_have_title("kez")
    assert tones(page) == 2
    bob.client.settings.go("notifications")
    page.evaluate(SPY)
    page.mouse.click(5, 5)
    expect(bob.client.settings.switch("Sounds")).to_be_checked()
    bob.client.settings.switch("Sounds").click()
    expect(bob.client.settings.switch("Sounds")).not_to_be_checked()
    there.write("in silence")
    expect(page).to_have_title("(1) kez")
    assert tones(page) == 0
    bob.client.settings.switch("Sounds").click()
    expect(bob.client.settings.switch("Sounds")).to_be_checked()


def test_what_is_unread_counts_in_the_title_the_icon_and_on_the_app(pair):
    alice, bob = pair
    there, page = alice.client.conversation, bob.page
    expect(page).to_have_title("kez")
    bob.client.leave()
    page.evaluate(SPY)
    plain = icon(page)
    assert plain.endswith("/icon.svg")
    there.write("one")
    expect(page).to_have_title("(1) kez")
    one = until(page, "() => document.querySelector('link[rel=icon]').href.startsWith('data:image/png') && document.querySelector('link[rel=icon]').href")
    there.write("two")
    expect(page).to_have_title("(2) kez")
    until(page, "(one) => document.querySelector('link[rel=icon]').href !== one", one)
    # A tab of the same browser counts in its own title, and leaves the app to the one that leads.
    second = bob.new_tab("/settings/about")
    second.page.evaluate(SPY)
    expect(second.page).to_have_title("(2) kez")
    there.write("three")
    expect(second.page).to_have_title("(3) kez")
    assert second.page.evaluate("() => noticed.badges") == []
    second.page.close()
    page.bring_to_front()
    bob.client.go_to(alice.handle).expect_text("three")
    expect(page).to_have_title("kez")
    until(page, "(plain) => document.querySelector('link[rel=icon]').href === plain", plain)
    badges = page.evaluate("() => noticed.badges")
    assert badges== [1, 2, 3, 0], badges
