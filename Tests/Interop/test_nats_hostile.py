"""What a registered person with a stock client must not be able to do: permissions and reply subjects (section 8)."""

import asyncio

import pytest

from hostile import scene
from kezwire import envelopes, jcs, subjects
from kezwire.rawnats import RawNats

# v: the victim's key, m: mallory's, a: alice's, d: the victim's shard, e: mallory's shard; V and M: their nkeys.
FORBIDDEN_PUBLISH = [
    "kez.send.{d}.{v}.{v}",
    "kez.send.{d}.{v}.{a}",
    "kez.send.{d}.{v}.anon",
    "kez.send.{d}.{v}",
    "kez.send.{d}.{v}.{m}.x",
    "kez.send",
    "kez.ctl.{d}.{v}",
    "kez.ctl.{e}.{m}",
    "kez.settings.{v}",
    "kez.settings.{m}",
    "kez.registry.log.suspend.{v}",
    "kez.registry.log.handle.{m}",
    "kez.inbox.{v}.{m}",
    "kez.inbox.{v}.{a}",
    "kez.inbox.{m}.{a}",
    "kez.live.{v}.{v}",
    "kez.live.{v}.{a}",
    "kez.live.{m}.{a}",
    "kez.rpc.{v}.inbox.{d}.delete",
    "kez.rpc.{v}.inbox.{d}.list",
    "kez.rpc.{v}.inbox.{d}.settings",
    "kez.rpc.{v}.registry.release",
    "kez.rpc.callout.registry.admit",
    "kez.rpc.worker.account.report",
    "kez.rpc.worker.registry.lookup",
    "kez.rpc.gateway.registry.register",
    "kez.rpc.{m}",
    "_INBOX.{V}.abc",
    "_INBOX.{M}.abc",
    "_INBOX.abc",
    "$JS.API.INFO",
    "$JS.API.STREAM.INFO.KEZ_LOG_{d}",
    "$JS.API.STREAM.PURGE.KEZ_LOG_{d}",
    "$JS.API.STREAM.DELETE.KEZ_LOG_{d}",
    "$JS.API.STREAM.MSG.GET.KEZ_LOG_{d}",
    "$JS.API.DIRECT.GET.KEZ_LOG_{d}",
    "$JS.API.CONSUMER.CREATE.KEZ_LOG_{d}",
    "$JS.API.STREAM.CREATE.MINE",
    "$SYS.REQ.SERVER.PING",
    "$SYS.REQ.SERVER.PING.CONNZ",
    "$SYS.REQ.USER.AUTH",
    "$SYS.REQ.USER.INFO",
    "$SRV.PING",
    "kez.conv.a.b.c.{m}",
    "kez.room.x",
    "kez.keys.x.{m}",
    "anything",
]
FORBIDDEN_SUBSCRIBE = [
    ">",
    "*",
    "kez.>",
    "kez.*.>",
    "kez.inbox.>",
    "kez.inbox.*.*",
    "kez.inbox.{v}.>",
    "kez.inbox.{v}.{m}",
    "kez.inbox.*.{m}",
    "kez.send.>",
    "kez.send.*.{m}.*",
    "kez.live.>",
    "kez.live.*.{m}",
    "kez.live.{v}.*",
    "kez.rpc.>",
    "kez.rpc.{m}.>",
    "kez.rpc.{v}.>",
    "kez.rpc.*.inbox.*.*",
    "kez.registry.log.>",
    "kez.settings.>",
    "kez.ctl.>",
    "_INBOX.>",
    "_INBOX.*",
    "_INBOX.{V}.>",
    "_R_.>",
    "$SYS.>",
    "$SYS.REQ.USER.AUTH",
    "$SRV.>",
    "$JS.>",
    "$JS.API.>",
    "$JS.EVENT.>",
    "kez.room.>",
    "kez.keys.>",
]


def fill(template, at):
    return template.format(
        v=at.victim.hex,
        m=at.mallory.hex,
        a=at.alice.hex,
        d=at.digit,
        e=subjects.shard(at.mallory.hex),
        V=at.victim.identity.nkey,
        M=at.mallory.identity.nkey,
    )


