"""The real file, run: two of each role."""

import json
import pathlib
import signal
import subprocess
import urllib.error
import urllib.request

import pytest

from composerun import ComposeError, DeploymentFailed
from composerun.deployment import ROOT

TWO = {"auth-callout": 2, "registry": 2, "inbox-worker": 2, "gateway": 2}


def get(url: str) -> tuple[int, bytes]:
    try:
        with urllib.request.urlopen(url, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def keys(state: pathlib.Path) -> dict[str, bytes]:
    volumes = [state / "volumes/keys/keys", *(state / "volumes").glob("secrets-*")]
    return {str(file): file.read_bytes() for folder in volumes for file in folder.iterdir()}


def test_two_of_each(deploy):
    system = deploy(scale=TWO)
    system.start()
    assert {(row["service"], row["replica"]) for row in system.ps() if row["health"] == "healthy"} == {
        ("nats", 1), *((name, number) for name in TWO for number in (1, 2))
    }  # fmt: skip
    for number in (1, 2):
        status, body = get(system.url("gateway", 6969, number) + "/v1/healthz")
        assert (status, json.loads(body)["server"]) == (200, "kez.test")
        for service, port in (("registry", 6971), ("inbox-worker", 6972), ("auth-callout", 6973), ("gateway", 6970)):
            assert get(system.url(service, port, number) + "/livez")[0] == 200
            assert json.loads(get(system.url(service, port, number) + "/readyz")[1]) == {"status": "ok", "failing": {}}
            assert b"process_" in get(system.url(service, port, number) + "/metrics")[1], service
        views = sorted(path.name for path in system.folder("registry", number, "/var/lib/kez").glob("*.db"))
        assert views == ["kez-chat-registry.db"]
        views = [path.name for path in system.folder("inbox-worker", number, "/var/lib/kez").glob("*.db")]
        assert len(views) == 16
    status, page = system.run("operator", ["status"])
    assert status == 0, page
    for name in ("kez-registry", "kez-inbox-worker", "kez-gateway"):
        assert page.count(name + " ") == 2, page

    # What makes keys and streams changes nothing the second time, and nobody writes outside of volumes.
    before = keys(system.state)
    assert all(path.stat().st_mode & 0o077 == 0 for path in map(pathlib.Path, before))
    system.stop()
    assert {row["exit_status"] for row in system.ps()} == {0}
    system.start()
    assert keys(system.state) == before
    assert "nothing to do" in system.logs("init")
    assert not [path for path in (system.state / "image").rglob("*") if path.is_file()]


def test_one_of_two_dies_and_comes_back(deploy):
    system = deploy(scale=TWO)
    system.start()
    for service in TWO:
        before = system.replica(service, 2).pid
        system.kill(service, 2)
        assert get(system.url("gateway", 6969, 1) + "/v1/healthz")[0] == 200, f"without a {service}"
        system.wait_healthy(service, 2)
        assert system.replica(service, 2).pid not in {None, before}
    host = system.balance("gateway", 6969)
    system.stop_replica("gateway", 1)
    for _ in range(4):
        assert get(f"http://{host}/v1/healthz")[0] == 200, "the balancer passes over who is away"
    system.signal("registry", 1, signal.SIGSTOP)
    assert system.stop_replica("registry", 1) == 0


def test_a_role_without_the_broker_is_not_ready(deploy):
    system = deploy()
    system.start()
    system.stop_replica("nats")
    for service, port in (("registry", 6971), ("inbox-worker", 6972), ("auth-callout", 6973)):
        end = 100
        while (answer := get(system.url(service, port) + "/readyz"))[0] == 200 and (end := end - 1):
            signal.sigtimedwait([], 0.1)
        assert answer[0] == 503 and json.loads(answer[1])["failing"], (service, answer)
        assert get(system.url(service, port) + "/livez")[0] == 200


def test_provisioning_without_a_broker_ends_in_time(deploy, kez):
    system = deploy()
    system.start()
    system.stop_replica("nats")
    status, said = system.run("provision", ["provision", "--deadline", "1"])
    assert status == 1 and "within 1 s" in said, said


def test_shards_shared_out(deploy):
    system = deploy(profiles=("shards",), variables={"KEZ_SHARDS": "0-7"})
    system.start()
    names = [sorted(path.name for path in system.folder(service, 1, "/var/lib/kez").glob("*.db"))
             for service in ("inbox-worker", "inbox-worker-high")]  # fmt: skip
    assert names == [[f"kez-chat-inbox-{digit}.db" for digit in digits] for digits in ("01234567", "89abcdef")]


def test_a_start_that_fails_says_why_and_leaves_nothing(deploy):
    system = deploy(settings={"KEZ_CHAT_SERVER": "not a domain"})
    with pytest.raises(DeploymentFailed, match="KEZ_CHAT_SERVER cannot be"):
        system.start()
    assert not [row for row in system.ps() if row["pid"]]


def test_scaling_asks_for_ports_and_services(deploy):
    with pytest.raises(ComposeError, match="cannot publish"):
        deploy(scale={"gateway": 2}, variables={"KEZ_PUBLIC_PORTS": "6969"})
    with pytest.raises(ComposeError, match="cannot publish"):
        deploy(scale={"nats": 2})
    with pytest.raises(ComposeError, match="no service"):
        deploy(scale={"nobody": 2})


def test_the_command_line(tmp_path, kez, nats_server, monkeypatch):
    monkeypatch.setenv("KEZ_BINARY", kez)
    monkeypatch.setenv("NATS_SERVER", nats_server)
    state = str(tmp_path / "state")

    def run(*words: str, status: int = 0) -> str:
        done = subprocess.run(
            [ROOT / "Tests/Compose/compose-run", *words], capture_output=True, text=True, timeout=120
        )  # fmt: skip
        assert done.returncode == status, done
        return done.stdout.strip()

    run("ps", state, status=1)
    run("up", state, "--scale", "registry=2", "--set", "KEZ_CHAT_SERVER=kez.test", "--detach")
    try:
        assert get(run("url", state, "gateway", "6969") + "/v1/healthz")[0] == 200
        assert "registry       2 running    healthy" in run("ps", state)
        run("kill", state, "registry", "2")
        run("wait", state, "registry", "2")
        assert "restarts 1 status 137" in run("ps", state)
        assert "kez-registry" in run("run", state, "operator", "status")
        run("stop", state, "registry", "2")
        run("kill", state, "registry", "2", status=1)
        run("start", state, "registry", "2")
    finally:
        run("down", state)
    run("ps", state, status=1)
