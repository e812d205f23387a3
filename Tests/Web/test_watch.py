"""The watch that every other test relies on notices what it is for, and nothing else."""

import re

import pytest
from playwright.sync_api import expect

from conftest import new_person
from kezweb.until import seen

BAD = {
    "dialog": ("() => { setTimeout(() => alert('a box')); }", "dialog: a box"),
    "uncaught error": ("() => { setTimeout(() => { throw new Error('thrown'); }); }", "uncaught: .*thrown"),
    "rejection that nobody handles": ("() => { Promise.reject(new Error('rejected')); }", "uncaught: .*rejected"),
    "error in the console": ("() => console.error('logged')", "console: logged"),
    "script in the page": (
        "() => { document.body.append(Object.assign(document.createElement('p'), { onclick: null }));"
        " document.querySelector('p').setAttribute('onclick', 'alert(1)'); }",
        "CSP-VIOLATION script-src-attr inline",
    ),
    "picture from elsewhere": ("() => { new Image().src = 'http://127.0.0.1:9/x.png'; }", "CSP-VIOLATION img-src http://127.0.0.1:9/"),
}


@pytest.fixture
def watched(browser, stack):
    person = new_person(browser, stack, "watched")
    person.client.open()
    expect(person.client.welcome.handle).to_be_visible()
    yield person
    person.context.close()


def test_what_must_not_happen_is_noticed(watched):
    assert not watched.watch.bad
    for script, words in BAD.values():
        watched.watch.bad.clear()
        watched.page.evaluate(script)
        seen(watched.page, lambda: any(re.search(words, line) for line in watched.watch.bad))
        with pytest.raises(AssertionError, match=words):
            watched.watch.check()


def test_in_every_tab_and_after_a_reload(watched):
    second = watched.new_tab()
    second.reload()
    expect(second.welcome.handle).to_be_visible()
    second.page.evaluate("() => console.error('in the second tab')")
    seen(second.page, lambda: watched.watch.bad)
    assert watched.watch.bad == ["console: in the second tab"]


def test_a_network_that_is_cut_and_a_page_that_asks_before_it_goes_are_no_offence(watched):
    watched.context.set_offline(True)
    watched.page.evaluate("() => fetch('/v1/config').catch(() => console.warn('no network'))")
    seen(watched.page, lambda: any("ERR_INTERNET_DISCONNECTED" in line for line in watched.watch.console))
    watched.context.set_offline(False)
    watched.page.evaluate("() => addEventListener('beforeunload', (event) => event.preventDefault())")
    # Nobody is asked on a page that was never touched.
    watched.client.welcome.handle.fill("some text")
    watched.client.reload()
    expect(watched.client.welcome.handle).to_have_value("")
    watched.watch.check()
