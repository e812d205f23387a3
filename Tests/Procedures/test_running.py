"""Scaling, restarts, versions and settings, under a light stream of sends."""

import json
import os
import shutil

import pytest

from kezwire.http import Http
from system import expect, unique_handle
from traffic import Traffic


@pytest.fixture
def busy(system):
    alice, bob = system.user(), system.user()
    with Traffic(system, alice, bob) as traffic:
        yield traffic
    print(f"longest send {traffic.longest:.1f} s of {len(traffic.sent)}")


def status(engine) -> dict:
    code, said = engine.run("operator", ["status", "--json"])
    assert code == 0, said
    return json.loads(said)


def serving(engine, name: str) -> int:
    return sum(service["name"] == name for service in status(engine)["services"])


def pids(engine) -> dict:
    return {(row["service"], row["replica"]): row["pid"] for row in engine.ps() if row["pid"]}


def test_everything_is_restarted_without_a_failed_send(running, busy):
    before = pids(running)
    running.procedure("rolling-restart", "all")
    after = pids(running)
    assert after.keys() == before.keys()
    assert not [each for each in before if before[each] == after[each]], "somebody was not restarted"


def test_one_role_is_restarted_and_no_other(running):
    before = pids(running)
    running.procedure("rolling-restart", "registry")
    after = pids(running)
    assert {each[0] for each in before if before[each] != after[each]} == {"registry"}


@pytest.mark.parametrize("role", ["auth-callout", "registry", "inbox-worker"])
def test_a_role_grows_and_shrinks(running, busy, role):
    running.procedure("scale", role, "3")
    assert serving(running, f"kez-{role}") == 3
    running.procedure("scale", role, "1")
    assert serving(running, f"kez-{role}") == 1


def test_a_dead_instance_is_removed(running, system, busy):
    """SIGSTOP: a process that neither answers nor ends."""
    import signal

    running.signal("registry", 2, signal.SIGSTOP)
    running.procedure("scale", "registry", "1")
    assert serving(running, "kez-registry") == 1
    expect(system.lookup(system.user().handle), 200)


def test_shards_are_moved_and_moved_back(running, system, busy):
    running.procedure("move-shards", "split")

    def shards() -> set[str]:
        kept = [service["data"]["shards"] for service in status(running)["services"] if service["name"] == "kez-inbox-worker"]
        return {"".join(sorted(shard["shard"] for shard in some)) for some in kept}

    assert shards() == {"01234567", "89abcdef"}
    for _ in range(4):
        user = system.user()
        assert system.raws(user) == []
    running.procedure("move-shards", "whole")
    assert shards() == {"0123456789abcdef"}
    assert not running.replicas["inbox-worker-high"]


def test_settings_are_changed_and_reach_streams_and_roles(running, system, busy):
    def stream(name: str) -> dict:
        code, said = running.run("operator", ["request", f"$JS.API.STREAM.INFO.{name}"])
        assert code == 0, said
        return json.loads(said)["config"]

    assert stream("KEZ_LOG_a")["max_age"] == 14 * 86400 * 10**9
    reserved = unique_handle()
    path = running.state / "volumes/reserved"
    path.write_text(f"# mine\n{reserved}\n")
    running.procedure(
        "change-settings", "KEZ_LIMIT_RETENTION_DAYS=30", "KEZ_LIMIT_PAIR_MESSAGES=200000",
        f"KEZ_RESERVED_HANDLES_FILE={path}", "KEZ_LOG_FORMAT=json",
    )  # fmt: skip
    assert stream("KEZ_LOG_a")["max_age"] == 30 * 86400 * 10**9
    assert stream("KEZ_LOG_f")["max_msgs_per_subject"] == 200000
    assert stream("KEZ_REGISTRY").get("max_age", 0) == 0
    assert system.http.get("/v1/config").json["limits"]["retention_days"] == 30
    from kezwire import envelopes
    from kezwire.identity import Identity

    expect(system.register(envelopes.registration(Identity(), reserved, "kez.test", system.now())), 400, "reserved_handle")
    json.loads(running.logs("registry", 1).splitlines()[-1])


def test_settings_that_cannot_be_used_change_nothing(running):
    before, settings = pids(running), (running.state / "kez.env").read_text()
    said = running.procedure("change-settings", "KEZ_LIMIT_RETENTION_DAYS=soon", status=1)
    assert "KEZ_LIMIT_RETENTION_DAYS" in said and "cannot be `soon`" in said
    running.procedure("change-settings", "RETENTION=3", status=1)
    assert (running.state / "kez.env").read_text() == settings
    assert pids(running) == before


def test_another_version_and_back(running, system, busy, tmp_path, kez):
    """The same program under another name: what an image with another version is to Compose."""
    other = tmp_path / "other" / "kez"
    other.parent.mkdir()
    shutil.copy(kez, other)
    running.image("kez:next", str(other))

    def programs() -> set[str]:
        return {os.readlink(f"/proc/{pid}/exe") for (service, _), pid in pids(running).items() if service != "nats"}

    assert programs() == {os.path.realpath(kez)}
    broker = pids(running)["nats", 1]
    running.procedure("upgrade", "kez:next")
    assert programs() == {str(other)}
    assert pids(running)["nats", 1] == broker, "nothing about the broker changed"
    running.procedure("upgrade", "kez")
    assert programs() == {os.path.realpath(kez)}


def test_gateways_grow_behind_their_balancer(running):
    running.procedure("scale", "gateway", "3")
    assert Http(running.url("gateway", 6969, 3)).get("/v1/healthz").status == 200
