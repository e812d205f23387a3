"""The conversation in view: its head, its messages, and where they are written."""

import re

from playwright.sync_api import FilePayload, Locator, Page, expect

STATES = ("Sending", "Sent", "Delivered", "Read")
# Types each text and presses Enter, once the page has taken the one before.
WRITE_ALL = """async (field, texts) => {
  const taken = () => new Promise((done) => setTimeout(done));
  for (const text of texts) {
    field.value = text;
    field.dispatchEvent(new InputEvent("input", { bubbles: true }));
    await taken();
    field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    while (field.value !== "") await taken();
  }
}"""


class Conversation:
    def __init__(self, page: Page):
        self.page = page

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("region", name="Conversation")

    @property
    def title(self) -> Locator:
        return self.main.get_by_role("heading").first

    def open_contact(self) -> Locator:
        self.title.get_by_role("button").click()
        return self.page.get_by_role("dialog", name="Contact")

    @property
    def alarm(self) -> Locator:
        """The contact may be somebody else."""
        return self.main.get_by_role("alert").filter(has_text="Stop: the identity of this contact has changed")

    def expect_stopped(self) -> None:
        """There is an alarm, and nothing can be written."""
        expect(self.alarm).to_be_visible()
        expect(self.field).to_be_hidden()

    def trust_what_is_shown(self) -> None:
        self.alarm.get_by_role("button", name="I have checked, go on").click()
        question = self.page.get_by_role("dialog", name="Trust what the server shows now?")
        question.get_by_role("button", name="I have checked, go on").click()
        expect(self.alarm).to_be_hidden()
        expect(self.field).to_be_visible()

    # Messages

    @property
    def history(self) -> Locator:
        return self.main.get_by_role("list", name="Messages")

    @property
    def messages(self) -> Locator:
        """One for each message in the part of the history that is drawn."""
        return self.history.get_by_role("listitem").filter(has=self.page.get_by_role("button", name="More actions", include_hidden=True))

    def message(self, text: str) -> Locator:
        """By the whole of its text or caption; what it quotes is not its text."""
        whole = re.compile("^" + re.escape(text) + "$")
        return self.messages.filter(has=self.page.get_by_role("paragraph").filter(has_text=whole))

    def expect_text(self, text: str, timeout: float = 15_000) -> Locator:
        found = self.message(text)
        expect(found).to_have_count(1, timeout=timeout)
        return found

    def expect_state(self, text: str, state: str, timeout: float = 15_000) -> None:
        """The state of one's own message, or a later one: a fast receipt must not fail a test."""
        later = STATES[STATES.index(state):]
        marks = re.compile("^(" + "|".join(later) + ")$")
        expect(self.message(text).get_by_text(marks)).to_have_count(1, timeout=timeout)

    def act(self, text: str, action: str) -> None:
        """Chooses from the menu of the message."""
        self.open_menu(text)
        self.page.get_by_role("menu").get_by_role("menuitem", name=action, exact=True).click()

    def open_menu(self, text: str) -> Locator:
        message = self.message(text).last
        message.hover()
        message.get_by_role("button", name="More actions").click()
        menu = self.page.get_by_role("menu")
        expect(menu).to_be_visible()
        return menu

    def react(self, text: str, emoji: str) -> None:
        self.act(text, "React")
        self.page.get_by_role("dialog", name=re.compile("React")).get_by_role("button", name=emoji, exact=True).click()

    # Writing

    @property
    def field(self) -> Locator:
        return self.main.get_by_role("textbox", name="Message", exact=True)

    @property
    def send_button(self) -> Locator:
        return self.main.get_by_role("button", name="Send", exact=True)

    def write(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def write_all(self, texts: list[str]) -> None:
        """Faster than anybody types, for tests that are about many messages."""
        self.field.evaluate(WRITE_ALL, texts)

    def accept(self) -> None:
        self.main.get_by_role("button", name="Accept").click()
        expect(self.field).to_be_visible()

    def attach(self, *files: FilePayload, caption: str = "") -> None:
        self.choose_files(*files)
        if caption:
            self.files_dialog.get_by_role("textbox").first.fill(caption)
        self.files_dialog.get_by_role("button", name="Send").click()
        expect(self.files_dialog).to_be_hidden(timeout=15_000)

    def choose_files(self, *files: FilePayload) -> None:
        with self.page.expect_file_chooser() as chooser:
            self.main.get_by_role("button", name="Attach files").click()
        chooser.value.set_files(list(files))
        expect(self.files_dialog).to_be_visible()

    @property
    def files_dialog(self) -> Locator:
        return self.page.get_by_role("dialog", name=re.compile("^Send (a|[0-9]+) files?"))

    @property
    def typing(self) -> Locator:
        return self.main.get_by_text("typing…")

    # Files

    def download_button(self, filename: str) -> Locator:
        return self.history.get_by_role("button", name=f"Download {filename}", exact=True)

    def image(self, filename: str) -> Locator:
        return self.history.get_by_role("button", name=f"Open image {filename}", exact=True)

    def player(self, filename: str) -> Locator:
        """The controls of a sound or a film, with what they control."""
        return self.history.get_by_role("group", name=filename, exact=True)

    def progress(self) -> Locator:
        return self.history.get_by_role("progressbar")

    def download(self, filename: str, timeout: float = 60_000) -> bytes:
        """Saves the file as its reader would, and gives what was saved."""
        button = self.download_button(filename)
        expect(button).to_be_visible(timeout=timeout)
        with self.page.expect_download() as saved:
            button.click()
        path = saved.value.path()
        return path.read_bytes()
