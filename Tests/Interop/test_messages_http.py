"""POST /v1/messages: acceptance, attribution, refusals and their order, duplicates (sections 4 and 6)."""

import itertools

import pytest

from kezwire import envelopes, jcs
from kezwire.identity import Identity
from system import expect, parse_time, unique_handle


@pytest.fixture
def two(system):
    return system.user(), system.user()


def check_receipt(body, duplicate=False):
    assert isinstance(body["seq"], int) and body["seq"] > 0, body
    assert body["duplicate"] is duplicate, body
    parse_time(body["received_at"])


def test_attributed_message(system, two):
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex)
    body = expect(system.post(bob.handle, envelope), 201)
    check_receipt(body)
    (entry,) = system.messages(bob)
    assert entry["seq"] == body["seq"]
    assert entry["from"] == alice.primary
    assert entry["envelope"] == envelope
    assert entry["received_at"] == body["received_at"] or parse_time(entry["received_at"])
    assert envelopes.open_message(bob.identity, entry["envelope"]).startswith(b'{"kez":"kez-text-v1","text":"hello"')


@pytest.mark.parametrize("form", ["{0.handle}", "{0.fqhn}", "{0.primary}"], ids=["handle", "handle@server", "primary"])
def test_forms_of_a_recipient(system, two, form):
    alice, bob = two
    expect(system.post(form.format(bob), envelopes.message(alice.identity, bob.hex)), 201)
    assert len(system.messages(bob)) == 1


def test_message_to_oneself(system):
    alice = system.user()
    expect(system.post(alice.handle, envelopes.message(alice.identity, alice.hex)), 201)
    assert [entry["from"] for entry in system.messages(alice)] == [alice.primary]


def test_anonymous_message(system):
    bob = system.user()
    body = expect(system.post_anonymous(bob.handle, {"hello": "world"}), 201)
    check_receipt(body)
    (entry,) = system.messages(bob)
    assert entry["from"] is None
    assert entry["envelope"] == {"hello": "world"}


@pytest.mark.parametrize("tag", ["mls", "from-the-future", "handle_registration", "Message", None, 7])
def test_another_tag_is_anonymous(system, tag):
    bob = system.user()
    expect(system.post_anonymous(bob.handle, {"kez": tag, "payload": {"from": bob.primary}}), 201)
    assert [entry["from"] for entry in system.messages(bob)] == [None]


@pytest.mark.parametrize("to", ["nobody", "somebody@elsewhere", "stranger"])
def test_unknown_recipient(system, two, to):
    alice, bob = two
    names = {"nobody": unique_handle(), "somebody@elsewhere": bob.handle + "@elsewhere.test", "stranger": Identity().primary}
    expect(system.post(names[to], envelopes.message(alice.identity, bob.hex)), 404, "unknown_recipient")
    assert system.messages(bob) == []


@pytest.mark.parametrize("envelope", [b"[]", b"null", b"1", b'"text"', b"true"], ids=repr)
def test_envelope_that_is_no_object(system, two, envelope):
    expect(system.post(two[1].handle, envelope), 400, "bad_envelope", "bad_json")


@pytest.mark.parametrize("body", [b'{"envelope":{}}', b'{"to":5,"envelope":{}}', b'{"to":null,"envelope":{}}'], ids=repr)
def test_body_without_a_recipient(system, body):
    assert system.http.post("/v1/messages", body).status in (400, 404)


def test_body_without_an_envelope(system, two):
    expect(system.http.post("/v1/messages", jcs.compact({"to": two[1].handle})), 400)


def build(system, alice, bob, wrong):
    """A message to bob that breaks the checks named in `wrong`."""
    sender = Identity() if "unknown_sender" in wrong else alice.identity
    to_hex = Identity().hex if "wrong_recipient" in wrong else bob.hex
    envelope = envelopes.message(sender, to_hex)
    if "bad_envelope" in wrong:
        envelope["payload"]["id"] = "not an id"
        envelope = envelopes.resign(envelope, sender)
    if "bad_signature" in wrong:
        envelope = envelopes.spoil(envelope)
    return envelope


ORDER = {"bad_envelope": 400, "bad_signature": 400, "wrong_recipient": 400, "unknown_sender": 403}


@pytest.mark.parametrize("code", ORDER)
def test_refusal(system, two, code):
    expect(system.post(two[1].handle, build(system, *two, {code})), ORDER[code], code)
    assert system.messages(two[1]) == []


@pytest.mark.parametrize("pair", list(itertools.combinations(ORDER, 2)), ids="+".join)
def test_order_of_refusals(system, two, pair):
    expect(system.post(two[1].handle, build(system, *two, set(pair))), ORDER[pair[0]], pair[0])


