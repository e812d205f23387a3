"""Envelopes are opaque: limits at the exact byte, and byte for byte what was sent (sections 4 and 6)."""

import json

import pytest

from kezwire import envelopes, jcs
from system import expect, post_body

ENVELOPE_LIMIT = 262_144
BODY_LIMIT = 524_288


@pytest.fixture
def two(system):
    return system.user(), system.user()


def sized(alice, bob, length):
    """An attributed envelope of exactly `length` bytes, padded outside its payload."""
    envelope = {**envelopes.message(alice.identity, bob.hex), "pad": ""}
    envelope["pad"] = "x" * (length - len(jcs.compact(envelope)))
    raw = jcs.compact(envelope)
    assert len(raw) == length
    return raw


def test_envelope_at_the_limit(system, two):
    raw = sized(*two, ENVELOPE_LIMIT)
    expect(system.post(two[1].handle, raw), 201)
    assert system.raws(two[1]) == [raw]


def test_payload_at_the_limit(system, two):
    alice, bob = two
    bare = len(jcs.compact(envelopes.message(alice.identity, bob.hex, ciphertext="")))
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex, ciphertext="A" * (ENVELOPE_LIMIT - bare)))
    assert len(raw) == ENVELOPE_LIMIT
    expect(system.post(bob.handle, raw), 201)
    assert system.raws(bob) == [raw]


def test_envelope_over_the_limit(system, two):
    expect(system.post(two[1].handle, sized(*two, ENVELOPE_LIMIT + 1)), 413, "too_large")
    assert system.messages(two[1]) == []


def test_the_limit_counts_bytes_as_sent(system, two):
    raw = sized(*two, ENVELOPE_LIMIT)
    expect(system.post(two[1].handle, raw.replace(b'{"kez"', b'{ "kez"', 1)), 413, "too_large")
    wide = json.dumps(json.loads(raw), ensure_ascii=False).encode()
    assert len(wide) > ENVELOPE_LIMIT
    expect(system.post(two[1].handle, wide), 413, "too_large")


def test_space_around_the_envelope_is_not_counted(system, two):
    raw = sized(*two, ENVELOPE_LIMIT)
    body = b'{"to": ' + json.dumps(two[1].handle).encode() + b', "envelope":\r\n\t ' + raw + b"  }"
    expect(system.http.post("/v1/messages", body), 201)
    assert system.raws(two[1]) == [raw]


@pytest.mark.parametrize("chunked", [False, True], ids=["content-length", "chunked"])
def test_body_at_the_limit(system, two, chunked):
    body = post_body(two[1].handle, sized(*two, 5000))
    body += b" " * (BODY_LIMIT - len(body))
    expect(system.http.post("/v1/messages", body, chunked=chunked), 201)


@pytest.mark.parametrize("chunked", [False, True], ids=["content-length", "chunked"])
@pytest.mark.parametrize("length", [BODY_LIMIT + 1, 4 * BODY_LIMIT])
def test_body_over_the_limit(system, two, length, chunked):
    body = post_body(two[1].handle, sized(*two, 5000))
    body += b" " * (length - len(body))
    expect(system.http.post("/v1/messages", body, chunked=chunked), 413, "too_large")
    assert system.messages(two[1]) == []


ODD = {
    "numbers": b'{"a":1.0e5,"b":1E400,"c":-0,"d":0.10,"e":123456789012345678901234567890,"f":1e-999,"g":100000000000000000000.5E+01}',
    "space": b'{ \r\n\t"b" :\n[ 1 ,2\t, {  } ] ,\r"a":{\n\n}\n}',
    "order": b'{"z":1,"a":2,"m":{"z":1,"a":2},"":0}',
    "escapes": b'{"\\u0061\\/b":"\\u00e9\\u00E9\\ud83d\\ude00\\b\\f\\n\\r\\t\\"\\\\ \\u0000 \\u2028","c":"/"}',
    "raw text": '{"é":"€ \U0001f600 \u2028\u2029\u007f \ufeff","e\u0301":"normal forms differ"}'.encode(),
    "literals": b'{"t":true,"f":false,"n":null,"s":"","o":{},"l":[[],[[]]]}',
    "lookalikes": b'{"messages":"],\\"envelope\\":{","envelope":{"envelope":"}"},"seq":-1,"to":"x"}',
    "empty": b"{}",
    "names": b'{"__proto__":1,"constructor":2,"_private":3,"$ref":4,"a.b":5}',
}


