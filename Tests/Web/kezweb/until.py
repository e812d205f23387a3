"""Waits for what only a script in the page can tell, and what takes a promise to tell; or what a test has seen pass."""

import time
from typing import Any, Callable

from playwright.sync_api import Page

# A function that gives a promise would count as true at once in Playwright's own wait.
LOOP = """async ([source, arg, deadline]) => {
  const ask = eval(source);
  const end = performance.now() + deadline;
  let last;
  do {
    last = await ask(arg);
    if (last) return last;
    await new Promise(requestAnimationFrame);
  } while (performance.now() < end);
  throw new Error(`still ${JSON.stringify(last)}`);
}"""


def until(page: Page, source: str, arg: Any = None, deadline: int = 15_000) -> Any:
    """Calls the function of `source`, which may be async, until it gives something true; gives that."""
    # `eval` runs under the page's policy, so the function goes in with the loop.
    return page.evaluate(LOOP.replace("eval(source)", f"({source})"), ["", arg, deadline])


def seen(page: Page, check: Callable[[], Any], deadline: float = 15) -> Any:
    """Lets the page and what passes between it and the server go on until the check gives something true; gives that."""
    end = time.monotonic() + deadline
    while not (found := check()):
        assert time.monotonic() < end, f"it did not come to that in {deadline:.0f} s"
        page.evaluate("() => new Promise((done) => setTimeout(done))")
    return found
