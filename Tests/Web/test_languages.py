"""English, German and Spanish: the browser's own, or the one that was chosen."""

import re

import pytest
from playwright.sync_api import expect

from kezweb.stack import ROOT

LANGUAGES = {"en-GB": "en", "de-AT": "de", "es-MX": "es"}


def words(language: str, area: str) -> dict[str, str]:
    """What the catalogue says, read from its source: simple texts only."""
    source = (ROOT / f"web/src/views/texts/{area}/{language}.ts").read_text()
    return dict(re.findall(r'^  (\w+):\s*"((?:[^"\\]|\\.)*)"', source, re.M))


@pytest.mark.parametrize("locale", LANGUAGES)
def test_the_browser_chooses_the_language(browsers, locale):
    language = LANGUAGES[locale]
    texts = words(language, "welcome")
    somebody = browsers("polyglot", locale=locale)
    somebody.client.open()
    page = somebody.page
    expect(page.locator("html")).to_have_attribute("lang", re.compile(f"^{language}"))
    page.get_by_role("textbox", name=texts["handle"]).fill(somebody.handle)
    page.get_by_role("button", name=texts["create"]).click()
    page.get_by_role("button", name=texts["later"]).click()
    frame = words(language, "frame")
    expect(page.get_by_role("navigation", name=frame["conversations"])).to_be_visible()
    somebody.client.open("/settings/privacy")
    expect(page.get_by_role("switch", name=words(language, "settings")["receipts"])).to_be_visible()
    # No key of the catalogue stands where a text should.
    assert not re.search(r"\b(welcome|frame|settings|common|messages)\.[a-z]\w+", page.locator("body").inner_text())


def test_a_language_is_chosen_and_kept(people):
    alice = people("alice")
    alice.client.settings.go("language")
    alice.page.get_by_role("radio", name="Deutsch").check(force=True)
    expect(alice.page.get_by_role("navigation", name=words("de", "settings")["title"])).to_be_visible()
    alice.client.open("/messages")
    expect(alice.page.get_by_role("navigation", name=words("de", "frame")["conversations"])).to_be_visible()
