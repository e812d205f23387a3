"""Sigchains: growing, reading, every check with its code, and the order of the checks (section 7)."""

import concurrent.futures

import pytest

import violations
from kezwire import envelopes, jcs, sigchain
from kezwire.identity import Identity
from system import expect


@pytest.fixture
def own(system):
    """A registered person and an empty chain of theirs."""
    user = system.user()
    return user, sigchain.Chain(user.identity)


def grow(system, chain, link):
    """Appends a link that has to be accepted."""
    body = expect(system.append(link), 201)
    chain.extend(link)
    assert (body["seq"], body["head"]) == (chain.seq, chain.head), body


def test_a_chain_grows(system, own):
    user, chain = own
    for number in range(3):
        grow(system, chain, chain.link({"kind": "profile", "name": f"Ann {number}"}))
        found = expect(system.sigchain(user.hex), 200)
        assert found["primary"] == user.primary
        assert (found["links"], found["head"], found["length"]) == (chain.links, chain.head, chain.seq)
    assert expect(system.lookup(user.handle), 200)["sigchain"] == {"length": 3, "head": chain.head}


def test_an_empty_chain(system, own):
    found = expect(system.sigchain(own[0].hex), 200)
    assert (found["links"], found["head"], found["length"]) == ([], None, 0)


def test_the_rest_of_a_chain(system, own):
    user, chain = own
    for number in range(4):
        grow(system, chain, chain.link({"kind": "profile", "n": number}))
    for start in (1, 2, 4, 5, 100):
        found = expect(system.sigchain(user.hex, f"?from={start}"), 200)
        assert found["links"] == chain.links[start - 1 :], f"from={start}"
        assert (found["head"], found["length"]) == (chain.head, 4), f"from={start}"


def test_a_chain_longer_than_a_broker_message(system, own):
    user, chain = own
    links = 80
    for number in range(links):
        grow(system, chain, chain.link({"kind": "profile", "n": number, "text": "x" * 15_000}))
    for start in (1, 7, links):
        found = expect(system.sigchain(user.hex, f"?from={start}"), 200)
        assert found["links"] == chain.links[start - 1 :], f"from={start}"
        assert (found["head"], found["length"]) == (chain.head, links), f"from={start}"


@pytest.mark.parametrize("key", ["00", "zz" * 32, "AB" * 32, "ab" * 33])
def test_a_key_in_a_wrong_form(system, key):
    assert system.sigchain(key).status in (400, 404)


def test_a_chain_of_nobody(system):
    expect(system.sigchain(Identity().hex), 404, "not_found")


def test_links_come_back_as_they_were_sent(system, own):
    user, chain = own
    link = chain.link({"kind": "profile", "€": "é\U0001f600", "n": [1e21, -0.0, 0.1], "nested": {"b": 1, "a": None}})
    link["unsigned"] = {"kept": True}
    expect(system.append(link), 201)
    assert expect(system.sigchain(user.hex), 200)["links"] == [link]


@pytest.mark.parametrize("code", violations.LINK_ORDER)
def test_check(system, code):
    expect(system.append(violations.link(system, [code])), violations.LINK_STATUS.get(code, 400), code)


@pytest.mark.parametrize("pair", violations.pairs(violations.LINK_ORDER), ids="+".join)
def test_order(system, pair):
    expect(system.append(violations.link(system, pair)), violations.LINK_STATUS.get(pair[0], 400), pair[0])


def test_the_link_without_violations_is_accepted(system):
    expect(system.append(violations.link(system)), 201)


@pytest.mark.parametrize("member", ["primary", "seq", "prev", "created_at", "body", "type", "version"])
def test_missing_member(system, own, member):
    user, chain = own
    link = chain.link({"kind": "profile"})
    del link["payload"][member]
    expect(system.append(envelopes.resign(link, user.identity), user.hex), 400, "bad_envelope")


@pytest.mark.parametrize("seq, prev", [(0, None), (2, None), (1, "00" * 32), (2, "00" * 32), (1000, None)])
def test_first_link_at_a_wrong_place(system, own, seq, prev):
    link = own[1].link({"kind": "profile"}, seq=seq, prev=prev)
    answer = system.append(link)
    if seq == 0:
        assert answer.status in (400, 409), answer
    else:
        expect(answer, 409, "stale_head")


def test_later_link_at_a_wrong_place(system, own):
    _, chain = own
    for number in range(2):
        grow(system, chain, chain.link({"kind": "profile", "n": number}))
    first_head = jcs.sha256(chain.links[0])
    for place in ({"seq": 2}, {"seq": 4}, {"prev": first_head}, {"prev": None}, {"seq": 2, "prev": first_head}):
        expect(system.append(chain.link({"kind": "profile", "x": 1}, **place)), 409, "stale_head")
    expect(system.append(chain.links[1]), 409, "stale_head")
    grow(system, chain, chain.link({"kind": "profile", "n": 3}))


def test_of_concurrent_links_one_wins(system, own):
    _, chain = own
    links = [chain.link({"kind": "profile", "n": number}) for number in range(12)]
    with concurrent.futures.ThreadPoolExecutor(len(links)) as pool:
        answers = list(pool.map(system.append, links))
    won = [at for at, answer in enumerate(answers) if answer.status == 201]
    assert len(won) == 1, [answer.status for answer in answers]
    for at, answer in enumerate(answers):
        if at not in won:
            expect(answer, 409, "stale_head")
    assert expect(system.sigchain(own[0].hex), 200)["links"] == [links[won[0]]]


