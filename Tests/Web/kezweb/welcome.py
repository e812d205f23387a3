"""The first visit, and the way back in."""

import re

from playwright.sync_api import Locator, Page, expect


class Welcome:
    def __init__(self, page: Page):
        self.page = page

    @property
    def handle(self) -> Locator:
        return self.page.get_by_role("textbox", name="Handle")

    @property
    def create_button(self) -> Locator:
        return self.page.get_by_role("button", name="Create account")

    def create(self, handle: str) -> str:
        """Registers and gives the recovery key, which is on the screen then."""
        self.handle.fill(handle)
        self.create_button.click()
        return self.recovery_key()

    def recovery_key(self) -> str:
        text = self.page.get_by_role("region", name="Recovery key").get_by_text(re.compile(r"^SU")).first
        expect(text).to_be_visible(timeout=15_000)
        return re.sub(r"\s+", "", self.page.get_by_role("region", name="Recovery key").get_by_role("paragraph").inner_text())

    def later(self) -> None:
        self.page.get_by_role("button", name="Later").click()
        expect(self.page.get_by_role("navigation", name="Conversations")).to_be_visible()

    def give_back(self, recovery: str) -> None:
        self.page.get_by_role("textbox", name=re.compile("^Last 8 characters")).fill(recovery[-8:])
        self.page.get_by_role("button", name="I have kept it").click()

    def bring(self, recovery: str) -> None:
        """Signs in with a key that has a handle."""
        self.page.get_by_role("button", name="I have an account").click()
        self.give(recovery)

    def give(self, recovery: str) -> None:
        self.page.get_by_role("textbox", name="Recovery key").fill(recovery)
        self.page.get_by_role("button", name="Import account").click()

    @property
    def key_is_gone(self) -> Locator:
        return self.page.get_by_role("heading", name="The key is gone")

    def unlock(self, passphrase: str) -> None:
        self.passphrase.fill(passphrase)
        self.page.get_by_role("button", name="Unlock").click()

    @property
    def passphrase(self) -> Locator:
        return self.page.get_by_role("textbox", name="Passphrase")

    @property
    def locked(self) -> Locator:
        return self.page.get_by_role("heading", name="Locked")
