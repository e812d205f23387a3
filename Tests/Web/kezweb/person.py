"""Somebody with a browser of their own: a context, its pages, and what the tests know of the account."""

import pathlib
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Page

from .client import Client
from .watch import Watch


@dataclass
class Person:
    context: BrowserContext
    url: str
    handle: str
    server: str
    watch: Watch
    recovery: str = ""
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = Client(self.context.new_page(), self.url)

    @property
    def page(self) -> Page:
        return self.client.page

    @property
    def fqhn(self) -> str:
        return f"{self.handle}@{self.server}"

    def register(self) -> "Person":
        self.client.open()
        self.recovery = self.client.welcome.create(self.handle)
        self.client.welcome.later()
        return self

    def new_tab(self, path: str = "/") -> Client:
        """One more tab of the same browser."""
        tab = Client(self.context.new_page(), self.url)
        tab.open(path)
        return tab

    def save(self, folder: pathlib.Path) -> None:
        """What there was to see when a test failed."""
        folder.mkdir(parents=True, exist_ok=True)
        for number, page in enumerate(self.context.pages):
            stem = folder / f"{self.handle}-{number}"
            try:
                page.screenshot(path=f"{stem}.png", timeout=5000)
                stem.with_suffix(".yaml").write_text(page.locator("body").aria_snapshot(timeout=5000))
            except Exception as error:  # a page that hangs must not hide the failure
                stem.with_suffix(".yaml").write_text(str(error))
        (folder / f"{self.handle}-console.txt").write_text("\n".join(self.watch.console))
