"""One account in several browsers and tabs; the key that leaves, locks, comes back."""

import re

from playwright.sync_api import expect

from conftest import acquaint
from kezweb.samples import payload, png


def test_a_second_browser_shows_the_whole_conversation(friends, browsers):
    alice, bob = friends()
    there, here = alice.client.conversation, bob.client.conversation
    here.write("from bob")
    there.write("from alice")
    there.attach(payload("view.png", "image/png", png()), caption="with a picture")
    here.expect_text("with a picture")
    here.react("from alice", "👍")
    expect(there.message("from alice").get_by_role("button", name=re.compile("^👍"))).to_be_visible()

    second = browsers("alice", handle=alice.handle)
    second.client.open()
    second.client.welcome.bring(alice.recovery)
    expect(second.client.row(bob.handle)).to_be_visible(timeout=30_000)
    # Read on the first is read on the second.
    expect(second.client.row(bob.handle)).not_to_contain_text("unread")
    elsewhere = second.client.go_to(bob.handle)
    for text in ("hello", "from bob", "from alice", "with a picture"):
        elsewhere.expect_text(text)
    expect(elsewhere.image("view.png")).to_be_visible(timeout=30_000)
    expect(elsewhere.message("from alice").get_by_role("button", name=re.compile("^👍"))).to_be_visible()

    # From now on they go together: what one sends the other shows, and what one reads is read.
    elsewhere.write("from alice's second browser")
    there.expect_text("from alice's second browser")
    here.expect_text("from alice's second browser")
    second.client.leave(), alice.client.leave()
    here.write("which of you reads this?")
    for one in (alice, second):
        expect(one.client.row(bob.handle)).to_contain_text("1 unread message")
    second.client.go_to(bob.handle)
    expect(alice.client.row(bob.handle)).not_to_contain_text("unread", timeout=30_000)


def test_one_tab_leads_and_the_next_takes_over(friends):
    alice, bob = friends()
    sockets: list[str] = []
    alice.context.on("page", lambda page: page.on("websocket", lambda socket: sockets.append(socket.url)))
    second = alice.new_tab("/messages")
    expect(second.list.get_by_text("Connected in another tab")).to_be_attached()
    assert not sockets, "the second tab has a connection of its own"
    # It sees and does everything all the same.
    second.go_to(bob.handle).write("from the second tab")
    bob.client.conversation.expect_text("from the second tab")
    alice.client.conversation.expect_text("from the second tab")
    bob.client.conversation.write("to both tabs")
    second.conversation.expect_text("to both tabs")
    alice.client.conversation.expect_text("to both tabs")

    alice.page.close()
    second.expect_live()
    bob.client.conversation.write("and to the one that is left")
    second.conversation.expect_text("and to the one that is left")
    second.conversation.write("I am still here")
    bob.client.conversation.expect_text("I am still here")
    alice.client = second


def test_a_passphrase_locks_and_unlocks(friends):
    alice, bob = friends()
    alice.client.settings.go("passphrase")
    alice.client.settings.set_passphrase("correct horse battery")
    alice.page.get_by_role("button", name="Lock now").click()
    expect(alice.client.welcome.locked).to_be_visible()
    expect(alice.page.get_by_text("hello")).to_have_count(0)
    # Locked it stays through a reload, and what comes meanwhile waits.
    alice.client.reload()
    bob.client.conversation.write("while you were locked")
    alice.client.welcome.unlock("wrong horse battery")
    expect(alice.page.get_by_text("That is not the passphrase.")).to_be_visible()
    alice.client.welcome.unlock("correct horse battery")
    expect(alice.client.list).to_be_visible()
    alice.client.open("/messages")
    alice.client.welcome.unlock("correct horse battery")
    alice.client.go_to(bob.handle).expect_text("while you were locked")


