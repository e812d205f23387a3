"""The clock of somebody's device."""

from playwright.sync_api import BrowserContext, Page

# `Date` as a clock that is off has it, in whichever way it is asked.
SHIFT = """(milliseconds) => {
  const Right = Date;
  globalThis.Date = class extends Right {
    constructor(...parts) { parts.length === 0 ? super(Right.now() + milliseconds) : super(...parts); }
    static now() { return Right.now() + milliseconds; }
  };
}"""


def set_wrong(context: BrowserContext, milliseconds: int) -> None:
    """Pages that are opened from now on have a clock that is fast by this; negative: slow."""
    context.add_init_script(f"({SHIFT})({milliseconds})")


def later(page: Page, milliseconds: int) -> None:
    """So much time passes for what looks at the clock; timers and whoever else is there notice nothing."""
    page.evaluate(SHIFT, milliseconds)
