"""What a server that lies can do to a person, and what who reads its disk finds."""

import http.server
import json
import threading

from kezwire import envelopes, jcs, sigchain, subjects
from kezwire.http import Http
from kezwire.identity import Identity
from system import expect, unique_handle


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
