"""Every check of a registration, its code, and the order of the checks (section 5)."""

import json
import pathlib
import secrets

import pytest

import violations
from kezwire import envelopes, jcs
from kezwire.identity import Identity
from system import expect, unique_handle

VECTORS = json.loads((pathlib.Path(__file__).resolve().parent.parent / "Vectors" / "vectors.json").read_text())
RESERVED = """admin administrator root system support help security abuse postmaster webmaster hostmaster info noreply
no-reply api www mail kez nats sig server moderator mod staff official everyone here all null undefined anonymous anon
guest self well-known""".split()


def attempt(system, wrong, who=None, handle=None):
    return system.register(violations.claim(system, "handle_registration", who or Identity(), wrong, handle))


@pytest.mark.parametrize("code", violations.CLAIM_ORDER)
def test_check(system, code):
    expect(attempt(system, [code]), 400, code)


@pytest.mark.parametrize("pair", violations.pairs(violations.CLAIM_ORDER), ids="+".join)
def test_order(system, pair):
    expect(attempt(system, pair), 400, pair[0])


@pytest.mark.parametrize("code", violations.CLAIM_ORDER)
def test_checks_come_before_conflicts(system, code):
    user = system.user()
    expect(attempt(system, [code], user.identity, user.handle), 400, code)
    expect(attempt(system, [code], Identity(), user.handle), 400, code)


def test_everything_wrong_is_reported_as_the_first(system):
    for at in range(len(violations.CLAIM_ORDER)):
        expect(attempt(system, violations.CLAIM_ORDER[at:]), 400, violations.CLAIM_ORDER[at])


@pytest.mark.parametrize("handle", RESERVED)
def test_reserved_handle(system, handle):
    envelope = envelopes.registration(Identity(), handle, system.server)
    expect(system.register(envelope), 400, "reserved_handle")


BAD_HANDLES = ["", "me", "ab", "a" * 33, "-abc", "_abc", "Abc", "a.bc", "a bc", "abc\n", "abc\u0000", "ábc", "a@b", "абв"]


@pytest.mark.parametrize("handle", BAD_HANDLES, ids=ascii)
def test_bad_handle(system, handle):
    envelope = envelopes.registration(Identity(), handle, system.server)
    expect(system.register(envelope), 400, "bad_handle")


@pytest.mark.parametrize("length", [3, 32])
def test_shortest_and_longest_handle(system, length):
    for _ in range(20):  # a short one may be taken already
        handle = (secrets.choice("abcxyz0189") + secrets.token_hex(16))[: length - 1] + secrets.choice("_-z0")
        answer = system.register(envelopes.registration(Identity(), handle, system.server))
        if answer.status != 409:
            break
    expect(answer, 201)


@pytest.mark.parametrize("offset", [-360, 360, -86400, 86400])
def test_stale_on_either_side(system, offset):
    envelope = envelopes.registration(Identity(), unique_handle(), system.server, system.now(offset))
    expect(system.register(envelope), 400, "stale_timestamp")


@pytest.mark.parametrize("offset", [-240, 240])
def test_not_yet_stale(system, offset):
    envelope = envelopes.registration(Identity(), unique_handle(), system.server, system.now(offset))
    expect(system.register(envelope), 201)


def signed(system, **members):
    """A registration with members of its payload replaced before signing; a value of ... takes one away."""
    who = Identity()
    payload = envelopes.registration(who, unique_handle(), system.server, system.now())["payload"]
    payload = {name: value for name, value in {**payload, **members}.items() if value is not ...}
    return envelopes.sign("handle_registration", payload, who)


MEMBERS = ["type", "version", "handle", "primary", "server", "created_at"]


@pytest.mark.parametrize("name", MEMBERS)
@pytest.mark.parametrize("value", [..., None, [], {}, True], ids=["missing", "null", "array", "object", "true"])
def test_missing_or_ill_typed_member(system, name, value):
    expect(system.register(signed(system, **{name: value})), 400, "bad_envelope")


@pytest.mark.parametrize("name, value", [("version", "1"), ("type", 1), ("handle", 5), ("server", 5), ("created_at", 0)])
def test_string_for_number_and_number_for_string(system, name, value):
    expect(system.register(signed(system, **{name: value})), 400, "bad_envelope")


@pytest.mark.parametrize("version", [0, 2, 99, -1])
def test_other_version(system, version):
    expect(system.register(signed(system, version=version)), 400, "bad_type")


@pytest.mark.parametrize("other", ["handle_release", "message", "sigchain_link"])
def test_tag_and_type_must_agree(system, other):
    expect(system.register(signed(system, type=envelopes.TYPES[other])), 400, "bad_type")
    envelope = signed(system)
    envelope["kez"] = other
    expect(system.register(envelope), 400, "bad_envelope", "bad_type")


@pytest.mark.parametrize("created_at", ["yesterday", "2026-05-25", "2026-05-25T03:00:00", "2026-13-45T99:00:00Z", ""])
def test_created_at_that_is_no_time(system, created_at):
    expect(system.register(signed(system, created_at=created_at)), 400, "bad_envelope", "stale_timestamp")


