"""Every screen, in both themes: axe finds nothing."""

import json

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from conftest import acquaint
from kezweb.disk import lose_key
from kezweb.samples import payload, png
from kezweb.settings import SECTIONS

axe = Axe()
# All that the tool has: WCAG's rules and its own best practices. The themes differ in nothing but colours, so the second
# one is asked about those.
OPTIONS = {
    "light": {"resultTypes": ["violations"]},
    "dark": {"resultTypes": ["violations"], "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}},
}
# Colours that still fade are no colours that anybody chose; and what has faded lets what inherits from it fade.
STILL = """async () => {
  const moving = () => document.getAnimations().filter((one) => one.effect.getTiming().iterations !== Infinity && one.playState === "running");
  while (moving().length > 0) await Promise.all(moving().map((one) => one.finished.catch(() => undefined)));
}"""
# Of what opens over the page, that alone: the page under it was looked at before.
RUN = """async (options) => {
  const over = document.querySelectorAll("dialog[open], :popover-open:not([role=region])");
  return (await axe.run(over.length > 0 ? over : document, options)).violations;
}"""
found: list[str] = []


def run_axe(page: Page, options: dict) -> list[dict]:
    """As `Axe.run`, which reads the tool's half megabyte anew into the page each time."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(axe.axe_script)
    return page.evaluate(RUN, options)


def look(page: Page, screen: str) -> None:
    """Both themes of what is on the screen; what is found is collected, so that one run names everything."""
    for theme, options in OPTIONS.items():
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        page.evaluate(STILL)
        for violation in run_axe(page, options):
            nodes = [{"target": node["target"], "why": node["failureSummary"]} for node in violation["nodes"][:3]]
            found.append(f"{screen}, {theme}: {violation['id']}: {violation['help']}\n{json.dumps(nodes, indent=1)}")


def check() -> None:
    said, found[:] = list(found), []
    assert not said, "\n".join(said)


def test_the_first_visit_and_the_lock(browsers):
    alice = browsers("alice")
    alice.client.open()
    expect(alice.client.welcome.create_button).to_be_visible()
    look(alice.page, "welcome")
    alice.client.welcome.handle.fill("no spaces!")
    look(alice.page, "welcome, refused")
    alice.page.get_by_role("button", name="I have an account").click()
    look(alice.page, "import")
    alice.page.get_by_role("button", name="New account instead").click()
    alice.client.welcome.create(alice.handle)
    look(alice.page, "recovery key")
    alice.client.welcome.later()
    look(alice.page, "nobody here yet")
    alice.client.settings.go("passphrase")
    alice.client.settings.set_passphrase("correct horse battery")
    alice.page.get_by_role("button", name="Lock now").click()
    expect(alice.client.welcome.locked).to_be_visible()
    look(alice.page, "locked")
    lose_key(alice.page)
    alice.client.reload()
    expect(alice.client.welcome.key_is_gone).to_be_visible()
    look(alice.page, "key lost")
    check()


def test_conversations(friends, people):
    alice, bob = friends()
    stranger = people("stranger")
    stranger.client.begin(alice.handle).write("you do not know me")
    there, here = alice.client.conversation, bob.client.conversation
    here.write("look at https://example.org")
    there.expect_text("look at https://example.org")
    there.act("look at https://example.org", "Reply")
    there.write("I did")
    here.react("I did", "👍")
    there.attach(payload("view.png", "image/png", png(320, 200)), payload("notes.txt", "text/plain", b"notes"), caption="two files")
    there.write("a slip")
    there.act("a slip", "Delete for everyone")
    alice.client.confirm("Delete this message for everyone?", "Delete")
    there.write("edit me")
    there.expect_state("edit me", "Sent")
    there.act("edit me", "Edit")
    expect(there.field).to_have_value("edit me")
    there.write("edited")
    expect(there.message("edited").get_by_text("edited", exact=True).first).to_be_visible()
    expect(there.image("view.png")).to_be_visible()
    expect(alice.client.requests_tab).to_be_visible()
    page = alice.page
    look(page, "conversation")
    there.open_menu("edited")
    look(page, "menu of a message")
    page.keyboard.press("Escape")
    there.act("I did", "React")
    look(page, "emoji")
    page.keyboard.press("Escape")
    there.act("I did", "Details")
    look(page, "details of a message")
    page.keyboard.press("Escape")
    there.act("I did", "Forward")
    look(page, "forward")
    page.keyboard.press("Escape")
    there.image("view.png").click()
    look(page, "lightbox")
    page.keyboard.press("Escape")
    there.choose_files(payload("other.png", "image/png", png()))
    look(page, "files to send")
    page.keyboard.press("Escape")
    there.open_contact()
    look(page, "contact")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+f")
    page.keyboard.type("edited")
    look(page, "search in the conversation")
    page.keyboard.press("Escape")
    alice.client.search.fill("look")
    expect(alice.client.results("Messages")).to_have_count(1)
    look(page, "search results")
    alice.client.search.fill("")
    page.keyboard.press("Control+k")
    look(page, "switcher")
    page.keyboard.press("Escape")
    alice.client.list.get_by_role("button", name="New conversation").first.click()
    alice.client.new_dialog.get_by_role("textbox", name="Handle, key or link").fill(bob.handle)
    expect(alice.client.new_dialog.get_by_text(bob.fqhn)).to_be_visible()
    look(page, "new conversation")
    page.keyboard.press("Escape")
    alice.client.go_to_request(stranger.handle)
    look(page, "request")
    page.set_viewport_size({"width": 390, "height": 844})
    look(page, "request on a phone")
    there.main.get_by_role("button", name="Back").click()
    look(page, "list on a phone")
    alice.client.all_tab.click()
    alice.client.go_to(bob.handle)
    look(page, "conversation on a phone")
    alice.context.set_offline(True)
    expect(alice.client.status).to_contain_text("You are offline")
    look(page, "offline")
    check()


def test_settings(people):
    alice = people("alice")
    for section in SECTIONS:
        alice.client.settings.go(section)
        look(alice.page, f"settings, {section}")
    alice.page.keyboard.press("Escape")
    alice.client.settings.go("about")
    alice.page.get_by_role("button", name="Keyboard shortcuts").click()
    look(alice.page, "shortcuts")
    alice.client.settings.go("account")
    alice.page.get_by_role("button", name="Release handle").click()
    look(alice.page, "release handle")
    check()


def test_axe_finds_what_is_wrong(people):
    """The look itself: a control without a name, and grey on grey, in either theme."""
    alice = people("alice")
    alice.page.evaluate(
        """() => {
          const main = document.querySelector("main");
          main.append(document.createElement("button"));
          const pale = main.appendChild(document.createElement("p"));
          pale.textContent = "can you read this?";
          pale.style.cssText = "color: #888; background: #999";
        }"""
    )
    look(alice.page, "spoiled")
    said, found[:] = "\n".join(found), []
    for what in ("spoiled, light: button-name", "spoiled, light: color-contrast", "spoiled, dark: color-contrast"):
        assert what in said, said
