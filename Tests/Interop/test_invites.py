"""Who may register: open, with an invite, nobody (section 5); invites are made here, by another program than the server's."""

import concurrent.futures

import pytest

from deployment import own_deployment
from kezwire import envelopes, jcs
from kezwire.identity import Identity
from system import expect, unique_handle


@pytest.fixture(scope="module")
def place(binary, tmp_path_factory):
    options = {"registration": "invite"}
    with own_deployment(binary, tmp_path_factory.mktemp("invites") / "data", options) as deployment:
        yield deployment


@pytest.fixture
def invite(place):
    """Makes an invite of this server's."""

    def make(**more):
        return envelopes.invite(place.key("invite", "O"), place.system.server, **more)

    return make


def claim(place, text=None, who=None, handle=None):
    """Tries to register somebody with an invite."""
    more = {} if text is None else {"invite": text}
    envelope = envelopes.registration(
        who or Identity(), handle or unique_handle(), place.system.server, place.system.now(), **more
    )
    return place.system.register(envelope)


def test_the_mode_is_announced(place):
    assert expect(place.system.http.get("/v1/config"), 200)["registration"] == "invite"


def test_without_an_invite_nobody_registers(place):
    expect(claim(place), 403, "invite_required")


def test_an_invite_is_good_once(place, invite):
    text = invite()
    expect(claim(place, text), 201)
    expect(claim(place, text), 409, "invite_used")


def test_the_programs_invites_are_of_the_same_form(place):
    (text,) = place.kez("invite", "--keys", str(place.keys_folder)).stdout.split()
    expect(claim(place, text), 201)


def test_of_many_claims_with_one_invite_one_wins(place, invite):
    text = invite()
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(lambda _: claim(place, text), range(16)))
    assert sorted(answer.status for answer in answers) == [201] + [409] * 15


def test_an_invite_may_name_its_handle(place, invite):
    handle = unique_handle()
    text = invite(handle=handle)
    expect(claim(place, text), 403, "bad_invite")
    expect(claim(place, text, handle=handle), 201)


def test_an_invite_ends(place, invite):
    expect(claim(place, invite(expires_at=place.system.now(-1))), 403, "bad_invite")
    expect(claim(place, invite(expires_at=place.system.now(3600))), 201)


def test_an_invite_is_not_used_up_by_a_claim_that_fails(place, invite):
    text, taken = invite(), unique_handle()
    expect(claim(place, invite(), handle=taken), 201)
    expect(claim(place, text, handle=taken), 409, "handle_taken")
    expect(claim(place, text), 201)


def test_invites_that_are_none(place, invite):
    good, key = invite(), place.key("invite", "O")
    texts = [
        envelopes.invite(Identity(), place.system.server),
        envelopes.invite(key, "elsewhere.test"),
        envelopes.invite(key, place.system.server, version=2),
        envelopes.invite(key, place.system.server, type="kez.chat.other"),
        envelopes.invite(key, place.system.server, id="short"),
        good[:-8],
        good + "=",
        good + "A" * 5000,
        "",
        "x",
    ]
    for text in texts:
        expect(claim(place, text), 403, "bad_invite")
    for other in (7, ["x"], {}):
        expect(claim(place, other), 403, "bad_invite")
    expect(claim(place, good), 201)


def test_the_checks_of_the_claim_come_first(place, invite):
    who = Identity()
    envelope = envelopes.registration(who, unique_handle(), place.system.server, place.system.now())
    expect(place.system.register(envelopes.spoil(envelope)), 400, "bad_signature")
    expect(claim(place, handle="admin"), 400, "reserved_handle")
    accepted = envelopes.registration(
        who, unique_handle(), place.system.server, place.system.now(), invite=invite()
    )
    expect(place.system.register(accepted), 201)
    expect(place.system.register(jcs.compact(accepted)), 409, "replayed")
    # Before what tells who is registered.
    expect(claim(place, handle=accepted["payload"]["handle"]), 403, "invite_required")


def test_a_closed_server_takes_nobody(launch):
    system = launch(registration="closed")
    assert expect(system.http.get("/v1/config"), 200)["registration"] == "closed"
    envelope = envelopes.registration(Identity(), unique_handle(), system.server, system.now())
    expect(system.register(envelope), 403, "registration_closed")


def test_an_open_server_ignores_invites(system):
    envelope = envelopes.registration(Identity(), unique_handle(), system.server, system.now(), invite="no invite")
    expect(system.register(envelope), 201)
