"""Devices in a sigchain: who may add, revoke and sign what, and for how long (section 7)."""

import pytest

from kezwire import envelopes, sigchain
from kezwire.identity import Identity
from system import expect


class Owner:
    """A registered person whose chain grows by accepted links."""

    def __init__(self, system):
        self.system = system
        self.user = system.user()
        self.chain = sigchain.Chain(self.user.identity)

    def attempt(self, body, signer=None, **payload):
        link = self.chain.link(body, signer, **payload)
        answer = self.system.append(link)
        if answer.status == 201:
            self.chain.extend(link)
        return answer

    def add(self, can, device=None, signer=None, offset=0, **members):
        """Adds a device, which has to be accepted; returns its key."""
        device = device or Identity()
        body = self.chain.device_add(device, can, **members)
        expect(self.attempt(body, signer, created_at=self.system.now(offset)), 201)
        return device

    def try_add(self, can, device=None, signer=None, **members):
        return self.attempt(self.chain.device_add(device or Identity(), can, **members), signer)

    def revoke(self, device, signer=None, **members):
        return self.attempt({"kind": "device_revoke", "device": device.primary, **members}, signer)

    def profile(self, signer, **payload):
        return self.attempt({"kind": "profile", "by": signer.hex}, signer, **payload)


@pytest.fixture
def own(system):
    return Owner(system)


def test_a_device_signs_what_it_can(own):
    device = own.add(["send", "profile"])
    expect(own.profile(device), 201)
    expect(own.attempt({"kind": "proof", "url": "https://example.org"}, device), 201)


def test_a_device_signs_nothing_else(own):
    sender = own.add(["send"])
    linker = own.add(["link"])
    for device in (sender, linker):
        expect(own.profile(device), 403, "not_authorised")
        expect(own.attempt({"kind": "proof"}, device), 403, "not_authorised")
    profile = own.add(["profile"])
    for device in (sender, linker, profile):
        expect(own.attempt({"kind": "policy", "min_message": 1}, device), 403, "not_authorised")
        expect(own.attempt({"kind": "from-the-future"}, device), 403, "not_authorised")
    expect(own.try_add(["profile"], signer=profile), 403, "not_authorised")
    expect(own.try_add(["send"], signer=sender), 403, "not_authorised")


def test_a_device_that_can_link_adds_others(own):
    linker = own.add(["send", "profile", "link"])
    added = own.add(["profile"], signer=linker)
    expect(own.profile(added), 201)
    further = own.add(["send", "profile", "link"], signer=linker)
    third = own.add(["link"], signer=further)
    own.add(["link"], signer=third)


@pytest.mark.parametrize("has, gives", [(["link"], ["send"]), (["link", "send"], ["profile"]), (["link"], ["link", "profile"])])
def test_a_device_gives_no_more_than_it_has(own, has, gives):
    linker = own.add(has)
    answer = own.try_add(gives, signer=linker)
    assert answer.status in (400, 403), answer
    expect(answer, answer.status, "not_authorised", "bad_link")
    own.add(has, signer=linker)


def test_a_device_of_another_chain_is_nobody_here(own, system):
    other = Owner(system)
    expect(own.profile(other.add(["profile", "link"])), 403, "not_authorised")


def test_revoked_by_the_primary(own):
    device = own.add(["profile"])
    expect(own.profile(device), 201)
    expect(own.revoke(device, reason="lost"), 201)
    expect(own.profile(device), 403, "not_authorised")


def test_revoked_by_itself(own):
    device = own.add(["send"])
    expect(own.revoke(device, device), 201)
    expect(own.revoke(device, device), 403, "not_authorised")


def test_revoked_by_an_older_device_that_can_link(own):
    older = own.add(["link"])
    younger = own.add(["link"])
    plain = own.add(["send", "profile"])
    expect(own.revoke(older, younger), 403, "not_authorised")
    expect(own.revoke(younger, plain), 403, "not_authorised")
    expect(own.revoke(older, plain), 403, "not_authorised")
    expect(own.revoke(plain, younger), 201)
    expect(own.revoke(younger, older), 201)
    expect(own.try_add(["link"], signer=younger), 403, "not_authorised")


def test_a_device_added_by_a_revoked_one_stays(own):
    linker = own.add(["link", "profile"])
    added = own.add(["profile"], signer=linker)
    expect(own.revoke(linker), 201)
    expect(own.profile(added), 201)


def test_revoking_no_device(own, system):
    expect(own.revoke(Identity()), 400, "bad_link")
    expect(own.revoke(own.user.identity), 400, "bad_link")
    device = own.add(["send"])
    expect(own.revoke(device), 201)
    expect(own.revoke(device), 400, "bad_link")


