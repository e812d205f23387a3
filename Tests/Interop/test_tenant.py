"""Another account on the same broker: what it hears of people and can do to them, which is nothing.

Runs the roles one a process on a broker of its own, whose configuration has one account more.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import time

import pytest

from harness import Endpoints, free_ports
from kezwire import envelopes, jcs, subjects
from kezwire.http import Http
from kezwire.identity import Identity
from kezwire.rawnats import RawNats
from system import System, expect

DEADLINE = 60.0
# What an operator writes for a tenant: an account with all of JetStream, and a user in it without any limit.
TENANT = """accounts {
  TENANT { jetstream: enabled
    users: [ { nkey: "%s" } ] %s }
"""
STOLEN_EXPORTS = [
    '{ service: { account: KEZ, subject: "kez.send.*.*.*" } }',
    '{ service: { account: KEZ, subject: "kez.rpc.>" } }',
    '{ stream: { account: KEZ, subject: "kez.inbox.>" } }',
    '{ stream: { account: KEZ, subject: "kez.registry.log.>" } }',
    '{ service: { account: AUTH, subject: "kez.callout.decide" } }',
    '{ service: { account: AUTH, subject: "$SRV.>" } }',
]


def with_tenant(configuration: str, tenant: Identity, imports: str = "") -> str:
    assert configuration.count("accounts {\n") == 1 and configuration.count("auth_users: [ ") == 1
    changed = configuration.replace("accounts {\n", TENANT % (tenant.nkey, imports))
    return changed.replace("auth_users: [ ", f'auth_users: [ "{tenant.nkey}", ')


class Processes:
    def __init__(self, folder):
        self.folder = folder
        self.running = []

    def start(self, name, *words):
        environment = {key: value for key, value in os.environ.items() if not key.startswith("KEZ_")}
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment)
        self.running.append(process)

    def stop(self):
        for process in reversed(self.running):
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(30)


def await_true(what, condition):
    end = time.monotonic() + DEADLINE
    while True:
        with contextlib.suppress(OSError):
            if condition():
                return
        assert time.monotonic() < end, f"not in time: {what}"
        time.sleep(0.1)


@pytest.fixture(scope="module")
def shared(binary, tmp_path_factory):
    """A deployment, its broker's configuration file, and the key of a tenant of that broker."""
    folder = tmp_path_factory.mktemp("tenant")
    data = folder / "data"
    nats, ws, monitor, http, sigchain, *internal = (f"127.0.0.1:{port}" for port in free_ports(9))
    listen = ["--nats-listen", nats, "--nats-websocket-listen", ws, "--nats-monitor-listen", monitor]
    subprocess.run([binary, "init", "--data", str(data), *listen], check=True, capture_output=True, timeout=60)
    tenant, file = Identity(), data / "nats.conf"
    file.write_text(with_tenant(file.read_text(), tenant))
    processes = Processes(folder)
    try:
        processes.start("nats", os.environ["NATS_SERVER"], "-c", str(file))
        await_true("the broker listens", lambda: socket.create_connection(nats.split(":"), 1).close() is None)
        common = ["--server", "kez.test", "--data", str(data), "--nats", "nats://" + nats]
        subprocess.run([binary, "provision", *common], check=True, capture_output=True, timeout=60)
        off = ["--limit-registrations", "off", "--limit-http", "off"]
        doors = ["--bind", http, "--sigchain-bind", sigchain, "--nats-websocket", ws]
        for role, bind, more in zip(
            ("registry", "inbox-worker", "auth-callout", "gateway"), internal, ([], [], [], doors + off), strict=True
        ):
            processes.start(role, binary, role, *common, "--internal-bind", bind, *more)
        await_true("everything answers", lambda: Http("http://" + http).get("/v1/healthz").status == 200)
        endpoints = Endpoints(
            server="kez.test", http="http://" + http, nats="nats://" + nats, ws=f"ws://{http}/nats",
            sigchain="http://" + sigchain, internal="http://" + internal[3], monitor="http://" + monitor,
        )  # fmt: skip
        yield System(endpoints), file, tenant
    finally:
        processes.stop()


def request(connection, subject, body=b""):
    connection.subscribe("_INBOX.tenant", "9")
    connection.publish(subject, body, reply="_INBOX.tenant")
    while (message := connection.next_message()).subject != "_INBOX.tenant":
        pass
    connection.write(b"UNSUB 9\r\n")
    return message


def test_a_tenant_hears_nothing_of_people(shared, run):
    system, _, tenant = shared
    with RawNats(system.endpoints.nats) as connection:
        assert connection.login(tenant)
        # A stream that would keep whatever of kez passes here.
        create = {"name": "SPY", "subjects": ["kez.>"], "storage": "memory"}
        assert "error" not in json.loads(request(connection, "$JS.API.STREAM.CREATE.SPY", jcs.compact(create)).payload)
        for sid, subject in enumerate((">", "$SYS.>", "$SYS.REQ.USER.AUTH", "_INBOX.>", "$SRV.>", "_R_.>")):
            connection.subscribe(subject, f"2{sid}")
        assert connection.round_trip() == []
        connection.messages.clear()
        alice, bob = system.user(), system.user()

        async def go():
            async with system.connect(bob) as reader, system.connect(alice) as writer:
                live = await reader.listen()
                await writer.send(bob.hex, jcs.compact(envelopes.message(alice.identity, bob.hex)))
                await live.next_msg(timeout=15)
                await writer.call("registry.lookup", {"handle": bob.handle})
                await writer.nc.publish(subjects.signals(bob.hex, alice.hex), b"{}")
                await writer.call("account.status")

        run(go())
        expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
        assert len(system.messages(bob)) == 2
        connection.round_trip()
        heard = [message.subject for message in connection.messages if not message.subject.startswith("$JS.")]
        assert heard == []
        info = json.loads(request(connection, "$JS.API.STREAM.INFO.SPY").payload)
        assert info["state"]["messages"] == 0


def test_a_tenant_reaches_nothing_of_people(shared):
    system, _, tenant = shared
    alice, bob = system.user(), system.user()
    expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
    before = system.streams()
    log = subjects.stream(bob.identity.shard)
    with RawNats(system.endpoints.nats) as connection:
        assert connection.login(tenant)
        for call in ("PURGE", "DELETE", "INFO", "MSG.GET"):
            answer = request(connection, f"$JS.API.STREAM.{call}.{log}", b'{"seq":1}' if call == "MSG.GET" else b"")
            assert json.loads(answer.payload)["error"]["code"] == 404, f"{call}: {answer.payload}"
        names = json.loads(request(connection, "$JS.API.STREAM.NAMES").payload)["streams"] or []
        assert not [name for name in names if name.startswith("KEZ_")]
        raw = jcs.compact(envelopes.message(alice.identity, bob.hex))
        for subject in (
            subjects.send(bob.hex, alice.hex),
            subjects.live_inbox(bob.hex, alice.hex),
            f"kez.ctl.{bob.hex[0]}.{bob.hex}",
            f"kez.settings.{bob.hex}",
            f"kez.registry.log.suspend.{bob.hex}",
            subjects.inbox_rpc(bob.hex, "delete"),
            "kez.rpc.operator.registry.suspend",
            "$SYS.REQ.SERVER.PING.KICK",
        ):
            connection.publish(subject, raw)
        assert connection.round_trip() == []
    expect(system.lookup(bob.handle), 200)
    assert len(system.messages(bob)) == 1
    after = system.streams()
    for name, state in before.items():
        if name.startswith("KEZ_"):
            assert after[name] == state, name


@pytest.mark.parametrize("taken", STOLEN_EXPORTS)
def test_a_tenant_cannot_import_what_is_exported_to_others(shared, tmp_path, taken):
    """Even who writes the tenant's part of the configuration: each export names the accounts that may have it."""
    _, file, tenant = shared
    plain = file.read_text()
    line = f'users: [ {{ nkey: "{tenant.nkey}" }} ]'
    assert line in plain
    for name, text, status in (("as-it-is", plain, 0), ("taken", plain.replace(line, f"{line} imports: [ {taken} ]"), 1)):
        changed = tmp_path / f"{name}.conf"
        changed.write_text(text)
        result = subprocess.run(
            [os.environ["NATS_SERVER"], "-t", "-c", str(changed)], capture_output=True, text=True, timeout=30
        )
        assert result.returncode == status, f"{name}: {result.stdout}{result.stderr}"
