"""The settings, section by section."""

from typing import TYPE_CHECKING

from playwright.sync_api import Locator, Page, expect

if TYPE_CHECKING:
    from .client import Client

SECTIONS = (
    "profile", "recovery", "passphrase", "notifications", "appearance", "language", "privacy", "blocked", "history",
    "devices", "account", "about",
)


class Settings:
    def __init__(self, page: Page, client: "Client"):
        self.page = page
        self.client = client

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def go(self, section: str) -> Locator:
        self.client.open(f"/settings/{section}")
        expect(self.main.get_by_role("heading", level=1).last).to_be_visible()
        return self.main

    def set_passphrase(self, passphrase: str) -> None:
        self.main.get_by_role("textbox", name="New passphrase", exact=True).fill(passphrase)
        self.main.get_by_role("textbox", name="New passphrase again").fill(passphrase)
        self.main.get_by_role("button", name="Save").click()
        expect(self.main.get_by_role("button", name="Lock now")).to_be_visible(timeout=15_000)

    def switch(self, name: str) -> Locator:
        return self.main.get_by_role("switch", name=name)
