"""Takes pictures of the frame's views in every state, both themes, on a phone and on a desk, and asks axe about each.

usage: python look.py FOLDER [SCENE…]      (needs the packages of Tests/Web/requirements.txt, and a Chromium)

The pictures are for the eye. What axe finds, what sticks out of the window, and every error of the page is printed; any of
it makes the exit status 1.
"""

import functools
import http.server
import os
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[4]
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SIZES = {"phone": (390, 844), "desk": (1280, 800), "narrow": (320, 640)}
SECTIONS = "profile recovery passphrase notifications appearance language privacy blocked history devices account about"

PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>kez</title><link rel="icon" href="data:,">
<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="stylesheet" href="/preview.css">
<script type="module" src="/preview.js"></script></head><body><div id="app"></div></body></html>"""

STICKS_OUT = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.width > 1 && box.right > innerWidth + 1 && !element.closest(".unseen")
    && getComputedStyle(element).visibility !== "hidden";
}).slice(0, 3).map((element) => `${element.tagName}.${element.getAttribute("class")}`)"""


def press(name: str):
    return lambda page: page.get_by_role("button", name=name).first.click()


def type_handle(text: str):
    def act(page: Page) -> None:
        page.get_by_label("Handle").fill(text)
        page.wait_for_timeout(400)

    return act


def create(page: Page) -> None:
    type_handle("alice")(page)
    press("Create account")(page)


def import_nonsense(page: Page) -> None:
    press("I have an account")(page)
    page.get_by_label("Recovery key").fill("nonsense")
    press("Import account")(page)


STATES = (
    "ready first reminders offline waiting refused suspended clock storage notices "
    "welcome welcomeInvite welcomeClosed welcomeKey locked failed"
)
SCENES = {name: (f"/?scene={name}", None) for name in STATES.split()}
SCENES |= {f"settings-{name}": (f"/settings/{name}", None) for name in SECTIONS.split()}
SCENES |= {f"contact-{number}": (f"/?contact={number}", None) for number in (1, 2, 4, 5, 6)}
SCENES |= {
    "settings": ("/settings", None),
    "link": ("/u/bob", None),
    "handle-free": ("/?scene=welcome", type_handle("alice")),
    "handle-taken": ("/?scene=welcome", type_handle("bob")),
    "first-key": ("/?scene=welcome", create),
    "import": ("/?scene=welcome", import_nonsense),
    "forgotten": ("/?scene=locked", press("Forgot")),
    "recovery-shown": ("/settings/recovery?scene=owed", press("Show recovery key")),
    "passphrase-on": ("/settings/passphrase?scene=passphrase", None),
    "notifications-denied": ("/settings/notifications?scene=denied", None),
    "sign-out": ("/settings/account?scene=owed", press("Sign out")),
    "release": ("/settings/account", press("Release handle")),
    "contact-code": ("/?contact=2", press("Show QR code")),
    "contact-mute": ("/?contact=1", press("Mute")),
    "contact-block": ("/?contact=1", press("Block")),
}


def build(folder: str) -> None:
    entry = ROOT / "web/test/views/preview/preview.tsx"
    options = "--log-level=warning --bundle --splitting --format=esm --target=es2022 --jsx=automatic --jsx-import-source=preact"
    tsconfig = f"--tsconfig={ROOT}/web/test/tsconfig.json"
    subprocess.run([ROOT / ".tools/web/bin/esbuild", entry, *options.split(), tsconfig, f"--outdir={folder}"], check=True)
    Path(folder, "index.html").write_text(PAGE)


class Pages(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def send_head(self):
        if not Path(self.directory + self.path.split("?")[0]).is_file():
            self.path = "/index.html"
        return super().send_head()


def look(page: Page, url: str, act, picture: Path) -> list[str]:
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"error: {error}"))
    page.on("console", lambda said: found.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(url)
    page.wait_for_timeout(350)
    if act is not None:
        act(page)
        page.wait_for_timeout(350)
    page.screenshot(path=picture)
    found += [f"sticks out: {one}" for one in page.evaluate(STICKS_OUT)]
    for violation in Axe().run(page).response["violations"]:
        found.append(f"{violation['id']}: {[node['html'][:160] for node in violation['nodes'][:3]]}")
    return found


def main() -> int:
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[2:] or list(SCENES)
    bad = 0
    with tempfile.TemporaryDirectory() as built, sync_playwright() as playwright:
        build(built)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Pages, directory=built))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for size, (width, height) in SIZES.items():
            for theme in ("light", "dark"):
                context = browser.new_context(
                    viewport={"width": width, "height": height}, color_scheme=theme, reduced_motion="reduce", locale="en-GB"
                )
                for name in wanted:
                    path, act = SCENES[name]
                    page = context.new_page()
                    picture = folder / f"{name}-{size}-{theme}.png"
                    for line in look(page, f"http://127.0.0.1:{server.server_port}{path}", act, picture):
                        bad += 1
                        print(f"{picture.name}: {line}")
                    page.close()
                context.close()
        browser.close()
        server.shutdown()
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
