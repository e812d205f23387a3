"""Registering a handle and looking it up (sections 3 to 5)."""

import concurrent.futures

import pytest

from kezwire import envelopes, jcs
from kezwire.identity import Identity
from system import expect, parse_time, unique_handle, user_object_in


def check_user_object(body, user):
    assert body["handle"] == user.handle
    assert body["fqhn"] == user.fqhn
    assert body["primary"] == user.primary
    assert body["sigchain_url"].endswith("/v1/sigchains/ed25519/" + user.hex), body["sigchain_url"]
    assert body["sigchain"] == {"length": 0, "head": None}
    parse_time(body["registered_at"])


def test_success_answers_the_user_object(system):
    who, handle = Identity(), unique_handle()
    answer = system.register(envelopes.registration(who, handle, system.server, system.now()))
    body = expect(answer, 201)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert (body["handle"], body["fqhn"], body["primary"]) == (handle, f"{handle}@{system.server}", who.primary)
    assert body["sigchain"] == {"length": 0, "head": None}
    parse_time(body["registered_at"])


def test_registered_at_is_the_servers_time(system):
    who, handle = Identity(), unique_handle()
    claimed = system.now(-200)
    body = expect(system.register(envelopes.registration(who, handle, system.server, claimed)), 201)
    assert parse_time(body["registered_at"]) > parse_time(claimed), "registered_at is the client's created_at"


def test_look_ups_answer_the_same_object(system):
    user = system.user()
    first = expect(system.lookup(user.handle), 200)
    check_user_object(first, user)
    assert expect(system.lookup(user.fqhn), 200) == first
    assert expect(system.by_primary(user.primary), 200) == first
    assert expect(system.by_primary(user.hex), 200) == first


def test_look_ups_accept_percent_encoding(system):
    user = system.user()
    assert expect(system.lookup(f"{user.handle}%40{user.server}"), 200)["primary"] == user.primary
    assert expect(system.by_primary("ed25519%3A" + user.hex), 200)["handle"] == user.handle


def test_look_ups_of_nobody(system):
    user = system.user()
    expect(system.lookup(unique_handle()), 404, "not_found")
    expect(system.lookup(f"{user.handle}@elsewhere.test"), 404, "not_found")
    expect(system.by_primary(Identity().primary), 404, "not_found")
    expect(system.by_primary(Identity().hex), 404, "not_found")


@pytest.mark.parametrize("handle", ["UPPER", "ab", "-abc", "a" * 33, "a%20b", "%C3%A9tienne", "%00abc"])
def test_look_up_of_what_is_no_handle(system, handle):
    answer = system.lookup(handle)
    assert answer.status in (400, 404), answer
    expect(answer, answer.status)


@pytest.mark.parametrize("form", ["{hex}0", "ed25519:{upper}", "{upper}", "x25519:{hex}", "ed25519:", "{short}", "zz"])
def test_by_primary_in_a_wrong_form(system, form):
    user = system.user(Identity.in_shard("a"))
    text = form.format(hex=user.hex, upper=user.hex.upper(), short=user.hex[:-1])
    answer = system.by_primary(text)
    assert answer.status in (400, 404), answer
    expect(answer, answer.status)


def test_unknown_members_are_accepted_and_signed(system):
    who, handle = Identity(), unique_handle()
    more = {"note": "€ \U0001f600 \x7f", "n": [1e21, 0.1, -0.0, 4.5, 1e-7, 333333333.33333329], "\ufb33": 1, "\U0001f600": 2}
    envelope = envelopes.registration(who, handle, system.server, system.now(), _x=None, nested={"b": [], "a": {}}, **more)
    envelope["unsigned"] = {"anything": True}
    envelope["signature"]["hint"] = 1
    expect(system.register(envelope), 201)


def test_the_wire_form_need_not_be_canonical(system):
    who, handle = Identity(), unique_handle()
    envelope = envelopes.registration(who, handle, system.server, system.now(), n=100000.0, text="a/b", **{"é": "é"})
    raw = jcs.compact(envelope)
    raw = raw.replace(b'"n":100000.0', b'"n" :\t1.0E5').replace(b'"a/b"', b'"\\u0061\\/b"')
    raw = raw.replace('"é":"é"'.encode(), b'"\\u00e9":"\\u00E9"').replace(b'{"kez"', b'\r\n{ "kez"') + b"\n"
    assert b"1.0E5" in raw and b"\\u00E9" in raw
    expect(system.register(raw), 201)


