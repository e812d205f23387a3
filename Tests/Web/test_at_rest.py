"""What lies on the disk is ciphertext."""

import re

from playwright.sync_api import expect

from kezweb.samples import payload, png
from kezweb.storage import search_storage

TEXT = "the plaintext that nobody finds on this disk"


def test_everything_in_the_storage_is_ciphertext(friends):
    alice, bob = friends()
    there = alice.client.conversation
    there.write(TEXT)
    bob.client.conversation.expect_text(TEXT)
    bob.client.conversation.write("an answer that nobody finds")
    there.expect_text("an answer that nobody finds")
    there.attach(payload("holiday-plans.png", "image/png", png()), caption="caption of the picture")
    bob.client.conversation.expect_text("caption of the picture")
    contact = there.open_contact()
    contact.get_by_role("textbox", name="Your name for this contact").fill("Robert by his petname")
    contact.get_by_role("button", name="Save").click()
    key = contact.get_by_text(re.compile("^ed25519:[0-9a-f]{64}$")).inner_text().removeprefix("ed25519:")
    alice.page.keyboard.press("Escape")
    there.field.fill("a draft that nobody finds")
    expect(alice.client.row("Robert by his petname")).to_be_visible()
    alice.client.settings.go("profile")
    mine = alice.page.get_by_text(re.compile("^ed25519:[0-9a-f]{64}$")).inner_text().removeprefix("ed25519:")
    # Searched for, so that an index of words lies there too, if one is kept.
    alice.client.open("/messages")
    alice.client.search.fill("plaintext")
    expect(alice.client.results("Messages")).to_have_count(1)

    secrets = (
        TEXT, "plaintext", "nobody finds", "an answer that", "holiday-plans", "caption of the", "Robert by his", "a draft that",
        alice.handle, bob.handle, mine, key, mine[:24], key[:24], alice.recovery, "IHDR",
    )
    found = search_storage(alice.page, *secrets)
    assert found.values > 20 and found.bytes > 2000, f"there is hardly anything: {found}"
    assert not found.hits, "\n".join(found.hits)
    assert not found.extractable, f"keys that a page can read out: {found.extractable}"
    assert not [path for path in found.cached if path.startswith("/v1/")], found.cached

    # With a passphrase no key lies there either.
    alice.client.settings.go("passphrase")
    alice.client.settings.set_passphrase("correct horse battery")
    locked = search_storage(alice.page, "correct horse", *secrets)
    assert not locked.hits, "\n".join(locked.hits)
    assert not locked.extractable


def test_the_search_for_plaintext_finds_it_where_it_lies_open(people):
    alice = people("alice")
    alice.page.evaluate(
        """async () => {
          const database = await new Promise((resolve) => {
            const request = indexedDB.open("open");
            request.onupgradeneeded = () => request.result.createObjectStore("rows");
            request.onsuccess = () => resolve(request.result);
          });
          const bytes = new TextEncoder().encode("{'text':'lying open'}");
          const transaction = database.transaction("rows", "readwrite");
          transaction.objectStore("rows").put({ value: bytes }, "bytes");
          transaction.objectStore("rows").put({ value: btoa("xx lying open in base64") }, "base64");
          transaction.objectStore("rows").put(new Blob(["lying open in a blob"]), "blob");
          await new Promise((resolve) => { transaction.oncomplete = resolve; });
          database.close();
        }"""
    )
    found = search_storage(alice.page, "lying open")
    assert {hit.rsplit("/", 1)[-1].split(".")[0] for hit in found.hits} == {"bytes", "base64", "blob"}, found
