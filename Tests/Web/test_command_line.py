"""A seed of the browser works in `kez`, and messages go both ways."""


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
