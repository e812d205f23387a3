"""The one Chromium that all tests share; people are contexts in it."""

import os
import shutil

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str:
    """KEZ_CHROMIUM, else the one on the PATH."""
    found = os.environ.get("KEZ_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    assert found, "no Chromium: run scripts/setup-browser, or set KEZ_CHROMIUM"
    return found


def launch(playwright: Playwright) -> Browser:
    arguments = ["--force-color-profile=srgb"]
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        arguments.append("--no-sandbox")  # its sandbox does not run as root
    return playwright.chromium.launch(executable_path=chromium(), headless=True, args=arguments)
