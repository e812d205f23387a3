"""The branches of the scripts for systemd, with a `systemctl` and a `kez` that only write down what they are asked.

What systemd would do with it is not shown here; that the words and their order are as meant is.
"""

import os
import pathlib
import subprocess

import pytest

from engine import PROCEDURES

_SYSTEMCTL = """#!/bin/sh
echo "systemctl $*" >>"$RECORD"
case "$1 $*" in
list-units*) for n in 1 2; do echo "$(echo "$5" | sed "s/\\*/$n/") loaded active running"; done ;;
show*) cat "$RECORD.pid" ;;
kill*SIGKILL*) echo $(($(cat "$RECORD.pid") + 1)) >"$RECORD.pid" ;;
esac
"""
_KEZ = """#!/bin/sh
echo "kez $*${KEZ_KEYS:+ KEYS=$KEZ_KEYS}${KEZ_CHAT_SERVER:+ SERVER=$KEZ_CHAT_SERVER}" >>"$RECORD"
case "$1" in init) echo "wrote /var/lib/kez-split/nats.conf" ;; esac
"""


@pytest.fixture
def run(tmp_path):
    for name, text in (("systemctl", _SYSTEMCTL), ("kez", _KEZ), ("sleep", "#!/bin/sh\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    record, settings = tmp_path / "record", tmp_path / "kez.env"
    settings.write_text("KEZ_CHAT_SERVER=kez.test\n# a comment\n")

    def procedure(name: str, *words: str) -> list[str]:
        record.write_text("")
        pathlib.Path(f"{record}.pid").write_text("1")
        done = subprocess.run(
            [PROCEDURES / name, *words], capture_output=True, text=True, timeout=60, cwd=tmp_path,
            env={
                "PATH": f"{tmp_path}:{os.environ['PATH']}", "RECORD": str(record), "KEZ_DEPLOYMENT": "systemd",
                "KEZ_ENV_FILE": str(settings),
            },
        )  # fmt: skip
        assert done.returncode == 0, done
        # Whoever requires a unit is restarted with it.
        for line in (lines := record.read_text().splitlines()):
            assert not line.startswith(("systemctl restart kez-nats", "systemctl stop kez-nats", "systemctl restart kez-init"))
        return [line for line in lines if not line.startswith(("systemctl list-units", "systemctl show", "kez health"))]

    return procedure


BROKER = [
    "systemctl kill --kill-whom=main kez-nats.service",
    "systemctl kill --kill-whom=main --signal=SIGKILL kez-nats.service",
    "kez status KEYS=/var/lib/kez-split/keys SERVER=kez.test",
]
STATUS = BROKER[-1:]
INIT = ["kez init --data /var/lib/kez-split SERVER=kez.test"]


def restarts(*roles: str) -> list[str]:
    return [f"systemctl restart kez-{role}@{number}.service" for role in roles for number in (1, 2)]


def keys(verb: str, *names: str) -> list[str]:
    return [f"kez keys {verb} {' '.join(names)} --data /var/lib/kez-split"]


def test_rolling_restart(run):
    roles = ("auth-callout", "registry", "inbox-worker", "gateway")
    assert run("rolling-restart", "all") == BROKER + restarts(*roles) + STATUS
    assert run("rolling-restart", "registry") == restarts("registry") + STATUS


def test_rotate_login(run):
    names = ("worker", "kick")
    assert run("rotate-login", *names) == (
        keys("next", *names) + INIT + BROKER + keys("switch", *names) + INIT + restarts("inbox-worker", "auth-callout")
        + keys("retire", *names) + INIT + BROKER
    )  # fmt: skip


def test_rotate_callout(run):
    callouts = restarts("auth-callout")
    assert run("rotate-callout", "now") == (
        keys("next", "issuer") + INIT + callouts + keys("switch", "issuer") + INIT + BROKER
        + keys("retire", "issuer") + INIT + callouts
    )  # fmt: skip


def test_replace_secret(run):
    assert run("replace-secret", "invite") == keys("replace", "invite") + INIT + restarts("registry")


def test_change_settings_and_upgrade(run):
    provision = ["kez provision KEYS=/var/lib/kez-split/keys SERVER=kez.new"]
    roles = restarts("auth-callout", "registry", "inbox-worker", "gateway")
    doctor = ["kez doctor KEYS=/var/lib/kez-split/keys SERVER=kez.new"]
    status = ["kez status KEYS=/var/lib/kez-split/keys SERVER=kez.new"]
    assert run("change-settings", "KEZ_CHAT_SERVER=kez.new") == doctor + provision + roles + status
    init = ["kez init --data /var/lib/kez-split SERVER=kez.new"]
    # The configuration was written anew, so the broker is restarted.
    assert run("upgrade", "now") == init + provision + BROKER[:2] + status + roles + status


def test_scale(run):
    assert run("scale", "registry", "1") == (
        ["systemctl enable --now kez-registry@1.service", "systemctl disable --now kez-registry@2.service"] + STATUS
    )


def test_operator(run):
    assert run("operator", "ban", "list") == ["kez ban list KEYS=/var/lib/kez-split/keys SERVER=kez.test"]
