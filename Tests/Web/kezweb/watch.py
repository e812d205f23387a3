"""Notices what must never happen on a page: a dialog, an uncaught error, an error that the client logs, a violation of the CSP."""

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Page, WebError

# The browser's own words for connections that tests cut.
NETWORK = ("Failed to load resource", "WebSocket connection to", "Failed to fetch", "net::ERR_")
# Reported by the page itself, so that nothing depends on how a browser words it.
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP-VIOLATION ${event.effectiveDirective} ${event.blockedURI} ${event.sample}`);
});
"""


class Watch:
    def __init__(self, context: BrowserContext):
        self.bad: list[str] = []
        self.console: list[str] = []
        # What is answered to the browser's question before it leaves something unsaved, and how often it was asked.
        self.leaves = True
        self.asked = 0
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self._console)
        context.on("weberror", self._error)
        context.on("dialog", self._dialog)

    def _console(self, message: ConsoleMessage) -> None:
        self.console.append(f"{message.type}: {message.text}")
        if message.type == "error" and not message.text.startswith(NETWORK):
            self.bad.append(f"console: {message.text}")

    def _error(self, error: WebError) -> None:
        self.bad.append(f"uncaught: {error.error}")

    def _dialog(self, dialog: Dialog) -> None:
        # Whoever has typed something is asked before leaving: that one is wanted.
        if dialog.type != "beforeunload":
            self.bad.append(f"dialog: {dialog.message}")
            return dialog.accept()
        self.asked += 1
        dialog.accept() if self.leaves else dialog.dismiss()

    def check(self) -> None:
        assert not self.bad, "\n".join(self.bad)