def test_expiry_is_judged_by_created_at(own, system):
    """The device was added 200 s ago for 100 s: what it signed before that is good, later it is nobody."""
    device = own.add(["profile", "link"], offset=-200, expires_at=system.now(-100))
    expect(own.profile(device, created_at=system.now(-150)), 201)
    expect(own.profile(device, created_at=system.now(-50)), 403, "not_authorised")
    expect(own.try_add(["profile"], signer=device), 403, "not_authorised")
    expect(own.profile(device, created_at=system.now()), 403, "not_authorised")


def test_a_device_with_a_future_expiry_is_good(own, system):
    device = own.add(["profile"], expires_at=system.now(3600))
    expect(own.profile(device), 201)


def test_a_key_is_added_once(own):
    device = own.add(["send"])
    expect(own.try_add(["send"], device), 400, "bad_link")
    expect(own.revoke(device), 201)
    answer = own.try_add(["send"], device)
    assert answer.status in (400, 409), answer
    expect(answer, answer.status, "bad_link", "key_taken")


def test_a_key_is_a_device_of_one(own, system):
    device = own.add(["send"])
    other = Owner(system)
    expect(other.try_add(["send"], device), 409, "key_taken")
    expect(own.revoke(device), 201)
    expect(other.try_add(["send"], device), 409, "key_taken")


def test_a_devices_key_cannot_register(own, system):
    device = own.add(["send"])
    claim = envelopes.registration(device, own.user.handle + "x", system.server)
    expect(system.register(claim), 409, "key_taken")
    expect(own.revoke(device), 201)
    expect(system.register(claim), 409, "key_taken")


def test_a_registered_key_cannot_be_a_device(own, system):
    expect(own.try_add(["send"], system.user().identity), 409, "key_taken")
    answer = own.try_add(["send"], own.user.identity)
    assert answer.status in (400, 409), answer


def test_33rd_device(own):
    devices = [own.add(["send"]) for _ in range(32)]
    expect(own.try_add(["send"]), 400, "bad_link")
    expect(own.revoke(devices[7]), 201)
    own.add(["send"])
    expect(own.try_add(["send"]), 400, "bad_link")


def accept_for(own, device, /, **changed):
    """An accept signature over a text in which something is changed."""
    text = {"primary": own.user.primary, "device": device.primary, "seq": own.chain.seq + 1, "prev": own.chain.head}
    return device.sign(sigchain.accept_text(**{**text, **changed})).hex()


@pytest.mark.parametrize("later", [False, True], ids=["first link", "later link"])
def test_accept_signature(own, later):
    if later:
        expect(own.attempt({"kind": "profile"}), 201)
    device, stranger = Identity(), Identity()
    wrong = {
        "all zero": "00" * 64,
        "by another key": stranger.sign(
            sigchain.accept_text(own.user.primary, device.primary, own.chain.seq + 1, own.chain.head)
        ).hex(),
        "for another primary": accept_for(own, device, primary=stranger.primary),
        "for another device": accept_for(own, device, device=stranger.primary),
        "for another place": accept_for(own, device, seq=own.chain.seq + 2),
        "after another link": accept_for(own, device, prev="11" * 32),
        "short": accept_for(own, device)[:-2],
        "not hex": "zz" * 64,
        "ill-typed": 5,
    }
    for name, accept in wrong.items():
        answer = own.try_add(["send"], device, accept=accept)
        assert answer.status == 400, f"{name}: {answer}"
        expect(answer, 400, "bad_link")
    assert own.chain.seq == int(later)
    own.add(["send"], device, accept=accept_for(own, device))


def test_accept_is_required(own):
    body = own.chain.device_add(Identity(), ["send"])
    del body["accept"]
    expect(own.attempt(body), 400, "bad_link")


SHAPES = {
    "can is no list": {"can": "send"},
    "can holds something unknown": {"can": ["send", "everything"]},
    "can holds a number": {"can": [1]},
    "name too long": {"name": "n" * 65},
    "name is a number": {"name": 5},
    "device in a wrong form": {"device": "00" * 32},
    "expires_at is no time": {"expires_at": "soon"},
    "expires_at is a number": {"expires_at": 5},
}


@pytest.mark.parametrize("members", SHAPES.values(), ids=SHAPES)
def test_device_add_of_a_wrong_shape(own, members):
    expect(own.attempt(own.chain.device_add(Identity(), ["send"], **members)), 400, "bad_link")


def test_name_of_64_characters(own):
    own.add(["send"], name="n" * 64)


@pytest.mark.parametrize("key", ["0100000000000000000000000000000000000000000000000000000000000000", "ff" * 32])
def test_a_device_key_must_be_a_good_key(own, key):
    body = own.chain.device_add(Identity(), ["send"], device="ed25519:" + key, accept="01" + "00" * 63)
    expect(own.attempt(body), 400, "bad_link")
