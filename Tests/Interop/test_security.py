"""What each adversary can and cannot do, as docs/SECURITY.md says it; what other files show already is not here."""

import asyncio
import base64
import contextlib
import http.server
import json
import re
import socket
import threading

import aiohttp
import pytest

from deployment import own_deployment
from kezwire import envelopes, jcs, sealing, sigchain, subjects
from kezwire.http import Http
from kezwire.identity import Identity
from system import expect, post_body, unique_handle


@pytest.fixture(scope="module")
def place(binary, tmp_path_factory):
    """A system of our own: the tests use its operator's keys and read its disk."""
    with own_deployment(binary, tmp_path_factory.mktemp("security") / "data") as deployment:
        yield deployment


# -- the keys of the roles: what a stolen one can do, and nothing else

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


# -- a server that lies, and who reads its disk


def test_the_disk_holds_no_content_and_no_persons_key(place, run):
    alice, bob = place.system.user(), place.system.user()
    content = {"kez": "kez-text-v1", "text": "a sentence that no disk shall hold"}
    sealed = [envelopes.message(alice.identity, bob.hex, content) for _ in range(2)]
    expect(place.system.post(bob.handle, sealed[0]), 201)

    async def go():
        async with place.system.connect(alice) as client:
            await client.send(bob.hex, jcs.compact(sealed[1]))
            await client.call("inbox.list", {})

    run(go())
    assert len(place.system.messages(bob)) == 2
    secrets = [b"sentence that no disk", alice.identity.nkey_seed.encode(), bob.identity.nkey_seed.encode()]
    secrets += [alice.identity.seed, bob.identity.seed, alice.identity.seed.hex().encode()]
    found = set()
    for path in place.folder.parent.rglob("*"):
        if not path.is_file():
            continue
        data = path.read_bytes()
        assert not any(secret in data for secret in secrets), f"{path} holds what it must not"
        found |= {number for number, each in enumerate(sealed) if each["payload"]["ciphertext"].encode() in data}
    assert found == {0, 1}, "the sealed text was looked for where it is"


def registered(place, home, handle):
    """Registers with the program; the key's home is `home`."""
    result = place.kez("register", handle, "--url", place.system.endpoints.http, home=home)
    assert result.returncode == 0, result.stderr
    return expect(place.system.lookup(handle), 200)["primary"].removeprefix("ed25519:")


def test_what_a_server_forges_is_not_shown(place, tmp_path):
    """With the gateway's key a message can be stored under any sender: the client shows what is signed, no other."""
    alice, handle = place.system.user(), unique_handle()
    to = registered(place, tmp_path, handle)
    mallory = Identity()

    def text(words):
        return {"kez": "kez-text-v1", "text": words}

    def claiming_alice(words, **signature):
        envelope = envelopes.message(mallory, to, text(words), **{"from": alice.primary})
        return {**envelope, "signature": {**envelope["signature"], "key": alice.primary, **signature}}

    forged = [
        claiming_alice("forged one"),
        claiming_alice("forged two", alg="ed25519-of-the-future"),
        envelopes.message(mallory, to, text("forged three")),
        {**envelopes.message(alice.identity, to, text("forged four")), "kez": "Message"},
    ]
    genuine = envelopes.message(alice.identity, to, text("genuine"))
    answers = f"_REPLY.{place.key('gateway').nkey}.forger"
    with place.login("gateway") as connection:
        connection.subscribe(answers)
        for envelope in (*forged, genuine):
            connection.publish(subjects.send(to, alice.hex), jcs.compact(envelope), reply=answers)
            assert "seq" in json.loads(connection.next_message().payload)
    shown = place.kez("inbox", "--json", "--url", place.system.endpoints.http, home=tmp_path)
    assert shown.returncode == 0, shown.stderr
    lines = [json.loads(line) for line in shown.stdout.splitlines()]
    assert [line["text"] for line in lines if "text" in line] == ["genuine"]
    assert "forged" not in shown.stdout
    plain = place.kez("inbox", "--url", place.system.endpoints.http, home=tmp_path).stdout
    assert "genuine" in plain and "forged" not in plain


def test_a_text_cannot_control_the_terminal(place, tmp_path):
    alice, handle = place.system.user(), unique_handle()
    to = registered(place, tmp_path, handle)
    text = "see \x1b[2J\x1b]0;title\x07 \x9b31m \rhidden\x00"
    envelope = envelopes.message(alice.identity, to, {"kez": "kez-text-v1", "text": text})
    expect(place.system.post(handle, envelope), 201)
    shown = place.kez("inbox", "--url", place.system.endpoints.http, home=tmp_path).stdout
    assert "hidden" in shown and not [each for each in shown if ord(each) < 32 and each not in "\n\t"], repr(shown)
    assert "\x9b" not in shown


