import itertools
import os
import pathlib
import re
import secrets
import shutil
import subprocess

import pytest
from playwright.sync_api import expect, sync_playwright

from kezweb.browser import launch
from kezweb.command_line import CommandLine
from kezweb.person import Person
from kezweb.stack import ROOT, Stack, binary
from kezweb.watch import Watch

# Left behind by tests that failed; empty when all passed.
KEPT = ROOT / ".build/web-e2e"
DESKTOP = {"width": 1280, "height": 800}
# A machine with other things to do answers late; what works answers long before.
expect.set_options(timeout=15_000)


def pytest_sessionstart() -> None:
    shutil.rmtree(KEPT, ignore_errors=True)


@pytest.fixture(scope="session")
def stack(tmp_path_factory):
    """The server that most tests share; they keep apart by unique handles."""
    started = Stack(tmp_path_factory.mktemp("kez") / "data")
    yield started
    started.stop()


@pytest.fixture
def launch_stack(tmp_path):
    """A server of the test's own: `launch_stack(registration="invite")`."""
    started = []

    def start(**options) -> Stack:
        started.append(Stack(tmp_path / f"data{len(started)}", **options))
        return started[-1]

    yield start
    for one in started:
        one.stop()


@pytest.fixture(scope="session")
def playwright():
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright):
    running = launch(playwright)
    yield running
    running.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    setattr(item, "report_" + report.when, report)
    return report


_numbers = itertools.count()


def new_person(browser, server: Stack, name: str, handle: str | None = None, **options) -> Person:
    # Without motion: what moves costs a third of the machine, and every click waits for it.
    options = {
        "viewport": DESKTOP, "locale": "en-GB", "timezone_id": "UTC", "color_scheme": "light", "reduced_motion": "reduce", **options,
    }
    context = browser.new_context(**options)
    context.set_default_timeout(15_000)
    unique = handle or f"{name}-{next(_numbers)}{secrets.token_hex(2)}"
    return Person(context, server.url, unique, server.server, Watch(context))


def folder_of(node) -> pathlib.Path:
    return KEPT / re.sub(r"[^\w.-]+", "_", node.name)[:80]


@pytest.fixture
def browsers(browser, stack, request):
    """Makes people with a browser each, who have not been here before: `browsers("alice", locale="de")`."""
    made: list[Person] = []
    traced = bool(os.environ.get("KEZ_TRACE"))

    def make(name: str, on: Stack | None = None, handle: str | None = None, **options) -> Person:
        made.append(new_person(browser, on or stack, name, handle, **options))
        if traced:
            made[-1].context.tracing.start(screenshots=True, snapshots=True)
        return made[-1]

    yield make
    failed = getattr(getattr(request.node, "report_call", None), "failed", True)
    folder = folder_of(request.node)
    for person in made:
        if failed:
            person.save(folder)
        if traced:
            person.context.tracing.stop(path=str(folder / f"{person.handle}.zip") if failed else None)
        person.context.close()
    if not failed:
        for person in made:
            person.watch.check()


@pytest.fixture
def people(browsers):
    """The same, with an account: `alice = people("alice")`."""

    def make(name: str, **options) -> Person:
        return browsers(name, **options).register()

    return make


@pytest.fixture
def friends(people):
    """Two who write to each other: each has the other's conversation open, and `hello` in it."""

    def make(**options) -> tuple[Person, Person]:
        alice, bob = people("alice", **options), people("bob", **options)
        acquaint(alice, bob)
        return alice, bob

    return make


_kept: list[tuple[Person, Person]] = []


@pytest.fixture
def pair(browser, stack, request):
    """Two friends as `friends` makes them, whom tests share that leave nothing behind but messages: it takes a third of the
    time. Each has the other's conversation open. After a failure the next test gets two new ones."""
    if not _kept:
        both = tuple(new_person(browser, stack, name).register() for name in ("alice", "bob"))
        acquaint(*both)
        _kept.append(both)
    alice, bob = _kept[0]
    for one, other in ((alice, bob), (bob, alice)):
        title = one.client.conversation.title
        if not title.is_visible() or other.handle not in title.inner_text():
            one.client.open("/messages")
            one.client.go_to(other.handle)
    yield alice, bob
    report = getattr(request.node, "report_call", None)
    failed = report is None or report.failed or bool(alice.watch.bad or bob.watch.bad)
    if failed:
        _kept.clear()
        for one in (alice, bob):
            one.save(folder_of(request.node))
            one.context.close()
    for one in (alice, bob):
        one.watch.check()


def acquaint(alice: Person, bob: Person) -> None:
    alice.client.begin(bob.handle).write("hello")
    bob.client.go_to_request(alice.handle).accept()
    # Read, so that nothing of it counts later on.
    expect(bob.client.row(alice.handle)).not_to_contain_text("unread")


@pytest.fixture(scope="session")
def invite():
    """Makes an invite of a server, as its operator does."""

    def make(on: Stack) -> str:
        words = [binary(), "invite", "--data", str(on.process.data), "--server", on.server]
        return subprocess.run(words, check=True, capture_output=True, text=True).stdout.split()[-1]

    return make


@pytest.fixture
def command_line(stack, tmp_path):
    commands = CommandLine(stack, tmp_path)
    yield commands
    commands.stop()
