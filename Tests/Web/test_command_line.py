"""The command line and the browser are two ways into one conversation."""

import json
import re

from playwright.sync_api import expect

from kezweb.samples import noise, payload, png, sha256


def test_the_recovery_key_is_a_key_of_kez(pair, command_line):
    alice, bob = pair
    # Bob goes to his terminal, with what he wrote down.
    assert bob.handle in command_line.run(bob.recovery, "whoami")
    command_line.send(bob.recovery, alice.handle, "from bob's terminal")
    alice.client.conversation.expect_text("from bob's terminal")
    alice.client.conversation.write("to bob's terminal")
    alice.client.conversation.expect_state("to bob's terminal", "Sent")
    texts = [str(entry) for entry in command_line.inbox(bob.recovery)]
    assert any("to bob's terminal" in text for text in texts), texts
    # His browser, which is the same account, has Alice's too.
    bob.client.conversation.expect_text("to bob's terminal")


def test_a_terminal_and_a_browser_hold_one_conversation(people, command_line):
    alice = people("alice")
    carol = alice.handle.replace("alice", "carol")
    key = command_line.register(carol)
    alice.client.begin(carol).write("hello from a browser")
    alice.client.leave()
    terminal = command_line.chat(key, alice.handle)
    terminal.see(f"{alice.handle}: hello from a browser")
    terminal.say("/reply 1 hello from a terminal")
    # It has come to where nobody looks at it yet.
    terminal.see("* 2 delivered")
    there = alice.client.go_to(carol)
    answer = there.expect_text("hello from a terminal")
    expect(answer.get_by_role("button").filter(has_text="hello from a browser")).to_contain_text("You")
    there.act("hello from a terminal", "Reply")
    there.write("how are yuo?")
    assert terminal.see("how are yuo?").endswith(f"{alice.handle} (answers 2): how are yuo?")

    terminal.say("/react 1 🎉")
    expect(there.message("hello from a browser").get_by_role("button", name=f"🎉 from {carol}")).to_be_visible()
    terminal.say("/react 1")
    expect(there.message("hello from a browser").get_by_role("button", name="🎉")).to_have_count(0)
    there.react("hello from a terminal", "👍")
    terminal.see(f"* {alice.handle} reacted 👍 to 2")

    there.act("how are yuo?", "Edit")
    there.write("how are you?")
    terminal.see("* 3 edited: how are you?")
    terminal.say("/edit 2 good evening from a terminal")
    expect(there.expect_text("good evening from a terminal").get_by_text("edited")).to_be_visible()

    terminal.say("a slip of the keyboard")
    there.expect_text("a slip of the keyboard")
    terminal.say(f"/delete {terminal.number('a slip of the keyboard')}")
    there.expect_text("This message was deleted")
    expect(there.message("a slip of the keyboard")).to_have_count(0)
    there.write("a slip of the finger")
    number = terminal.number("a slip of the finger")
    there.act("a slip of the finger", "Delete for everyone")
    alice.client.confirm(re.compile("for everyone"), "Delete")
    terminal.see(f"* {number} deleted")

    # A file each way: a picture in one piece, and one in several.
    picture, large = png(120, 80), noise(300_000, 11)
    (command_line.folder / "cat.png").write_bytes(picture)
    (command_line.folder / "large.bin").write_bytes(large)
    for name, caption in (("cat.png", "my cat"), ("large.bin", "a large one")):
        terminal.say(f"/file {command_line.folder / name} {caption}")
        there.expect_text(caption)
    expect(there.image("cat.png")).to_be_visible()
    assert sha256(there.download("large.bin")) == sha256(large)
    back = noise(200_000, 12)
    there.attach(payload("back.bin", "application/octet-stream", back), caption="here you are")
    number = terminal.number("[file back.bin, 195.3 KiB, application/octet-stream] here you are")
    terminal.see(f"* {number} is whole")
    terminal.say(f"/save {number}")
    terminal.see(f"* {number} saved as")
    assert sha256((command_line.folder / "back.bin").read_bytes()) == sha256(back)

    # Receipts are sent together, some seconds after what they are about: looked at last, they have had their time.
    terminal.see("* 2 read")
    terminal.see(f"* {terminal.number('you: [file cat.png')} read")
    for text in ("hello from a browser", "how are you?", "here you are"):
        there.expect_state(text, "Read")
    terminal.end()


def test_files_are_sent_and_saved_by_commands(people, command_line):
    alice = people("alice")
    carol = alice.handle.replace("alice", "carol")
    key = command_line.register(carol)
    data, back = noise(150_000, 13), noise(160_000, 14)
    (command_line.folder / "report.bin").write_bytes(data)
    command_line.run(key, "send", alice.handle, "--file", str(command_line.folder / "report.bin"), "--caption", "the report")
    there = alice.client.go_to_request(carol)
    there.expect_text("the report")
    there.accept()
    assert sha256(there.download("report.bin")) == sha256(data)
    saved = command_line.folder / "saved"
    listening = command_line.start(key, "listen", "--download", str(saved), "--json")
    there.attach(payload("answer.bin", "application/octet-stream", back), caption="my answer")
    event = json.loads(listening.see('"type":"file"', "answer.bin"))
    assert event["file"]["sha256"] == sha256(back)
    assert event["path"] == str(saved / "answer.bin")
    assert sha256((saved / "answer.bin").read_bytes()) == sha256(back)
    # What listens has received it; nobody has read it.
    expect(there.message("my answer").get_by_text("Delivered", exact=True)).to_be_visible()


def test_one_account_in_a_terminal_and_a_browser(pair, command_line):
    alice, bob = pair
    there, here = alice.client.conversation, bob.client.conversation
    here.write("bob wrote this in his browser")
    here.expect_state("bob wrote this in his browser", "Sent")
    terminal = command_line.chat(bob.recovery, alice.handle)
    terminal.see("you: bob wrote this in his browser")
    terminal.say("bob wrote this in his terminal")
    there.expect_text("bob wrote this in his terminal")
    here.expect_state("bob wrote this in his terminal", "Sent")
    here.write("and this in his browser again")
    number = terminal.number("you: and this in his browser again")
    terminal.say(f"/edit {number} and this, mended in his terminal")
    for side in (there, here):
        side.expect_text("and this, mended in his terminal")
    terminal.end()
