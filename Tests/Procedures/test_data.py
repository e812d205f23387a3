"""Backup and restore, views, here and on another machine."""

import shutil

import pytest

from conftest import system_of
from kezwire import envelopes
from release_data import answers, fill
from system import expect
from traffic import Traffic


def test_a_backup_does_not_fail_a_send_and_gives_the_same_answers_elsewhere(deploy, tmp_path):
    engine = deploy()
    engine.start()
    system = system_of(engine)
    people = fill(system)
    alice, bob = system.user(), system.user()
    with Traffic(system, alice, bob) as traffic:
        engine.procedure("backup", str(tmp_path / "backup"))
    print(f"longest send {traffic.longest:.1f} s of {len(traffic.sent)}")
    assert {path.name: path.stat().st_mode & 0o777 for path in (tmp_path / "backup").iterdir()} == {
        "streams.tar": 0o600, "keys.tar": 0o600
    }  # fmt: skip
    before = answers(system, people)
    token = (engine.state / "volumes/keys/keys/internal-token").read_text()
    engine.close()

    # A new machine: nothing but the compose file, the settings and the backup.
    other = deploy("two", scale={})
    other.prepare()
    other.procedure("restore", str(tmp_path / "backup"))
    restored = system_of(other)
    found = answers(restored, people)
    for handle, expected in before.items():
        for part in expected.keys() - {"inbox", "head"}:
            assert found[handle][part] == expected[part], f"{handle}: {part}"
        if "inbox" not in expected:
            continue
        # The logs went back, as far as clients can know: they are told to list anew.
        assert found[handle]["inbox"]["messages"] == expected["inbox"]["messages"]
        assert found[handle]["head"]["last_seq"] == expected["head"]["last_seq"]
        assert found[handle]["head"]["epoch"] != expected["head"]["epoch"]
    assert (other.state / "volumes/keys/keys/internal-token").read_text() == token
    message = envelopes.message(people[0].identity, people[1].hex)
    receipt = expect(restored.post(people[1].handle, message), 201)
    assert restored.messages(people[1])[-1]["seq"] == receipt["seq"]


def test_a_restore_goes_back_to_the_backup(running, system, tmp_path):
    alice, bob = system.user(), system.user()
    expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
    running.procedure("backup", str(tmp_path / "backup"))
    kept = system.raws(bob)
    epoch = system.inbox(bob).json["epoch"]
    expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
    late = system.user()
    running.procedure("restore", str(tmp_path / "backup"))
    assert system.raws(bob) == kept
    assert system.inbox(bob).json["epoch"] != epoch
    expect(system.lookup(late.handle), 404, "not_found")
    # Whoever was forgotten registers again, with a new envelope.
    expect(system.register(envelopes.registration(late.identity, late.handle, "kez.test", system.now())), 201)
    assert "holds a backup already" in running.procedure("backup", str(tmp_path / "backup"), status=1)


def test_a_restore_without_a_backup_touches_nothing(running, system, tmp_path):
    alice = system.user()
    assert "is missing" in running.procedure("restore", str(tmp_path / "nothing"), status=1)
    expect(system.lookup(alice.handle), 200)


@pytest.mark.parametrize("role", ["registry", "inbox-worker"])
def test_a_view_is_built_anew_while_the_other_instance_serves(running, system, role):
    alice, bob = system.user(), system.user()
    chain = system.sigchain(alice.hex).json
    views = running.folder(role, 1, "/var/lib/kez")
    kept = {path.name for path in views.glob("*.db")}
    mark = views / "left-from-before"
    mark.touch()
    with Traffic(system, alice, bob) as traffic:
        running.procedure("rebuild-view", role, "1")
    print(f"longest send {traffic.longest:.1f} s of {len(traffic.sent)}")
    assert not mark.exists(), "the old view is still there"
    assert {path.name for path in views.glob("*.db")} == kept
    # The one that was built anew answers alone.
    running.stop_replica(role, 2)
    assert set(system.raws(bob)) >= {each.raw for each in traffic.sent}
    assert expect(system.lookup(alice.handle), 200)["primary"] == alice.primary
    assert system.sigchain(alice.hex).json == chain


def test_who_has_no_view_and_who_is_not_there_is_refused(running):
    assert "has no view" in running.procedure("rebuild-view", "gateway", "1", status=1)
    assert "no instance 7" in running.procedure("rebuild-view", "registry", "7", status=1)


def test_what_a_backup_holds_is_stock_tar(running, tmp_path):
    running.procedure("backup", str(tmp_path / "backup"))
    for name, inside in (("streams.tar", "jetstream/KEZ/streams/KEZ_REGISTRY"), ("keys.tar", "keys/issuer.nk")):
        shutil.unpack_archive(tmp_path / "backup" / name, tmp_path / name, "tar", filter="data")
        assert (tmp_path / name / inside).exists()
