"""Releasing a handle, and what is open and closed afterwards (sections 3 and 5)."""

import pytest

import violations
from kezwire import envelopes
from kezwire.identity import Identity
from system import expect, unique_handle


def release(system, user, **more):
    return system.release(envelopes.release(user.identity, user.handle, system.server, system.now(), **more))


def register(system, identity, handle, **more):
    return system.register(envelopes.registration(identity, handle, system.server, system.now(), **more))


def test_release_closes_the_handle(system):
    user = system.user()
    expect(release(system, user), 200)
    expect(system.lookup(user.handle), 404, "not_found")
    expect(system.by_primary(user.hex), 404, "not_found")


def test_the_owner_may_come_back_at_once(system):
    user = system.user()
    expect(release(system, user), 200)
    body = expect(register(system, user.identity, user.handle, again=1), 201)
    assert (body["handle"], body["primary"]) == (user.handle, user.primary)
    assert expect(system.lookup(user.handle), 200)["primary"] == user.primary


def test_a_released_handle_stays_closed_to_others(system):
    user, other = system.user(), Identity()
    expect(release(system, user), 200)
    expect(register(system, other, user.handle), 409, "handle_taken")
    expect(system.by_primary(other.hex), 404)


def test_another_handle_may_be_taken_and_the_old_one_stays_closed(system):
    user, handle = system.user(), unique_handle()
    expect(release(system, user), 200)
    expect(register(system, user.identity, handle), 201)
    assert expect(system.by_primary(user.hex), 200)["handle"] == handle
    expect(register(system, Identity(), user.handle), 409, "handle_taken")
    expect(release(system, user, second=True), 404)
    assert expect(system.by_primary(user.hex), 200)["handle"] == handle


def test_only_the_holder_can_release(system):
    user, thief = system.user(), system.user()
    expect(system.release(envelopes.release(thief.identity, user.handle, system.server)), 404)
    expect(system.release(envelopes.release(Identity(), user.handle, system.server)), 404)
    expect(system.release(envelopes.release(user.identity, unique_handle(), system.server)), 404)
    assert expect(system.lookup(user.handle), 200)["primary"] == user.primary
    assert expect(system.lookup(thief.handle), 200)["primary"] == thief.primary


def test_an_accepted_registration_is_never_accepted_again(system):
    user = system.user()
    expect(release(system, user), 200)
    expect(system.register(user.registration), 409, "replayed")
    expect(system.lookup(user.handle), 404)


def test_an_accepted_release_is_never_accepted_again(system):
    user = system.user()
    envelope = envelopes.release(user.identity, user.handle, system.server, system.now())
    expect(system.release(envelope), 200)
    expect(register(system, user.identity, user.handle, again=1), 201)
    expect(system.release(envelope), 409, "replayed")
    assert expect(system.lookup(user.handle), 200)["primary"] == user.primary, "a replayed release closed the handle"


def test_release_sent_again_at_once(system):
    user = system.user()
    envelope = envelopes.release(user.identity, user.handle, system.server, system.now())
    expect(system.release(envelope), 200)
    answer = system.release(envelope)
    assert answer.status in (404, 409), answer
    expect(answer, answer.status)


@pytest.mark.parametrize("code", violations.CLAIM_ORDER)
def test_checks_of_a_release(system, code):
    user = system.user()
    envelope = violations.claim(system, "handle_release", user.identity, [code], user.handle)
    answer = system.release(envelope)
    if code == "reserved_handle":
        # Nobody holds a reserved handle: both answers are true.
        assert answer.status in (400, 404), answer
        return
    expect(answer, 400, code)
    assert expect(system.lookup(user.handle), 200)["primary"] == user.primary


RELEASE_ORDER = [code for code in violations.CLAIM_ORDER if code != "reserved_handle"]


@pytest.mark.parametrize("pair", violations.pairs(RELEASE_ORDER), ids="+".join)
def test_order_of_the_checks_of_a_release(system, pair):
    envelope = violations.claim(system, "handle_release", Identity(), pair)
    expect(system.release(envelope), 400, pair[0])


def test_a_registration_is_no_release(system):
    user = system.user()
    expect(system.release(user.registration), 400, "bad_envelope", "bad_type")
    expect(system.register(envelopes.release(user.identity, user.handle, system.server)), 400, "bad_envelope", "bad_type")
    assert expect(system.lookup(user.handle), 200)["primary"] == user.primary


def test_messages_to_a_released_handle_are_refused(system):
    user, sender = system.user(), system.user()
    expect(release(system, user), 200)
    envelope = envelopes.message(sender.identity, user.hex)
    expect(system.post(user.handle, envelope), 404, "unknown_recipient")
    expect(system.post(user.primary, envelope), 404, "unknown_recipient")