def test_changing_a_signed_member_breaks_the_signature(system):
    envelope = envelopes.registration(Identity(), unique_handle(), system.server, system.now(), note="a")
    envelope["payload"]["note"] = "b"
    expect(system.register(envelope), 400, "bad_signature")


def test_fractions_of_seconds_are_accepted(system):
    created = system.now().removesuffix("Z") + ".123456789Z"
    expect(system.register(envelopes.registration(Identity(), unique_handle(), system.server, created)), 201)


def test_replayed_carries_the_user_object(system):
    user = system.user()
    body = expect(system.register(user.registration), 409, "replayed")
    carried = user_object_in(body)
    assert carried, f"no user object in {body}"
    check_user_object(carried, user)


def test_taken_handle_and_taken_primary(system):
    user, other = system.user(), system.user()
    stranger = Identity()
    expect(system.register(envelopes.registration(stranger, user.handle, system.server)), 409, "handle_taken")
    second = envelopes.registration(user.identity, unique_handle(), system.server)
    expect(system.register(second), 409, "primary_taken")
    both = envelopes.registration(user.identity, other.handle, system.server)
    expect(system.register(both), 409, "handle_taken")
    expect(system.by_primary(stranger.hex), 404, "not_found")
    assert expect(system.by_primary(user.hex), 200)["handle"] == user.handle


def statuses(system, claims):
    with concurrent.futures.ThreadPoolExecutor(len(claims)) as pool:
        return list(pool.map(system.register, claims))


def winners(answers, code):
    won = [answer for answer in answers if answer.status == 201]
    for answer in answers:
        if answer.status != 201:
            expect(answer, 409, code)
    return won


def test_of_concurrent_claims_on_one_handle_one_wins(system):
    handle = unique_handle()
    claims = [envelopes.registration(Identity(), handle, system.server) for _ in range(20)]
    won = winners(statuses(system, claims), "handle_taken")
    assert len(won) == 1, f"{len(won)} claims on one handle won"
    assert expect(system.lookup(handle), 200)["primary"] == won[0].json["primary"]


def test_of_concurrent_claims_by_one_key_one_wins(system):
    who = Identity()
    claims = [envelopes.registration(who, unique_handle(), system.server) for _ in range(20)]
    won = winners(statuses(system, claims), "primary_taken")
    assert len(won) == 1, f"{len(won)} handles for one key"
    assert expect(system.by_primary(who.hex), 200)["handle"] == won[0].json["handle"]


def test_of_one_claim_sent_many_times_at_once_one_wins(system):
    envelope = envelopes.registration(Identity(), unique_handle(), system.server)
    won = winners(statuses(system, [envelope] * 20), "replayed")
    assert len(won) == 1, f"one envelope was accepted {len(won)} times"


def webfinger(system, resource):
    return system.http.get("/.well-known/webfinger" + (f"?resource={resource}" if resource is not None else ""))


@pytest.mark.parametrize("prefix", ["acct:", "acct%3A"])
def test_webfinger(system, prefix):
    user = system.user()
    answer = webfinger(system, prefix + user.fqhn.replace("@", "%40" if "%" in prefix else "@"))
    body = expect(answer, 200)
    assert answer.headers["Content-Type"].startswith("application/jrd+json"), answer.headers["Content-Type"]
    assert body["subject"] == "acct:" + user.fqhn
    assert isinstance(body["aliases"], list)
    own = [link["href"] for link in body["links"] if link["rel"] == "self"]
    assert any(href.endswith("/v1/u/" + user.handle) for href in own), body["links"]
    assert any("/v1/sigchains/ed25519/" + user.hex in link["href"] for link in body["links"]), body["links"]
    assert user.primary in body["properties"].values(), body["properties"]


def test_webfinger_errors(system):
    user = system.user()
    for resource in (None, "", "nonsense", "acct:", "mailto:" + user.fqhn):
        answer = webfinger(system, resource)
        assert answer.status == 400, f"{resource!r}: {answer}"
        expect(answer, 400)
    expect(webfinger(system, f"acct:{unique_handle()}@{system.server}"), 404)
    expect(webfinger(system, f"acct:{user.handle}@elsewhere.test"), 404)
