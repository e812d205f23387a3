"""Supervision as Docker does it, with small shell scripts in the containers' place."""

import signal

import pytest

from composerun.model import HealthCheck, Restart
from composerun.replica import Launch, Replica


@pytest.fixture
def replica(tmp_path):
    made = []

    def make(script: str, *, test: str | None = None, restart=Restart(), grace=5.0, **health) -> Replica:
        check = HealthCheck(["/bin/sh", "-c", test], **({"start_interval": 0.05} | health)) if test else None
        launch = Launch(
            ["/bin/sh", "-c", script], {"PATH": "/bin:/usr/bin"}, tmp_path, tmp_path / "log", check, restart,
            signal.SIGTERM, grace,
        )  # fmt: skip
        made.append(Replica("one", 1, "127.0.0.1", launch))
        return made[-1]

    yield make
    for each in made:
        each.launch.__dict__["stop_grace"] = 0.1
        each.stop()


def exited(it) -> bool:
    return it.state == "exited"


def test_a_one_shot(replica):
    one = replica("echo done; exit 3")
    one.start()
    assert one.wait(5, exited)
    assert (one.exit_status, one.health, one.restarts, one.printed()) == (3, None, 0, "done\n")


def test_on_failure_tries_so_often_and_no_more(replica):
    one = replica("echo x; exit 1", restart=Restart("on-failure", 2))
    one.start()
    assert one.wait(5, exited)
    assert (one.exit_status, one.restarts, one.printed()) == (1, 2, "x\n" * 3)


def test_on_failure_leaves_success_alone(replica):
    one = replica("echo x", restart=Restart("on-failure", 2))
    one.start()
    assert one.wait(5, exited)
    assert one.printed() == "x\n"


def test_who_is_killed_is_started_again_unless_stopped(replica):
    one = replica("echo $$; exec sleep 60", restart=Restart("unless-stopped"))
    one.start()
    assert one.wait(5, lambda it: it.pid)
    first = one.pid
    one.signal(signal.SIGKILL)
    assert one.wait(5, lambda it: it.pid and it.pid != first)
    assert (one.restarts, one.exit_status) == (1, 137)
    one.stop()
    assert (one.state, one.restarts, one.exit_status) == ("exited", 1, 143)
    with pytest.raises(ProcessLookupError):
        one.signal(signal.SIGKILL)
    one.start()
    assert one.wait(5, lambda it: it.pid)


def test_a_stop_ends_the_pause_before_a_restart(replica):
    one = replica("exit 1", restart=Restart("always"))
    one.start()
    assert one.wait(10, lambda it: it.restarts >= 3)
    one.stop()
    assert one.state == "exited"


def test_who_does_not_stop_is_killed(replica):
    one = replica("trap '' TERM; echo ready; while :; do sleep 0.1; done", test="grep -q ready log", grace=0.3)
    one.start()
    assert one.wait(5, lambda it: it.health == "healthy")
    one.stop()
    assert one.exit_status == 137


def test_a_stopped_process_is_continued_to_be_stopped(replica):
    one = replica("exec sleep 60")
    one.start()
    assert one.wait(5, lambda it: it.pid)
    one.signal(signal.SIGSTOP)
    one.stop()
    assert one.exit_status == 143


def test_healthy_at_the_first_success(replica, tmp_path):
    one = replica("exec sleep 60", test="echo not yet; test -e well", start_period=30.0, retries=1)
    one.start()
    assert one.wait(5, lambda it: it.last_probe == "not yet")
    assert one.health == "starting", "failures do not count in the start period"
    (tmp_path / "well").touch()
    assert one.wait(5, lambda it: it.health == "healthy")


def test_unhealthy_after_so_many_failures_and_well_again(replica, tmp_path):
    (tmp_path / "well").touch()
    one = replica("exec sleep 60", test="echo probe >>probes; test -e well", interval=0.05, retries=3)
    one.start()
    assert one.wait(5, lambda it: it.health == "healthy")
    before = len((tmp_path / "probes").read_text().split())
    (tmp_path / "well").unlink()
    assert one.wait(5, lambda it: it.health == "unhealthy")
    assert len((tmp_path / "probes").read_text().split()) - before >= 3
    assert one.state == "running", "Docker restarts nobody for bad health"
    (tmp_path / "well").touch()
    assert one.wait(5, lambda it: it.health == "healthy")


def test_a_probe_that_hangs_is_a_failure(replica):
    one = replica("exec sleep 60", test="exec sleep 60", timeout=0.1, interval=0.05, retries=2)
    one.start()
    assert one.wait(5, lambda it: it.health == "unhealthy")
    assert one.last_probe == "no answer within 0.1 s"
