"""The page itself: offline, deep links, phones, updates, installing."""

import re

from playwright.sync_api import expect

from conftest import DESKTOP

PHONE = {"width": 390, "height": 844}


def worker_ready(page) -> None:
    page.evaluate("() => navigator.serviceWorker.ready.then(() => undefined)")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def test_the_client_starts_without_a_network(pair):
    alice, bob = pair
    worker_ready(alice.page)
    alice.context.set_offline(True)
    alice.client.open("/messages")
    there = alice.client.go_to(bob.handle)
    # The emulation does not always tell a page that loads what it told the page before: either sentence is true then.
    expect(alice.client.status).to_contain_text(re.compile("You are offline|does not answer"))
    there.write("from the train")
    there.expect_text("from the train")
    alice.client.reload()
    there.expect_text("from the train")
    alice.context.set_offline(False)
    bob.client.conversation.expect_text("from the train", timeout=30_000)


# What moved although nobody did anything.
SHIFTS = """(() => {
  window.shifts = [];
  new PerformanceObserver((list) => {
    for (const { sources } of list.getEntries()) window.shifts.push(...sources.map(({ node }) => node?.className ?? "gone"));
  }).observe({ type: "layout-shift", buffered: true });
})()"""


def test_a_start_moves_nothing_away_under_the_pointer(pair):
    alice, bob = pair
    alice.context.add_init_script(SHIFTS)
    alice.client.reload()
    alice.client.expect_live()
    expect(alice.client.row(bob.handle)).to_be_visible()
    assert "panes" not in alice.page.evaluate("() => window.shifts")


def test_links_lead_to_a_conversation_and_to_a_message(friends):
    alice, bob = friends()
    there = alice.client.conversation
    there.write_all([f"sentence {number}" for number in range(1, 61)])
    bob.client.conversation.expect_text("sentence 60", timeout=30_000)
    there.expect_state("sentence 60", "Sent")
    place = re.sub(r"^.*?(/messages/[0-9a-f]+).*$", r"\1", alice.page.url)
    alice.client.open(place)
    expect(there.title).to_contain_text(bob.handle)
    expect(there.message("sentence 60")).to_be_in_viewport()

    alice.client.search.fill("sentence 7")
    hit = alice.client.results("Messages").filter(has_text=re.compile("sentence 7(?!\\d)")).get_by_role("link").first
    link = hit.get_attribute("href") or ""
    assert re.fullmatch(r"/messages/[0-9a-f]{32}/[0-9a-f]{32}", link), link
    alice.client.open(link)
    expect(there.message("sentence 7")).to_be_in_viewport()
    expect(there.message("sentence 60")).not_to_be_in_viewport()
    there.main.get_by_role("button", name="Jump to the latest messages").click()
    expect(there.message("sentence 60")).to_be_in_viewport()
    # A message that is not here is said to be missing.
    alice.client.open(place + "/" + "0" * 32)
    expect(alice.page.get_by_text("That message is not in this browser.")).to_be_visible()
    # Back and forward are places too.
    alice.page.go_back()
    expect(there.title).to_contain_text(bob.handle)
    alice.client.open("/settings/privacy")
    expect(alice.client.settings.switch("Read receipts")).to_be_visible()
    alice.client.open("/nowhere/at/all")
    expect(alice.client.list).to_be_visible()


def test_on_a_phone_one_pane_is_shown_at_a_time(pair):
    alice, bob = pair
    alice.page.set_viewport_size(PHONE)
    alice.client.open("/messages")
    expect(alice.client.list).to_be_visible()
    there = alice.client.go_to(bob.handle)
    expect(alice.client.list).to_be_hidden()
    there.write("from a phone")
    bob.client.conversation.expect_text("from a phone")
    assert alice.page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), "the page is wider than the phone"
    there.main.get_by_role("button", name="Back").click()
    expect(alice.client.list).to_be_visible()
    expect(there.title).to_be_hidden()
    alice.page.set_viewport_size(DESKTOP)


def test_the_client_can_be_installed(people):
    alice = people("alice")
    session = alice.context.new_cdp_session(alice.page)
    manifest = session.send("Page.getAppManifest")
    assert not manifest["errors"], manifest["errors"]
    errors = [error["errorId"] for error in session.send("Page.getInstallabilityErrors")["installabilityErrors"]]
    # Contexts of tests are private windows, which install nothing.
    assert errors in ([], ["in-incognito"]), errors


def test_the_end_stays_in_view_when_the_page_gets_another_size(friends):
    alice, _ = friends()
    there = alice.client.conversation
    for number in range(1, 13):
        there.write(f"number {number}: " + "many words that take a line or two or three on a phone " * (number % 4))
    last = there.messages.last
    there.write("the last one")
    there.expect_text("the last one")
    for size in (PHONE, DESKTOP, {"width": 844, "height": 390}, PHONE, DESKTOP):
        alice.page.set_viewport_size(size)
        expect(there.message("the last one")).to_be_in_viewport(ratio=1)
    expect(last).to_be_visible()


def test_the_history_stays_in_place_while_older_messages_load(friends):
    alice, bob = friends()
    there = alice.client.conversation
    there.write_all([f"number {number} " + "x" * (number * 7 % 90) for number in range(1, 151)])
    there.expect_state("number 150 " + "x" * (150 * 7 % 90), "Sent", timeout=60_000)
    alice.client.reload()
    expect(there.message("number 150 " + "x" * (150 * 7 % 90))).to_be_in_viewport()
    # Few of them are drawn.
    assert there.messages.count() < 120
    there.history.hover()
    for _ in range(60):
        if there.message("hello").count():
            break
        alice.page.mouse.wheel(0, -1500)
        alice.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    expect(there.message("hello")).to_have_count(1)
    there.main.get_by_role("button", name="Jump to the latest messages").click()
    expect(there.message("number 150 " + "x" * (150 * 7 % 90))).to_be_in_viewport()