@pytest.mark.parametrize("raw", ODD.values(), ids=ODD)
def test_anonymous_bytes(system, raw):
    bob = system.user()
    expect(system.post_anonymous(bob.handle, raw), 201)
    (entry,) = system.messages(bob)
    assert entry["raw"] == raw
    assert entry["from"] is None


def test_attributed_bytes(system, two):
    """The signature is over the canonical payload; what is stored is what was sent."""
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex, number=100000.0, text="é/€", zero=0, extra={"b": 1, "a": [None]})
    raw = json.dumps(envelope, indent="\t", ensure_ascii=True).encode()
    raw = raw.replace(b"100000.0", b"1.0e5").replace(b'"zero": 0', b'"zero" : -0').replace(b"/", b"\\/")
    raw = raw.replace(b'"signature":', b'"unsigned": {"n":1E400,"o":[12345678901234567890]},\r\n"signature":')
    assert b"1.0e5" in raw and b"\\u00e9" in raw and b"1E400" in raw
    expect(system.post(bob.handle, raw), 201)
    (entry,) = system.messages(bob)
    assert entry["raw"] == raw
    assert entry["from"] == alice.primary


def test_duplicate_detection_is_over_bytes(system, two):
    alice, bob = two
    envelope = envelopes.message(alice.identity, bob.hex)
    first = expect(system.post(bob.handle, jcs.compact(envelope)), 201)
    spaced = expect(system.post(bob.handle, jcs.compact(envelope) + b" "), 201)
    assert spaced["duplicate"] is True and spaced["seq"] == first["seq"], "space after the envelope is no part of it"


REFUSED = {
    "duplicate member": b'{"a":1,"a":1}',
    "duplicate member deep": b'{"a":[{"b":1,"\\u0062":2}]}',
    "lone surrogate": b'{"a":"\\ud800"}',
    "invalid UTF-8": b'{"a":"\xff"}',
    "number": b'{"a":.5}',
    "trailing": b'{"a":1}}',
    "comment": b'{"a":1/*x*/}',
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED)
def test_refused_json(system, raw):
    bob = system.user()
    expect(system.post(bob.handle, raw), 400, "bad_json", "bad_envelope")
    assert system.messages(bob) == []


def deep(levels):
    return b'{"a":' + b"[" * (levels - 1) + b"]" * (levels - 1) + b"}"


def test_nesting(system):
    bob = system.user()
    expect(system.post_anonymous(bob.handle, deep(24)), 201)
    expect(system.post(bob.handle, deep(25)), 400, "bad_json", "bad_envelope")
    expect(system.post(bob.handle, deep(10_000)), 400, "bad_json", "bad_envelope")
    assert system.raws(bob) == [deep(24)]


def test_numbers_without_a_canonical_form_in_a_payload(system, two):
    alice, bob = two
    for number in (b"1E400", b"9007199254740992"):
        envelope = envelopes.message(alice.identity, bob.hex, n="NUMBER")
        canonical = jcs.canonical(envelope["payload"]).replace(b'"NUMBER"', number)
        envelope["signature"]["sig"] = alice.identity.sign(canonical).hex()
        raw = jcs.compact(envelope).replace(b'"NUMBER"', number)
        expect(system.post(bob.handle, raw), 400, "bad_envelope", "bad_signature", "bad_json")
