"""One tab of the client, by what is on it: everything is found by its role and its name, as people with a screen reader do."""

import re

from playwright.sync_api import Locator, Page, expect

from .conversation import Conversation
from .settings import Settings
from .welcome import Welcome


class Client:
    def __init__(self, page: Page, url: str):
        self.page = page
        self.url = url
        self.welcome = Welcome(page)
        self.conversation = Conversation(page)
        self.settings = Settings(page, self)

    def open(self, path: str = "/") -> None:
        self.page.goto(self.url + path)

    def reload(self) -> None:
        self.page.reload()

    # The list

    @property
    def list(self) -> Locator:
        return self.page.get_by_role("navigation", name="Conversations")

    def row(self, name: str) -> Locator:
        """The conversation of that name in the list that is shown."""
        link = self.list.get_by_role("listitem").get_by_role("link")
        return link.filter(has=self.page.get_by_text(name, exact=True)).first

    @property
    def requests_tab(self) -> Locator:
        return self.list.get_by_role("tab", name=re.compile("^Requests"))

    @property
    def all_tab(self) -> Locator:
        return self.list.get_by_role("tab", name=re.compile("^All"))

    def go_to(self, name: str) -> Conversation:
        self.row(name).click()
        expect(self.conversation.title).to_contain_text(name)
        return self.conversation

    def go_to_request(self, name: str) -> Conversation:
        self.requests_tab.click()
        return self.go_to(name)

    def leave(self) -> None:
        """No conversation is in view."""
        expect(self.conversation.title).to_be_visible()
        self.page.keyboard.press("Escape")
        expect(self.conversation.title).to_be_hidden()

    # New conversation

    @property
    def new_dialog(self) -> Locator:
        return self.page.get_by_role("dialog", name="New conversation")

    def begin(self, whom: str) -> Conversation:
        self.list.get_by_role("button", name="New conversation").first.click()
        self.new_dialog.get_by_role("textbox", name="Handle, key or link").fill(whom)
        self.new_dialog.get_by_role("button", name="Start conversation").click()
        expect(self.new_dialog).to_be_hidden()
        expect(self.conversation.title).to_be_visible()
        return self.conversation

    # Around them

    @property
    def status(self) -> Locator:
        """The line that says what is wrong and what to do; empty while all is well."""
        return self.page.get_by_role("status").first

    def try_now(self) -> None:
        self.status.get_by_role("button", name="Try now").click()

    @property
    def notices(self) -> Locator:
        """What has just happened."""
        return self.page.get_by_role("region", name="Notices")

    def expect_live(self, timeout: float = 20_000) -> None:
        expect(self.list.get_by_text("Connected", exact=True)).to_be_attached(timeout=timeout)

    def expect_live_over_http(self, timeout: float = 30_000) -> None:
        expect(self.list.get_by_text("Connected over HTTP", exact=True)).to_be_attached(timeout=timeout)

    @property
    def search(self) -> Locator:
        return self.list.get_by_role("searchbox", name="Search")

    def results(self, kind: str) -> Locator:
        """`People` or `Messages`."""
        return self.list.get_by_role("list", name=kind).get_by_role("listitem")

    @property
    def menu(self) -> Locator:
        return self.page.get_by_role("menu")

    def choose(self, item: str) -> None:
        self.menu.get_by_role("menuitem", name=item, exact=True).click()

    def dialog(self, name: str | re.Pattern[str]) -> Locator:
        return self.page.get_by_role("dialog", name=name)

    @property
    def contact(self) -> Locator:
        return self.dialog("Contact")

    def confirm(self, title: str | re.Pattern[str], button: str) -> None:
        question = self.dialog(title)
        question.get_by_role("button", name=button, exact=True).click()
        expect(question).to_be_hidden()
