"""The HTTP surface around the calls: errors, methods, CORS, configuration, the other listeners (section 4)."""

import json
import re
import socket
import urllib.parse

import pytest

from kezwire import envelopes
from kezwire.identity import Identity
from system import expect, unique_handle

ORIGIN = {"Origin": "https://somewhere.example"}
METHODS = {
    "/v1/healthz": "GET",
    "/v1/config": "GET",
    "/v1/u/someone": "GET",
    "/v1/by-primary/" + "ab" * 32: "GET",
    "/v1/register": "POST",
    "/v1/release": "POST",
    "/v1/messages": "POST",
    "/v1/inbox/someone": "GET",
    "/v1/inbox/someone/stream": "GET",
    "/v1/account/someone": "GET",
    "/.well-known/webfinger": "GET",
    "/internal/nats/auth": "POST",
}


@pytest.mark.parametrize("path", ["/v1/", "/v1/nope", "/v1/u", "/v1/u/a/b", "/v1/healthz/x", "/v1/sigchains/rsa/00"])
def test_unknown_path(system, path):
    expect(system.http.get(path), 404)


@pytest.mark.parametrize("path", METHODS)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_wrong_method(system, path, method):
    if method == METHODS[path]:
        return
    answer = system.http.request(method, path, b"{}" if method != "GET" else None)
    expect(answer, 405)
    allowed = {name.strip() for name in answer.headers["Allow"].split(",")}
    assert METHODS[path] in allowed and method not in allowed, answer.headers["Allow"]


def test_sigchains_take_get_and_post(system):
    answer = system.http.request("DELETE", "/v1/sigchains/ed25519/" + Identity().hex)
    expect(answer, 405)
    assert {"GET", "POST"} <= {name.strip() for name in answer.headers["Allow"].split(",")}


@pytest.mark.parametrize("path", ["/v1/healthz", "/v1/config", "/v1/nope", "/v1/inbox/someone", "/v1/u/nobody-at-all"])
def test_cors_is_open_on_success_and_error(system, path):
    assert system.http.get(path, ORIGIN).headers["Access-Control-Allow-Origin"] == "*"


def test_cors_on_a_refused_post(system):
    assert system.http.post("/v1/messages", b"nope", ORIGIN).headers["Access-Control-Allow-Origin"] == "*"
    assert system.http.post("/v1/register", b" " * 20_000, ORIGIN).headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("path", ["/v1/inbox/someone", "/v1/messages", "/v1/register", "/v1/inbox/someone/stream"])
def test_preflight(system, path):
    asked = {"Access-Control-Request-Method": METHODS[path], "Access-Control-Request-Headers": "content-type,x-kez-auth"}
    answer = system.http.request("OPTIONS", path, headers={**ORIGIN, **asked})
    assert answer.status in (200, 204), answer
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    methods = answer.headers["Access-Control-Allow-Methods"]
    assert methods == "*" or METHODS[path] in methods, methods
    allowed = answer.headers["Access-Control-Allow-Headers"].lower()
    assert allowed == "*" or ("content-type" in allowed and "x-kez-auth" in allowed), allowed


def test_every_answer_has_its_own_request_id(system):
    paths = ["/v1/healthz", "/v1/config", "/v1/nope", "/v1/inbox/someone", "/v1/u/nobody-at-all", "/"]
    answers = [system.http.get(path) for path in paths] + [system.http.post("/v1/messages", b"nope")]
    answers.append(system.http.request("DELETE", "/v1/register"))
    ids = [answer.headers["X-Request-Id"] for answer in answers]
    assert all(ids), ids
    assert len(set(ids)) == len(ids), ids


@pytest.mark.parametrize("path", ["/v1/healthz", "/v1/config", "/v1/u/nobody-at-all", "/"])
def test_head_has_no_body(system, path):
    connection = system.http.connect()
    try:
        system.http.start(connection, "HEAD", path)
        response = connection.getresponse()
        assert response.status in (200, 404, 405), response.status
        response.read()
        system.http.start(connection, "GET", "/v1/healthz")  # a body would be taken for this answer
        assert connection.getresponse().status == 200
    finally:
        connection.close()


def test_one_connection_takes_many_requests(system):
    connection = system.http.connect()
    try:
        for path, status in (("/v1/healthz", 200), ("/v1/nope", 404), ("/v1/inbox/x", 401), ("/v1/config", 200)):
            system.http.start(connection, "GET", path)
            response = connection.getresponse()
            assert response.status == status, path
            response.read()
    finally:
        connection.close()


def test_garbage_instead_of_http_is_survived(system):
    where = urllib.parse.urlsplit(system.http.base)
    for garbage in (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"GET\r\n\r\n", b"\x00" * 64 + b"\r\n\r\n"):
        with socket.create_connection((where.hostname, where.port or 80), 10) as raw:
            raw.sendall(garbage)
            raw.shutdown(socket.SHUT_WR)
            try:
                raw.recv(4096)
            except (TimeoutError, ConnectionResetError):
                pass
    assert system.http.get("/v1/healthz").status == 200


def test_healthz(system):
    body = expect(system.http.get("/v1/healthz"), 200)
    assert body["status"] == "ok" and body["server"] == system.server
    assert re.fullmatch(r"\d+\.\d+\.\d+([-+].*)?", body["version"]), body["version"]


def numbers_in(value):
    if isinstance(value, dict):
        return [number for each in value.values() for number in numbers_in(each)]
    if isinstance(value, list):
        return [number for each in value for number in numbers_in(each)]
    return [value]