class LyingServer:
    """Passes requests on to the real server and changes what it answers."""

    def __init__(self, base: str):
        self.changes: dict[str, object] = {}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def answer(self):
                size = int(self.headers.get("Content-Length") or 0)
                headers = {name: self.headers[name] for name in ("X-KEZ-Auth", "Content-Type") if self.headers[name]}
                body = self.rfile.read(size) if size else None
                answer = Http(base).request(self.command, self.path, body, headers)
                change = outer.changes.get(self.path.partition("?")[0])
                body = json.dumps(change(answer.json)).encode() if change and answer.status == 200 else answer.body
                self.send_response(answer.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST = answer

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


def test_a_server_that_changes_a_key_or_a_chain_is_noticed(place, tmp_path):
    bob = place.system.user()
    chain = sigchain.Chain(bob.identity)
    for name in ("Bob", "Robert"):
        link = chain.link({"kind": "profile", "name": name})
        expect(place.system.append(link), 201)
        chain.extend(link)
    other = place.system.user()
    registered(place, tmp_path, unique_handle())
    user, links = f"/v1/u/{bob.handle}", f"/v1/sigchains/ed25519/{bob.hex}"
    # What a look-up may ask for: by name, with or without the server's.
    users = [user, user + "@" + place.system.server, user + "%40" + place.system.server]
    with LyingServer(place.system.endpoints.http) as server:

        def send():
            return place.kez("send", bob.handle, "hello", "--url", server.url, home=tmp_path)

        def shorter(answer):
            return {**answer, "links": answer["links"][:1], "length": 1, "head": jcs.sha256(chain.links[0])}

        first = send()
        assert first.returncode == 0, first.stderr

        server.changes = {path: lambda answer: {**answer, "primary": other.primary} for path in users}
        changed = send()
        assert changed.returncode == 1 and "another key" in changed.stderr, changed

        shown = {"length": 1, "head": jcs.sha256(chain.links[0])}
        server.changes = {path: lambda answer: {**answer, "sigchain": shown} for path in users} | {links: shorter}
        cut = send()
        assert cut.returncode == 1 and "shorter or other" in cut.stderr, cut

        forged = sigchain.Chain(bob.identity).link({"kind": "profile", "name": "Bob"}, signer=other.identity)
        mark = {"length": 3, "head": jcs.sha256(forged)}
        server.changes = {path: lambda answer: {**answer, "sigchain": mark} for path in users} | {
            links: lambda answer: {**answer, "links": [forged], "length": 3, "head": mark["head"]}
        }
        broken = send()
        assert broken.returncode == 1, broken

        server.changes = {}
        again = send()
        assert again.returncode == 0, again.stderr
    assert len(place.system.messages(bob)) == 2
    assert place.system.messages(other) == []


# -- a stolen device


def test_who_has_the_key_is_the_person_and_reads_the_past(place, run):
    """No forward secrecy: one key opens everything that was ever sealed to it or by it."""
    alice, bob = place.system.user(), place.system.user()
    old = envelopes.message(alice.identity, bob.hex, {"kez": "kez-text-v1", "text": "long ago"})
    expect(place.system.post(bob.handle, old), 201)
    thief = Identity(bob.identity.seed)

    async def go():
        async with place.system.connect(bob), place.system.connect(thief) as client:
            return (await client.call("inbox.list", {})).ok()

    (entry,) = run(go())["messages"]
    assert json.loads(envelopes.open_message(thief, entry["envelope"]))["text"] == "long ago"
    # The sender's key opens it as well: both compute the same secret.
    payload = old["payload"]
    nonce, ciphertext = (base64.b64decode(payload[name]) for name in ("nonce", "ciphertext"))
    from_sender = sealing.open_sealed(alice.identity, bob.identity.public, nonce, ciphertext)
    assert json.loads(from_sender)["text"] == "long ago"


def test_a_release_ends_what_a_stolen_key_can_do(place, run):
    alice, bob = place.system.user(), place.system.user()
    path = f"/v1/inbox/{bob.handle}"
    header = place.system.auth(bob, path)

    async def go():
        async with place.system.connect(bob) as thief:
            expect(place.system.release(envelopes.release(bob.identity, bob.handle, place.system.server)), 200)
            await asyncio.wait_for(thief.closed.wait(), 30)
        with pytest.raises(Exception) as refused:
            async with place.system.connect(bob):
                pass
        assert not isinstance(refused.value, TimeoutError)

    run(go())
    expect(place.system.http.get(path, header), 401, "unauthorized")
    expect(place.system.post(alice.handle, envelopes.message(bob.identity, alice.hex)), 403, "unknown_sender")


def test_a_suspension_leaves_a_stolen_key_with_reading(place, run):
    alice, bob = place.system.user(), place.system.user()
    expect(place.system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)

    async def go():
        async with place.system.connect(bob) as thief:
            place.operate("suspend", bob.handle, "--reason", "The phone was stolen.", "--for", "1h")
            await asyncio.wait_for(thief.closed.wait(), 30)
        async with place.system.connect(bob) as thief:
            status = (await thief.call("account.status", {})).ok()
            assert status["suspended"] is True and status["reason"] == "The phone was stolen." and status["until"]
            assert len((await thief.call("inbox.list", {})).ok()["messages"]) == 1
            for subject in (subjects.send(alice.hex, bob.hex), subjects.rpc(bob.hex, "registry.release")):
                await thief.nc.publish(subject, b"{}")
                await thief.violation("publish", subject)

    run(go())
    refused = expect(place.system.post(alice.handle, envelopes.message(bob.identity, alice.hex)), 403, "suspended")
    assert refused["reason"] == "The phone was stolen." and refused["until"].endswith("Z")
    path = f"/v1/account/{bob.handle}"
    status = expect(place.system.http.get(path, place.system.auth(bob, path, server=place.system.server)), 200)
    assert (status["handle"], status["suspended"], status["until"]) == (bob.handle, True, refused["until"])
    for header in ({}, place.system.auth(bob, path), place.system.auth(alice, path, server=place.system.server)):
        expect(place.system.http.get(path, header), 401, "unauthorized")
    assert len(place.system.messages(bob)) == 1
    # Only what needs no key is left: a note without a sender, which clients do not show.
    expect(place.system.post_anonymous(alice.handle, {"note": "from nobody"}), 201)
    assert [entry["from"] for entry in place.system.messages(alice)] == [None]
    place.operate("unsuspend", bob.handle)
    expect(place.system.post(alice.handle, envelopes.message(bob.identity, alice.hex)), 201)


def test_a_devices_key_does_not_log_in(place, run):
    """Whatever a chain lets it sign: in version 1 the primary alone connects, reads and sends."""
    owner, device = place.system.user(), Identity()
    chain = sigchain.Chain(owner.identity)
    expect(place.system.append(chain.link(chain.device_add(device, ["send", "profile", "link"]))), 201)

    async def go():
        with pytest.raises(Exception) as refused:
            async with place.system.connect(device):
                pass
        assert not isinstance(refused.value, TimeoutError)

    run(go())
    stranger = place.system.user()
    message = {**envelopes.message(device, stranger.hex, **{"from": owner.primary})}
    expect(place.system.post(stranger.handle, message), 400)


# -- a registered user


def test_a_person_can_search_only_so_often(launch, run):
    system = launch(**{"limit-searches": "5,0.001"})
    user = system.user()

    async def go():
        async with system.connect(user) as client:
            # Each registry counts for itself.
            return [await client.call("registry.search", {"prefix": "abc"}) for _ in range(11)]

    replies = run(go())
    assert replies[0].code is None
    refused = [reply for reply in replies if reply.code is not None]
    assert refused and all(reply.refused(429, "rate_limited")["retry_after"] >= 1 for reply in refused)


# -- a stranger


VIOLATIONS = {
    "no line of the protocol": (b"NONSENSE\r\n", 1008),
    "a line feed alone": (b"PING\n", 1008),
    "a line that the broker would send": (b"MSG a 1 1\r\nx\r\n", 1008),
    "a login with two keys": (b'CONNECT {"nkey":"UA","NKEY":"UB"}\r\n', 1008),
    "two logins": (b'CONNECT {"verbose":false}\r\nCONNECT {"verbose":false}\r\n', 1008),
    "headers over 1 KiB": (b"HPUB a 1025 1025\r\n", 1009),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_the_tunnel_says_why_it_closes(place, run, name):
    data, code = VIOLATIONS[name]

    async def go():
        async with aiohttp.ClientSession() as session, session.ws_connect(place.system.endpoints.ws) as tunnel:
            await tunnel.send_bytes(data)
            heard = b""
            while (message := await tunnel.receive(30)).type == aiohttp.WSMsgType.BINARY:
                heard += message.data
            return heard, message

    heard, end = run(go())
    assert heard.splitlines()[-1].startswith(b"-ERR '"), heard[-200:]
    assert (end.type, end.data) == (aiohttp.WSMsgType.CLOSE, code), end
    assert end.extra and end.extra in heard.decode(), end


def test_who_never_logs_in_is_closed(place):
    """The broker waits 15 s for a login, at its own port and through the tunnel."""
    host, port = place.system.endpoints.nats.removeprefix("nats://").rsplit(":", 1)
    web_host, web_port = place.system.endpoints.http.removeprefix("http://").rsplit(":", 1)
    upgrade = (
        "GET /nats HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    with socket.create_connection((host, int(port)), 10) as raw, socket.create_connection((web_host, int(web_port)), 10) as web:
        web.sendall(upgrade.encode())
        for each in (raw, web):
            each.settimeout(60)
            data = b""
            while chunk := each.recv(4096):
                data += chunk
            assert b"INFO" in data and b"Authentication Timeout" in data, data[-200:]


def test_a_crowd_of_slow_clients_is_closed_and_nobody_waits_for_it(place):
    """Slow loris, with the times that are in force: heads that do not end, and connections that say nothing."""
    host, port = place.system.endpoints.http.removeprefix("http://").rsplit(":", 1)
    with contextlib.ExitStack() as stack:
        crowd = [stack.enter_context(socket.create_connection((host, int(port)), 20)) for _ in range(200)]
        for number, each in enumerate(crowd):
            each.sendall((b"", b"GET /v1/config HTTP/1.1\r\nHost: x\r\nX-Slow: ", b"POST /v1/mess")[number % 3])
        alice, bob = place.system.user(), place.system.user()
        expect(place.system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
        assert len(place.system.messages(bob)) == 1
        for each in crowd:
            each.settimeout(60)
            with contextlib.suppress(ConnectionError):
                assert each.recv(4096) == b"", "closed, not answered"


def test_nothing_tells_a_stranger_who_writes_to_whom(place):
    """Without a signature there is no list, no stream, no count and no metric of anybody."""
    alice, bob = place.system.user(), place.system.user()
    expect(place.system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
    for path in (f"/v1/inbox/{bob.handle}", f"/v1/inbox/{bob.handle}/stream"):
        expect(place.system.http.get(path), 401, "unauthorized")
        expect(place.system.http.get(path, place.system.auth(alice, path)), 401, "unauthorized")
    for path in ("/metrics", "/readyz", "/jsz", "/connz", "/varz"):
        answer = place.system.http.get(path)
        assert alice.hex.encode() not in answer.body and b"kez_gateway" not in answer.body


def test_a_post_that_was_recorded_adds_nothing(place):
    """Whoever saw an envelope can bring it again: it is in the inbox once, under its author, and nothing is charged."""
    alice, bob = place.system.user(), place.system.user()
    raw = jcs.compact(envelopes.message(alice.identity, bob.hex))
    first = expect(place.system.post(bob.handle, raw), 201)
    again = expect(place.system.http.post("/v1/messages", post_body(bob.handle, raw)), 201)
    assert again["duplicate"] is True and again["seq"] == first["seq"]
    respaced = json.dumps(json.loads(raw), indent=1).encode()
    expect(place.system.post(bob.handle, respaced), 201)
    assert len(place.system.messages(bob)) == 1


def test_a_header_of_one_request_is_good_for_no_other(place):
    """X-KEZ-Auth seen on the wire: the same page for a minute, and nothing else."""
    bob = place.system.user()
    path = f"/v1/inbox/{bob.handle}"
    header = place.system.auth(bob, path)
    expect(place.system.http.get(path, header), 200)
    expect(place.system.http.get(path, header), 200)
    expect(place.system.http.get(path + "?since=1", header), 401)
    expect(place.system.http.get(path + "/stream", header), 401)
    other = place.system.user()
    expect(place.system.http.get(f"/v1/inbox/{other.handle}", header), 401)


def test_the_brokers_own_ports_are_on_loopback_and_let_nobody_in(place, tmp_path):
    """Behind them no budget holds: what is not opened on purpose stays closed to other machines."""
    made = place.kez("init", "--data", str(tmp_path / "data"))
    assert made.returncode == 0, made.stderr
    configuration = (tmp_path / "data" / "nats.conf").read_text()
    listeners = re.findall(r'^(?:listen|http|websocket \{ listen): "([^"]*)"', configuration, re.M)
    assert sorted(listeners) == ["127.0.0.1:4222", "127.0.0.1:8222", "127.0.0.1:8443"]
    assert place.system.endpoints.monitor.startswith("http://127.")
    assert Http(place.system.endpoints.monitor).get("/varz").json["auth_required"] is True
