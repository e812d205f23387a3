"""Waits for what only a script in the page can tell, and what takes a promise to tell."""

from typing import Any

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