def test_a_link_posted_to_another_chain(system, own):
    other = system.user()
    answer = system.append(own[1].link({"kind": "profile"}), other.hex)
    assert 400 <= answer.status < 500, answer
    assert expect(system.sigchain(other.hex), 200)["length"] == 0


def test_created_at_never_goes_back(system, own):
    _, chain = own
    grow(system, chain, chain.link({"kind": "profile"}, created_at=system.now(-60)))
    expect(system.append(chain.link({"kind": "profile"}, created_at=system.now(-120))), 400, "bad_link")
    grow(system, chain, chain.link({"kind": "profile"}, created_at=chain.links[0]["payload"]["created_at"]))


def test_created_at_is_compared_as_time_not_as_text(system, own):
    _, chain = own
    second = system.now(-30)
    grow(system, chain, chain.link({"kind": "profile"}, created_at=second))
    grow(system, chain, chain.link({"kind": "profile"}, created_at=second.replace("Z", ".25Z")))
    expect(system.append(chain.link({"kind": "profile"}, created_at=second)), 400, "bad_link")
    grow(system, chain, chain.link({"kind": "profile"}, created_at=second.replace("Z", ".5Z")))


@pytest.mark.parametrize("offset", [-360, 360])
def test_stale(system, own, offset):
    link = own[1].link({"kind": "profile"}, created_at=system.now(offset))
    expect(system.append(link), 400, "stale_timestamp")


@pytest.mark.parametrize("offset", [-240, 240])
def test_not_yet_stale(system, own, offset):
    grow(system, own[1], own[1].link({"kind": "profile"}, created_at=system.now(offset)))


def sized(chain, length):
    created = chain.clock()
    bare = len(jcs.compact(chain.link({"kind": "profile", "pad": ""}, created_at=created)))
    raw = jcs.compact(chain.link({"kind": "profile", "pad": "x" * (length - bare)}, created_at=created))
    assert len(raw) == length
    return raw


def test_link_at_the_limit(system, own):
    user, chain = own
    expect(system.append(sized(chain, 16 * 1024), user.hex), 201)


def test_link_over_the_limit(system, own):
    user, chain = own
    expect(system.append(sized(chain, 16 * 1024 + 1), user.hex), 413, "too_large")
    assert expect(system.sigchain(user.hex), 200)["length"] == 0


@pytest.mark.parametrize("raw", [b"nope", b"[]", b"{}", b'{"kez":"sigchain_link","kez":"sigchain_link"}'], ids=repr)
def test_not_a_link(system, own, raw):
    expect(system.append(raw, own[0].hex), 400, "bad_json", "bad_envelope")


def test_other_signers_are_not_authorised(system, own):
    _, chain = own
    registered = system.user()
    for signer in (Identity(), registered.identity):
        expect(system.append(chain.link({"kind": "profile"}, signer)), 403, "not_authorised")


def test_unknown_kinds_are_kept(system, own):
    user, chain = own
    grow(system, chain, chain.link({"kind": "from-the-future", "crit": True, "x": [1]}))
    grow(system, chain, chain.link({"kind": "another"}))
    assert expect(system.sigchain(user.hex), 200)["links"] == chain.links


def test_policy(system, own):
    _, chain = own
    grow(system, chain, chain.link({"kind": "policy", "min_message": 1}))
    grow(system, chain, chain.link({"kind": "policy", "min_message": 2, "suites": ["x"]}))


@pytest.mark.parametrize("value", ["1", 1.5, None, True, [1], ...], ids=repr)
def test_policy_of_a_wrong_shape(system, own, value):
    body = {"kind": "policy"} if value is ... else {"kind": "policy", "min_message": value}
    expect(system.append(own[1].link(body)), 400, "bad_link")


@pytest.mark.parametrize("body", [{}, {"kind": 5}, {"kind": None}, [], "profile"], ids=repr)
def test_body_without_a_kind(system, own, body):
    expect(system.append(own[1].link(body)), 400, "bad_link", "bad_envelope")


def test_a_chain_outlives_a_release(system, own):
    user, chain = own
    grow(system, chain, chain.link({"kind": "profile"}))
    expect(system.release(envelopes.release(user.identity, user.handle, system.server)), 200)
    assert expect(system.sigchain(user.hex), 200)["links"] == chain.links
    expect(system.append(chain.link({"kind": "profile", "n": 2})), 404)
    again = envelopes.registration(user.identity, user.handle, system.server, again=1)
    assert expect(system.register(again), 201)["sigchain"] == {"length": 1, "head": chain.head}
    grow(system, chain, chain.link({"kind": "profile", "n": 2}))


def test_higher_version_and_unknown_alg_are_not_appended(system, own):
    _, chain = own
    expect(system.append(chain.link({"kind": "profile"}, version=2)), 400, "bad_type")
    link = chain.link({"kind": "profile"})
    link["signature"]["alg"] = "ML-DSA-65"
    expect(system.append(link), 400, "bad_envelope", "bad_signature")