def test_everything_wrong_is_reported_as_the_first(system, two):
    for at, code in enumerate(ORDER):
        expect(system.post(two[1].handle, build(system, *two, set(list(ORDER)[at:]))), ORDER[code], code)


def test_sender_who_released_the_handle_is_unknown(system, two):
    alice, bob = two
    expect(system.release(envelopes.release(alice.identity, alice.handle, system.server)), 200)
    expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 403, "unknown_sender")


NOT_ATTRIBUTED = {
    "type": "kez.chat.other",
    "version": 0,
    "id": "00" * 15,
    "from": "ed25519:00",
    "to": "bob",
}


@pytest.mark.parametrize("member", NOT_ATTRIBUTED)
@pytest.mark.parametrize("how", ["wrong", "missing", "ill-typed"])
def test_tag_message_that_is_not_attributed(system, two, member, how):
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex)
    if how == "missing":
        del envelope["payload"][member]
    else:
        envelope["payload"][member] = NOT_ATTRIBUTED[member] if how == "wrong" else ["x"]
    expect(system.post(bob.handle, envelopes.resign(envelope, alice.identity)), 400, "bad_envelope")


@pytest.mark.parametrize("version", ["1", 1.5, True, -1, None])
def test_version_that_is_no_positive_integer(system, two, version):
    envelope = envelopes.message(two[0].identity, two[1].hex, version=version)
    expect(system.post(two[1].handle, envelope), 400, "bad_envelope")


@pytest.mark.parametrize("identifier", ["0" * 31, "0" * 33, "A" * 32, "g" * 32, ""])
def test_id_that_is_not_well_formed(system, two, identifier):
    envelope = envelopes.message(two[0].identity, two[1].hex, id=identifier)
    expect(system.post(two[1].handle, envelope), 400, "bad_envelope")


def test_key_must_be_the_sender(system, two):
    alice, bob = two
    mallory = system.user()
    envelope = envelopes.message(alice.identity, bob.hex)
    expect(system.post(bob.handle, envelopes.resign(envelope, mallory.identity)), 400, "bad_envelope")


def test_higher_version_is_attributed_and_stored(system, two):
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex, version=7, ciphertext={"new": ["form"]}, nonce=None)
    expect(system.post(bob.handle, envelope), 201)
    (entry,) = system.messages(bob)
    assert (entry["from"], entry["envelope"]) == (alice.primary, envelope)
    expect(system.post(bob.handle, envelopes.spoil(envelope)), 400, "bad_signature")
    expect(system.post(alice.handle, envelope), 400, "wrong_recipient")


@pytest.mark.parametrize("alg", ["ML-DSA-65", "ed25519", "none"])
@pytest.mark.parametrize("version", [1, 2])
def test_unknown_alg_is_a_bad_signature(system, two, alg, version):
    envelope = envelopes.message(two[0].identity, two[1].hex, version=version)
    envelope["signature"]["alg"] = alg
    expect(system.post(two[1].handle, envelope), 400, "bad_signature")


def test_the_content_is_not_looked_at(system, two):
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex, nonce="!", ciphertext="", created_at="long ago")
    expect(system.post(bob.handle, envelope), 201)
    assert system.messages(bob)[0]["from"] == alice.primary


def test_retries_are_duplicates(system, two):
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex)
    first = expect(system.post(bob.handle, envelope), 201)
    check_receipt(first)
    for to in (bob.handle, bob.primary):
        again = expect(system.post(to, envelope), 201)
        check_receipt(again, duplicate=True)
        assert again["seq"] == first["seq"]
    assert len(system.messages(bob)) == 1


def test_the_same_id_with_other_bytes_is_listed_once(system, two):
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex)
    first, second = jcs.compact(envelope), jcs.canonical({**envelope, "unsigned": 1})
    expect(system.post(bob.handle, first), 201)
    assert system.post(bob.handle, second).status == 201
    other = envelopes.message(alice.identity, bob.hex, id=envelope["payload"]["id"])
    assert system.post(bob.handle, other).status == 201
    assert system.raws(bob) == [first], "the first is kept, the repeats are dropped"


def test_the_same_id_from_another_or_to_another_is_no_repeat(system, two):
    alice, bob = two
    carol = system.user()
    identifier = "5" * 32
    for sender, to in ((alice, bob), (carol, bob), (alice, carol)):
        envelope = envelopes.message(sender.identity, to.hex, id=identifier)
        expect(system.post(to.handle, envelope), 201)
    assert {entry["from"] for entry in system.messages(bob)} == {alice.primary, carol.primary}
    assert [entry["from"] for entry in system.messages(carol)] == [alice.primary]
