"""The storage's own list of promises, kept by IndexedDB as by memory."""

import pathlib

from kezweb.bundle import bundle

ENTRY = pathlib.Path(__file__).with_name("rows-in-browser.ts")


def test_indexeddb_keeps_what_rows_promise(browsers):
    somebody = browsers("nobody")
    somebody.client.open("/robots.txt")  # the origin without the client
    outcomes = somebody.page.evaluate(f"async () => ({bundle(ENTRY)}).run()")
    assert len(outcomes) > 5, outcomes
    failed = [f"{one['name']}: {one['error']}" for one in outcomes if one["error"]]
    assert not failed, "\n".join(failed)