def test_signing_out_wipes_the_browser(friends):
    alice, bob = friends()
    alice.context.grant_permissions(["notifications"], origin=alice.url)
    other = alice.new_tab("/messages")
    expect(other.list).to_be_visible()
    alice.client.settings.go("account")
    alice.page.get_by_role("button", name="Sign out").click()
    alice.client.confirm("Wipe this browser?", "Sign out")
    expect(alice.client.welcome.handle).to_be_visible()
    left = alice.page.evaluate(
        """async () => {
          const stores = {};
          for (const { name } of await indexedDB.databases()) {
            const database = await new Promise((resolve) => { const r = indexedDB.open(name); r.onsuccess = () => resolve(r.result); });
            for (const store of database.objectStoreNames) {
              const count = await new Promise((resolve) => {
                const r = database.transaction(store).objectStore(store).count(); r.onsuccess = () => resolve(r.result); });
              if (count > 0) stores[`${name}/${store}`] = count;
            }
            database.close();
          }
          return { stores, local: Object.entries(localStorage), session: Object.entries(sessionStorage) };
        }"""
    )
    assert left["stores"] == {}, left
    assert not any(alice.handle in "".join(pair) or bob.handle in "".join(pair) for pair in left["local"] + left["session"]), left
    # The other tab is not left with what is gone.
    expect(other.page.get_by_text("hello")).to_have_count(0)
    alice.client.reload()
    expect(alice.client.welcome.handle).to_be_visible()
    # And the recovery key brings the account back.
    alice.client.welcome.bring(alice.recovery)
    expect(alice.client.row(bob.handle)).to_be_visible(timeout=30_000)


def test_the_history_goes_into_a_file_and_out_of_it(friends, browsers):
    alice, bob = friends()
    there = alice.client.conversation
    there.write("for the archive")
    there.attach(payload("kept.png", "image/png", png()), caption="a picture for the archive")
    there.expect_state("a picture for the archive", "Sent")
    alice.client.settings.go("history")
    with alice.page.expect_download() as saved:
        alice.page.get_by_role("button", name="Export history").click()
    path = saved.value.path()
    exported = path.read_bytes()
    for text in ("for the archive", alice.handle, bob.handle):
        assert text.encode() not in exported, f"{text!r} can be read in the file"

    # Without the server: what is shown afterwards came out of the file.
    second = browsers("alice", handle=alice.handle)
    second.client.open()
    second.client.welcome.bring(alice.recovery)
    expect(second.client.list).to_be_visible(timeout=30_000)
    second.client.settings.go("history")
    for name, data in (("broken.kez", exported[:-40] + bytes(40)), ("good.kez", exported)):
        with second.page.expect_file_chooser() as chooser:
            second.page.get_by_role("button", name="Import history").first.click()
        chooser.value.set_files(payload(name, "application/octet-stream", data))
        if name == "broken.kez":
            expect(second.page.get_by_text("That file is damaged")).to_be_visible()
    expect(second.page.get_by_text(re.compile(r"messages? imported"))).to_be_visible()
    second.client.open("/messages")
    elsewhere = second.client.go_to(bob.handle)
    elsewhere.expect_text("for the archive")
    expect(elsewhere.image("kept.png")).to_be_visible()
    expect(elsewhere.message("for the archive")).to_have_count(1)


def test_a_released_handle_is_free_of_its_key(people):
    alice = people("alice")
    alice.client.settings.go("account")
    alice.page.get_by_role("button", name="Release handle").click()
    dialog = alice.client.dialog(re.compile("^Give up "))
    dialog.get_by_role("textbox").fill(alice.handle)
    dialog.get_by_role("button", name="Release handle").click()
    expect(alice.client.welcome.handle).to_be_visible()
    bob = people("bob")
    bob.client.list.get_by_role("button", name="New conversation").first.click()
    bob.client.new_dialog.get_by_role("textbox", name="Handle, key or link").fill(alice.handle)
    expect(bob.page.get_by_text("There is nobody of that name here.")).to_be_visible()
