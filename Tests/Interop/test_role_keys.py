"""What a stolen key of a role can do, and nothing else; docs/SECURITY.md has the table."""

import pytest

from kezwire import envelopes, jcs, subjects
from kezwire.identity import Identity
from system import expect, unique_handle


ROLES = ["provision", "eraser", "registry", "worker", "gateway", "ops", "callout", "kick"]

# v and m: two people's keys, d: the shard of v. Each with the roles whose key may publish it.
MAY_PUBLISH = {
    "kez.send.{d}.{v}.{m}": {"gateway"},
    "kez.send.{d}.{v}.anon": {"gateway"},
    "kez.ctl.{d}.{v}": {"worker"},
    "kez.settings.{v}": {"worker"},
    "kez.registry.log.suspend.{v}": {"registry"},
    "kez.registry.log.handle.{v}": {"registry"},
    "kez.inbox.{v}.{m}": set(),
    "kez.live.{v}.{m}": set(),
    "kez.rpc.{v}.inbox.{d}.list": {"gateway"},
    "kez.rpc.{v}.registry.lookup": {"gateway"},
    "kez.rpc.worker.registry.admit": {"worker"},
    "kez.rpc.worker.account.report": {"worker"},
    "kez.rpc.callout.registry.admit": {"callout"},
    "kez.rpc.operator.registry.bans": {"ops"},
    "kez.callout.decide": {"gateway"},
    "$JS.API.STREAM.CREATE.NONE": {"provision"},
    "$JS.API.STREAM.UPDATE.NONE": {"provision"},
    "$JS.API.STREAM.DELETE.NONE": {"provision"},
    "$JS.API.STREAM.PURGE.NONE": {"provision", "eraser"},
    "$JS.API.STREAM.MSG.DELETE.NONE": {"provision", "eraser"},
    "$JS.API.STREAM.INFO.KEZ_LOG_0": {"provision", "eraser", "worker", "ops"},
    "$JS.API.STREAM.INFO.KEZ_REGISTRY": {"provision", "eraser", "worker", "ops", "registry"},
    "$JS.API.STREAM.MSG.GET.KEZ_LOG_0": {"provision", "worker"},
    "$JS.API.STREAM.MSG.GET.KEZ_REGISTRY": {"provision", "worker", "registry"},
    "$JS.API.DIRECT.GET.KEZ_LOG_0": {"provision"},
    "$JS.API.CONSUMER.CREATE.KEZ_LOG_0.probe": {"provision", "worker"},
    "$JS.API.CONSUMER.CREATE.KEZ_REGISTRY.probe": {"provision", "worker", "registry"},
    "$SYS.REQ.SERVER.NOBODY.KICK": {"kick"},
    "$SYS.REQ.SERVER.PING.CONNZ": {"kick"},
    "$SYS.REQ.SERVER.PING.VARZ": set(),
    "$SYS.REQ.USER.AUTH": set(),
    "$SRV.STATS": {"ops", "callout"},
}
MAY_SUBSCRIBE = {
    ">": set(),
    # Where others' answers arrive: each role hears its own alone, stock tools of the operator use `_INBOX`.
    "_REPLY.>": set(),
    "_INBOX.>": {"ops"},
    "kez.>": set(),
    "kez.send.>": set(),
    "kez.ctl.>": set(),
    "kez.settings.>": set(),
    "kez.live.>": set(),
    "kez.inbox.>": {"gateway"},
    "kez.rpc.>": set(),
    "kez.rpc.*.registry.*": {"registry"},
    "kez.rpc.*.account.*": {"registry"},
    "kez.rpc.*.inbox.*.*": {"worker"},
    "kez.registry.log.>": {"gateway", "callout"},
    "kez.callout.decide": {"callout"},
    "$SYS.REQ.USER.AUTH": {"callout"},
    "$SYS.>": set(),
    "$JS.>": set(),
    "$JS.EVENT.>": {"ops"},
}
# Who may write these would do harm with them.
NOT_TRIED = {("registry", "kez.registry.log.suspend.{v}"), ("registry", "kez.registry.log.handle.{v}")}


@pytest.mark.parametrize("role", ROLES)
def test_a_roles_key_does_that_roles_work_and_nothing_else(place, role):
    victim, other = Identity(), Identity()
    wrong = []
    with place.login(role) as connection:
        assert connection.round_trip() == []
        for verb, table in (("publish", MAY_PUBLISH), ("subscription", MAY_SUBSCRIBE)):
            for template, holders in table.items():
                if (role, template) in NOT_TRIED:
                    continue
                subject = template.format(v=victim.hex, m=other.hex, d=victim.shard)
                if verb == "publish":
                    connection.publish(subject, b"{}")
                else:
                    connection.subscribe(subject, "7")
                errors = connection.round_trip()
                refused = any(f'violation for {verb} to "{subject}"'.lower() in error.lower() for error in errors)
                if verb == "subscription" and not refused:
                    connection.write(b"UNSUB 7\r\n")
                if refused == (role in holders):
                    wrong.append(f"{verb} {template}: {'refused' if refused else 'allowed'}")
    assert wrong == []


def test_the_admins_key_lives_beside_the_messages(place):
    """The system account can do everything of the broker, but messages and calls are in other accounts."""
    alice, bob = place.system.user(), place.system.user()
    before = place.system.streams()
    with place.login("admin") as connection:
        connection.subscribe(">")
        assert connection.round_trip() == []
        forged = jcs.compact({"note": "from the system account"})
        connection.publish(subjects.send(bob.hex, alice.hex), forged, reply="_INBOX.admin")
        connection.publish("$JS.API.STREAM.PURGE." + subjects.stream(bob.identity.shard), b"", reply="_INBOX.admin")
        connection.publish(subjects.rpc(bob.hex, "account.status"), b"{}", reply="_INBOX.admin")
        expect(place.system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
        connection.round_trip()
        heard = {message.subject for message in connection.messages if message.payload != forged}
        assert not [subject for subject in heard if subject.startswith(("kez.inbox.", "kez.registry.", "kez.ctl."))]
    assert [entry["from"] for entry in place.system.messages(bob)] == [alice.primary]
    if before:
        name = subjects.stream(bob.identity.shard)
        assert place.system.streams()[name] == (before[name][0] + 1, before[name][1] + 1)


def test_a_persons_key_is_no_key_of_a_service(place):
    """And the other way round: a service's key has no handle and is nobody's inbox."""
    for role in ROLES:
        expect(place.system.by_primary(place.key(role).primary), 404, "not_found")
    claim = envelopes.registration(Identity(), unique_handle(), place.system.server)
    with place.login("ops") as connection:
        connection.subscribe("_INBOX.probe")
        for method in ("register", "release", "sigchain_append", "admit", "search"):
            connection.publish(f"kez.rpc.operator.registry.{method}", jcs.compact(claim), reply="_INBOX.probe")
            assert connection.next_message().last("Nats-Service-Error-Code") in ("400", "403"), method