def test_forbidden_publishes_are_refused_and_change_nothing(system, run):
    async def go():
        async with scene(system) as at, at.unchanged():
            payload = jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex))
            for template in FORBIDDEN_PUBLISH:
                subject = fill(template, at)
                await at.attacker.nc.publish(subject, payload)
                try:
                    await at.attacker.violation("publish", subject)
                except TimeoutError:
                    pytest.fail(f"a publish to {template} was not refused")

    run(go())


def test_forbidden_subscriptions_are_refused(system, run):
    async def go():
        async with scene(system) as at:
            for template in FORBIDDEN_SUBSCRIBE:
                subject = fill(template, at)
                await at.attacker.nc.subscribe(subject)
                try:
                    await at.attacker.violation("subscription", subject)
                except TimeoutError:
                    pytest.fail(f"a subscription to {template} was not refused")

    run(go())


def test_what_is_allowed_is_allowed(system, run):
    """The other half of the two tests above: they would also pass if everything were refused."""

    async def go():
        async with scene(system) as at:
            me, client = at.mallory.hex, at.attacker
            for subject in (f"kez.inbox.{me}.>", f"kez.live.{me}.*", f"_INBOX.{at.mallory.identity.nkey}.>"):
                await client.subscribe(subject)
            await client.nc.publish(f"kez.live.{at.victim.hex}.{me}", b"{}")
            await client.send(at.victim.hex, jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex)))
            await client.call("registry.lookup", {"handle": at.victim.handle})
            assert client.errors.empty(), client.errors.get_nowait()

    run(go())


def test_nothing_of_others_is_heard(system, run):
    """Neither the refused subscriptions nor a queue group bring mallory a message of somebody else's."""

    async def go():
        async with scene(system) as at:
            heard = []

            async def hear(message):
                heard.append(message.subject)

            for template in FORBIDDEN_SUBSCRIBE:
                await at.attacker.nc.subscribe(fill(template, at), cb=hear)
                await at.attacker.nc.subscribe(fill(template, at), queue="q", cb=hear)
            async with at.system.connect(at.alice) as friend:
                await friend.send(at.victim.hex, jcs.compact(envelopes.message(at.alice.identity, at.victim.hex)))
                await friend.call("registry.lookup", {"handle": at.victim.handle})
            await at.settle()
            assert heard == []

    run(go())


AIMED_REPLIES = [
    "$JS.API.STREAM.PURGE.KEZ_LOG_{d}",
    "$JS.API.STREAM.DELETE.KEZ_LOG_{d}",
    "$JS.API.STREAM.MSG.DELETE.KEZ_LOG_{d}",
    "kez.send.{d}.{v}.{a}",
    "kez.send.{d}.{v}.{m}",
    "kez.send.{d}.{v}.anon",
    "kez.ctl.{d}.{v}",
    "kez.settings.{v}",
    "kez.registry.log.suspend.{v}",
    "kez.inbox.{v}.{a}",
    "kez.live.{v}.{a}",
    "kez.rpc.{v}.inbox.{d}.delete",
    "kez.rpc.{v}.inbox.{d}.settings",
    "kez.rpc.{v}.registry.release",
    "kez.rpc.callout.registry.admit",
    "_INBOX.{V}.forged",
    "$SYS.REQ.SERVER.PING",
]


@pytest.mark.parametrize("template", AIMED_REPLIES)
def test_an_acknowledgement_aimed_at_others_is_inert(system, run, template):
    """The broker does not check reply subjects: a send to carol asks for its PubAck where mallory may not publish."""

    async def go():
        async with scene(system) as at:
            to = at.carol.hex
            async with at.unchanged(sent={subjects.stream(subjects.shard(to)): 2}):
                raws = [jcs.compact(envelopes.message(at.mallory.identity, to)) for _ in range(2)]
                await at.attacker.nc.publish(subjects.send(to, at.mallory.hex), raws[0], reply=fill(template, at))
                await at.attacker.send(to, raws[1])
            assert at.system.raws(at.carol) == raws, "mallory's own messages were stored"

    run(go())


