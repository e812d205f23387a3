"""Hostile and borderline JSON at the doors for signed bodies (sections 1 and 5)."""

import pytest

from kezwire import envelopes, jcs
from kezwire.identity import Identity
from system import expect, unique_handle

LIMIT = 16 * 1024


def sized(system, length):
    """A valid registration of exactly `length` bytes."""
    who, handle, created = Identity(), unique_handle(), system.now()
    bare = jcs.compact(envelopes.registration(who, handle, system.server, created, pad=""))
    pad = "x" * (length - len(bare))
    raw = jcs.compact(envelopes.registration(who, handle, system.server, created, pad=pad))
    assert len(raw) == length
    return raw


@pytest.mark.parametrize("chunked", [False, True], ids=["content-length", "chunked"])
def test_body_at_the_exact_limit(system, chunked):
    expect(system.http.post("/v1/register", sized(system, LIMIT), chunked=chunked), 201)


@pytest.mark.parametrize("chunked", [False, True], ids=["content-length", "chunked"])
@pytest.mark.parametrize("length", [LIMIT + 1, LIMIT * 2, 600_000])
def test_body_over_the_limit(system, length, chunked):
    raw = sized(system, length)
    expect(system.http.post("/v1/register", raw, chunked=chunked), 413, "too_large")


@pytest.mark.parametrize("door", ["/v1/register", "/v1/release", "/v1/messages"])
@pytest.mark.parametrize(
    "body",
    [b"", b"nope", b"{", b'{"a":1,}', b"{'a':1}", b'{"a":01}', b'{"a":NaN}', b'{"a":+1}', b'{"a":"\n"}', b"\xff\xfe{}", b"[1"],
    ids=repr,
)
def test_body_that_is_not_json(system, door, body):
    expect(system.http.post(door, body), 400, "bad_json")


@pytest.mark.parametrize("door", ["/v1/register", "/v1/release", "/v1/messages"])
@pytest.mark.parametrize("body", [b"[]", b"null", b"1", b'"text"', b"{}"], ids=repr)
def test_json_that_is_no_envelope(system, door, body):
    expect(system.http.post(door, body), 400)


def with_text(system, old: bytes, new: bytes) -> bytes:
    """A registration whose serialised form was changed after signing."""
    raw = jcs.compact(envelopes.registration(Identity(), unique_handle(), system.server, system.now(), note="NOTE"))
    assert old in raw
    return raw.replace(old, new, 1)


REFUSED = {
    "duplicate member": (b'"note":"NOTE"', b'"note":"NOTE","note":"NOTE"'),
    "duplicate member, escaped": (b'"note":"NOTE"', b'"note":"NOTE","n\\u006fte":"NOTE"'),
    "duplicate at the top": (b'{"kez"', b'{"kez":"handle_registration","kez"'),
    "duplicate in the signature": (b'"alg"', b'"alg":"ed25519-sha512-jcs","alg"'),
    "lone high surrogate": (b'"NOTE"', b'"\\ud800"'),
    "lone low surrogate": (b'"NOTE"', b'"\\udc00x"'),
    "surrogates in the wrong order": (b'"NOTE"', b'"\\udc00\\ud800"'),
    "lone surrogate in a name": (b'"note"', b'"\\ud800"'),
    "invalid UTF-8": (b'"NOTE"', b'"\xc3\x28"'),
    "overlong UTF-8": (b'"NOTE"', b'"\xc0\xaf"'),
    "surrogate in UTF-8": (b'"NOTE"', b'"\xed\xa0\x80"'),
    "truncated UTF-8": (b'"NOTE"', b'"\xe2\x82"'),
    "raw control character": (b'"NOTE"', b'"\x01"'),
    "bad escape": (b'"NOTE"', b'"\\x41"'),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_refused_json(system, change):
    expect(system.register(with_text(system, *change)), 400, "bad_json", "bad_envelope")


@pytest.mark.parametrize("tail", [b"x", b"{}", b"\x00", b",", b"]"], ids=repr)
def test_trailing_bytes(system, tail):
    raw = jcs.compact(envelopes.registration(Identity(), unique_handle(), system.server, system.now()))
    expect(system.register(raw + tail), 400, "bad_json", "bad_envelope")


def nested(levels: int, kind: str):
    """`levels` containers, one in another, the innermost empty."""
    value = [] if kind == "array" else {}
    for _ in range(levels - 1):
        value = [value] if kind == "array" else {"a": value}
    return value


@pytest.mark.parametrize("kind", ["array", "object"])
def test_nesting_of_24_levels_is_accepted(system, kind):
    # The envelope is the first level, its payload the second.
    envelope = envelopes.registration(Identity(), unique_handle(), system.server, system.now(), deep=nested(22, kind))
    expect(system.register(envelope), 201)


@pytest.mark.parametrize("kind", ["array", "object"])
@pytest.mark.parametrize("levels", [25, 33, 100, 2000])
def test_deeper_nesting_is_refused(system, levels, kind):
    who, handle = Identity(), unique_handle()
    envelope = envelopes.registration(who, handle, system.server, system.now(), deep="DEEP")
    opened = (b"[" if kind == "array" else b'{"a":') * (levels - 3)
    closed = (b"]" if kind == "array" else b"}") * (levels - 3)
    inner = b"[]" if kind == "array" else b"{}"
    if levels < 200:
        envelope = envelopes.resign({**envelope, "payload": {**envelope["payload"], "deep": nested(levels - 2, kind)}}, who)
        raw = jcs.compact(envelope)
        assert opened + inner + closed in raw
    else:
        raw = jcs.compact(envelope).replace(b'"DEEP"', opened + inner + closed)
    expect(system.register(raw), 400, "bad_json", "bad_envelope")
    expect(system.lookup(handle), 404)


@pytest.mark.parametrize("number", [b"9007199254740992", b"-9007199254740992", b"123456789012345678901234567890", b"1E400"])
def test_numbers_that_have_no_canonical_form_are_refused_in_a_payload(system, number):
    who = Identity()
    envelope = envelopes.registration(who, unique_handle(), system.server, system.now(), n="NUMBER")
    canonical = jcs.canonical(envelope["payload"]).replace(b'"NUMBER"', number)
    envelope["signature"]["sig"] = who.sign(canonical).hex()
    raw = jcs.compact(envelope).replace(b'"NUMBER"', number)
    expect(system.register(raw), 400, "bad_json", "bad_envelope", "bad_signature")


@pytest.mark.parametrize("number", [b"9007199254740991", b"-9007199254740991", b"1e300", b"-0", b"5e-324", b"1E-400"])
def test_numbers_at_the_edge_are_accepted(system, number):
    who = Identity()
    envelope = envelopes.registration(who, unique_handle(), system.server, system.now(), n=jcs.parse(number))
    at = jcs.compact(envelope)
    written = b'"n":' + jcs.compact(envelope["payload"]["n"])
    assert written in at
    expect(system.register(at.replace(written, b'"n":' + number)), 201)


def test_a_byte_order_mark_is_not_json(system):
    raw = jcs.compact(envelopes.registration(Identity(), unique_handle(), system.server, system.now()))
    expect(system.register(b"\xef\xbb\xbf" + raw), 400, "bad_json", "bad_envelope")