def test_config(system):
    body = expect(system.http.get("/v1/config"), 200)
    assert body["server"] == system.server
    assert body["server_time"]
    assert body["protocol"] == {"min": 1, "max": 1}
    assert body["tlog"] is None and "tlog" in body
    assert {"features", "registration"} <= set(body)
    numbers = numbers_in(body["limits"])
    assert 262_144 in numbers and 524_288 in numbers, f"the limits do not name the sizes: {body['limits']}"
    assert re.match(r"wss?://.+/nats$", body["nats"]), body["nats"]


def test_placeholder_page(system):
    answer = system.http.get("/")
    assert answer.status == 200 and answer.headers["Content-Type"].startswith("text/html"), answer
    # A deployment may serve the web client instead.
    if b"web-dir" not in answer.body:
        assert b"<html" in answer.body.lower(), answer


TRAVERSALS = [
    "/../../../../../../etc/passwd",
    "/..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "/..%5c..%5c..%5cetc%5cpasswd",
    "//etc/passwd",
    "/%2fetc/passwd",
    "/....//....//....//etc/passwd",
    "/assets/../../../../../../etc/passwd",
    "/%252e%252e/%252e%252e/etc/passwd",
    "/index.html%00/../../etc/passwd",
    "/.%00./etc/passwd",
]


@pytest.mark.parametrize("path", TRAVERSALS)
def test_never_a_path_outside(system, path):
    answer = system.http.get(path)
    assert answer.status in (200, 301, 308, 400, 403, 404), answer
    assert b"root:" not in answer.body, answer


def test_web_dir(launch, tmp_path):
    web = tmp_path / "web"
    (web / "assets").mkdir(parents=True)
    (web / "index.html").write_text("<!doctype html><title>the index</title>")
    (web / "assets" / "app.js").write_text("console.log('the script')")
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret outside")
    (tmp_path / "web-evil").mkdir()
    (tmp_path / "web-evil" / "x.txt").write_text("the secret outside")
    (web / "link.txt").symlink_to(secret)
    own = launch(**{"web-dir": str(web)})
    for path in ("/", "/u/someone", "/c/abc/def"):
        answer = own.http.get(path)
        assert answer.status == 200 and b"the index" in answer.body, f"{path}: {answer}"
        assert answer.headers["Content-Type"].startswith("text/html")
    answer = own.http.get("/assets/app.js")
    assert answer.status == 200 and b"the script" in answer.body, answer
    assert "javascript" in answer.headers["Content-Type"]
    expect(own.http.get("/v1/nope"), 404)
    up = ["/../secret.txt", "/..%2fsecret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/../web-evil/x.txt"]
    up += ["/assets/..%2f..%2fsecret.txt", "/..%5csecret.txt", "/" + str(secret), "/%2f" + str(secret), "/link.txt"]
    up += ["/assets/%2e%2e/%2e%2e/secret.txt", "/..;/secret.txt", "/.%2e/secret.txt"]
    for path in up:
        assert b"the secret" not in own.http.get(path).body, f"{path} leads outside"


def test_internal_call_on_the_public_port_needs_the_token(system):
    body = json.dumps({"request": "x"}).encode()
    for headers in ({}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer "}, {"Authorization": "Basic eA=="}):
        expect(system.http.post("/internal/nats/auth", body, headers), 401)


@pytest.mark.parametrize("path", ["/metrics", "/livez", "/readyz"])
def test_internal_pages_are_not_public(system, path):
    answer = system.http.get(path)
    assert answer.status == 404 or answer.headers["Content-Type"].startswith("text/html"), answer
    assert b"# TYPE" not in answer.body


def test_internal_listener(system):
    if not system.endpoints.internal:
        pytest.skip("needs KEZ_INTERNAL_URL")
    assert system.internal.get("/livez").status == 200
    assert system.internal.get("/readyz").status == 200
    metrics = system.internal.get("/metrics")
    assert metrics.status == 200 and metrics.headers["Content-Type"].startswith("text/plain"), metrics
    lines = [line for line in metrics.body.decode().splitlines() if line and not line.startswith("#")]
    assert lines and b"# TYPE" in metrics.body
    for line in lines:
        assert re.fullmatch(r"[a-zA-Z_:][\w:]*(\{.*\})? \S+( \d+)?", line), f"not a Prometheus sample: {line!r}"
    refused = system.internal.post("/internal/nats/auth", json.dumps({"request": "x.y.z"}).encode())
    assert 400 <= refused.status < 500 and refused.status != 401, f"the internal port asks no token: {refused}"


def test_metrics_do_not_name_people(system):
    if not system.endpoints.internal:
        pytest.skip("needs KEZ_INTERNAL_URL")
    user = system.user()
    expect(system.post(user.handle, envelopes.message(user.identity, user.hex)), 201)
    expect(system.lookup(user.handle), 200)
    text = system.internal.get("/metrics").body.decode()
    assert user.handle not in text and user.hex not in text


def test_sigchain_port(system):
    user = system.user()
    path = "/v1/sigchains/ed25519/" + user.hex
    there, here = system.sigchains.get(path, ORIGIN), system.http.get(path)
    assert expect(there, 200) == expect(here, 200)
    assert there.headers["Access-Control-Allow-Origin"] == "*"
    assert system.sigchains.get("/v1/sigchains/ed25519/" + Identity().hex).status == 404
    if system.sigchains.base != system.http.base:
        assert system.sigchains.post("/v1/messages", b"{}").status in (404, 405)
        assert system.sigchains.post("/v1/register", b"{}").status in (404, 405)


def test_nats_without_an_upgrade_does_not_hang(system):
    answer = system.http.get("/nats")
    assert 400 <= answer.status < 500, answer


def test_content_type_is_not_required(system):
    envelope = envelopes.registration(Identity(), unique_handle(), system.server)
    raw = json.dumps(envelope).encode()
    assert system.http.post("/v1/register", raw, {"Content-Type": "text/plain"}).status == 201