@pytest.mark.parametrize("template", AIMED_REPLIES)
def test_an_answer_aimed_at_others_is_inert(system, run, template):
    """The same with the answer of a service, whose content mallory can shape: settings that block and refuse."""

    async def go():
        async with scene(system) as at:
            mine = {"blocked": [at.alice.primary], "anonymous": False}
            (await at.attacker.call("inbox.settings", mine)).ok()
            reply = fill(template, at)
            async with at.unchanged():
                for subject, body in (
                    (subjects.inbox_rpc(at.mallory.hex, "settings"), {}),
                    (subjects.inbox_rpc(at.mallory.hex, "list"), {}),
                    (subjects.rpc(at.mallory.hex, "registry.lookup"), {"handle": at.victim.handle}),
                    (subjects.rpc(at.mallory.hex, "account.status"), {}),
                ):
                    await at.attacker.nc.publish(subject, jcs.compact(body), reply=reply)

    run(go())


def test_noise_on_ones_own_inbox_lacks_the_brokers_headers(system, run):
    """What is left to a sender: an acknowledgement on `kez.inbox.<victim>.…`; it is told apart and never listed."""

    async def go():
        async with scene(system) as at:
            live = await at.reader.listen()
            forged = subjects.live_inbox(at.victim.hex, at.alice.hex)
            raw = jcs.compact(envelopes.message(at.mallory.identity, at.carol.hex))
            await at.attacker.nc.publish(subjects.send(at.carol.hex, at.mallory.hex), raw, reply=forged)
            marker = jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex))
            await at.attacker.send(at.victim.hex, marker)
            while (copy := await live.next_msg(timeout=15)).data != marker:
                genuine = (copy.headers or {}).get("Nats-Stream") == subjects.stream(at.digit)
                assert not genuine, f"noise with the broker's headers: {copy.headers} {copy.data!r}"
            assert marker == at.system.raws(at.victim)[-1]
            assert len(at.system.messages(at.victim)) == 3

    run(go())


def test_internal_methods_do_nothing_for_people(system, run):
    """Under one's own name every method can be called: those that are not for people change nothing."""

    async def go():
        async with scene(system) as at, at.unchanged():
            body = jcs.compact({"primary": at.victim.primary, "reason": "x", "until": None, "suspended": True})
            for method in ("account.report", "account.suspend", "account.resume", "registry.suspend", "registry.erased"):
                try:
                    await at.attacker.call(method, body)
                except Exception as error:  # no responders, or no answer: nothing took it
                    assert "no responders" in str(error).lower() or "timeout" in str(error).lower(), repr(error)

    run(go())


def test_a_connection_survives_its_refusals(system, run):
    async def go():
        async with scene(system) as at:
            for _ in range(50):
                await at.attacker.nc.publish("kez.ctl.0.x", b"x")
            await asyncio.wait_for(at.attacker.errors.get(), 15)
            (await at.attacker.call("account.status")).ok()

    run(go())


def test_a_wildcard_in_the_subject_of_a_publish(system, run):
    """`*` and `>` are ordinary characters to a publish: whatever becomes of it, nobody lists it and mail goes on."""

    async def go():
        async with scene(system) as at:
            raw = jcs.compact(envelopes.message(at.mallory.identity, at.victim.hex))
            before = at.system.raws(at.victim)
            with RawNats(at.system.endpoints.nats) as socket:
                assert socket.login(at.mallory.identity)
                for subject in (
                    f"kez.send.{at.digit}.*.{at.mallory.hex}",
                    f"kez.send.*.{at.victim.hex}.{at.mallory.hex}",
                    f"kez.send.*.*.{at.mallory.hex}",
                    f"kez.send.{at.digit}.>.{at.mallory.hex}",
                    f"kez.send.{at.digit}.{at.victim.hex.upper()}.{at.mallory.hex}",
                    f"kez.send.{at.digit}.{at.victim.hex[:63]}.{at.mallory.hex}",
                    f"kez.send.{at.digit}.x.{at.mallory.hex}",
                    f"kez.rpc.{at.mallory.hex}.*.lookup",
                    f"kez.rpc.{at.mallory.hex}.>",
                    f"kez.rpc.{at.mallory.hex}.inbox.*.delete",
                ):
                    socket.publish(subject, raw)
                    socket.round_trip()
            await at.settle()
            assert at.system.raws(at.victim) == before
            async with at.system.connect(at.alice) as friend:
                marker = jcs.compact(envelopes.message(at.alice.identity, at.victim.hex))
                await friend.send(at.victim.hex, marker)
            assert at.system.raws(at.victim) == before + [marker], "the shard goes on after an odd subject"

    run(go())