def test_created_at_in_another_zone_is_refused(system):
    created_at = system.now(2 * 3600).removesuffix("Z") + "+02:00"
    expect(system.register(signed(system, created_at=created_at)), 400, "bad_envelope", "stale_timestamp")


@pytest.mark.parametrize("form", ["{}", "ed25519:{}0", "x25519:{}", "ed25519:"])
def test_primary_in_a_wrong_form(system, form):
    who = Identity()
    envelope = envelopes.registration(who, unique_handle(), system.server, primary=form.format(who.hex))
    expect(system.register(envelope), 400, "bad_envelope", "key_mismatch")


def test_upper_case_hex_is_refused(system):
    who = Identity.in_shard("a")
    upper = "ed25519:" + who.hex.upper()
    envelope = envelopes.registration(who, unique_handle(), system.server, primary=upper)
    envelope["signature"]["key"] = upper
    expect(system.register(envelope), 400, "bad_envelope", "bad_signature")
    envelope = signed(system)
    envelope["signature"]["sig"] = envelope["signature"]["sig"].upper()
    expect(system.register(envelope), 400, "bad_envelope", "bad_signature")


@pytest.mark.parametrize("member", ["kez", "payload", "signature"])
@pytest.mark.parametrize("value", [..., None, 5, []], ids=["missing", "null", "number", "array"])
def test_shape_of_the_envelope(system, member, value):
    envelope = signed(system)
    if value is ...:
        del envelope[member]
    else:
        envelope[member] = value
    expect(system.register(envelope), 400, "bad_envelope")


@pytest.mark.parametrize("member", ["alg", "key", "sig"])
@pytest.mark.parametrize("value", [..., None, 5, "", "abc"], ids=["missing", "null", "number", "empty", "abc"])
def test_shape_of_the_signature(system, member, value):
    envelope = signed(system)
    if value is ...:
        del envelope["signature"][member]
    else:
        envelope["signature"][member] = value
    # A string of the wrong form may be found out by the shape check or by the check it is for.
    later = {"key": ["key_mismatch"], "sig": ["bad_signature"]}.get(member, []) if isinstance(value, str) else []
    expect(system.register(envelope), 400, "bad_envelope", *later)


@pytest.mark.parametrize("alg", ["ed25519", "none", "ML-DSA-65", "ED25519-SHA512-JCS"])
def test_unknown_alg_is_bad_envelope(system, alg):
    envelope = signed(system)
    envelope["signature"]["alg"] = alg
    expect(system.register(envelope), 400, "bad_envelope")


EDGE_CASES = [row for row in VECTORS["signature_edge_cases"] if len(row["signature"]) == 128 and row["name"] != "valid"]


@pytest.mark.parametrize("row", EDGE_CASES, ids=lambda row: row["name"])
def test_forgeries_of_the_vectors(system, row):
    primary = "ed25519:" + row["public"]
    payload = {**signed(system)["payload"], "primary": primary}
    signature = {"alg": envelopes.ALG, "key": primary, "sig": row["signature"]}
    answer = system.register({"kez": "handle_registration", "payload": payload, "signature": signature})
    expect(answer, 400, "bad_signature", "bad_envelope")


SMALL_ORDER = [row for row in EDGE_CASES if "pk" in row["name"]]


@pytest.mark.parametrize("row", SMALL_ORDER, ids=lambda row: row["name"])
def test_keys_under_which_anything_verifies(system, row):
    """R = identity and S = 0 verify under the identity key for every message, where a library does not check keys."""
    primary = "ed25519:" + row["public"]
    for attempt_number in range(8):
        payload = {**signed(system)["payload"], "primary": primary, "n": attempt_number}
        for sig in (row["signature"], row["public"] + "00" * 32, "01" + "00" * 63):
            signature = {"alg": envelopes.ALG, "key": primary, "sig": sig}
            envelope = {"kez": "handle_registration", "payload": payload, "signature": signature}
            expect(system.register(envelope), 400, "bad_signature", "bad_envelope")
    assert system.by_primary(row["public"]).status in (400, 404)


def test_malleable_signature(system):
    """S + L in place of S: the same signature to a verifier that does not check."""
    order = 2**252 + 27742317777372353535851937790883648493
    envelope = signed(system)
    sig = bytes.fromhex(envelope["signature"]["sig"])
    s = int.from_bytes(sig[32:], "little") + order
    envelope["signature"]["sig"] = (sig[:32] + s.to_bytes(32, "little")).hex()
    expect(system.register(envelope), 400, "bad_signature")


def test_signature_over_other_bytes_than_the_canonical_form(system):
    who = Identity()
    envelope = envelopes.registration(who, unique_handle(), system.server, system.now())
    raw = json.dumps(envelope["payload"], indent=1).encode()
    assert raw != jcs.canonical(envelope["payload"])
    envelope["signature"]["sig"] = who.sign(raw).hex()
    expect(system.register(envelope), 400, "bad_signature")
