"""What the tests do with a system under test: people, posts, lists."""

import datetime
import json
import secrets
import time
from dataclasses import dataclass
from typing import Any

from harness import Endpoints
from kezwire import auth, client, envelopes, jcs, rawjson
from kezwire.http import Answer, EventStream, Http
from kezwire.identity import Identity


def unique_handle(prefix: str = "t") -> str:
    return prefix + secrets.token_hex(8)


@dataclass(frozen=True)
class User:
    identity: Identity
    handle: str
    server: str
    registration: dict[str, Any]

    @property
    def hex(self) -> str:
        return self.identity.hex

    @property
    def primary(self) -> str:
        return self.identity.primary

    @property
    def fqhn(self) -> str:
        return f"{self.handle}@{self.server}"


def expect(answer: Answer, status: int, *codes: str) -> Any:
    """An error has a sentence and one of `codes`; a success has none of them."""
    assert answer.status == status, f"expected {status} {' or '.join(codes)}, got {answer}"
    if status < 400:
        return answer.json
    body = answer.json
    assert isinstance(body.get("error"), str) and body["error"], f"no error sentence: {answer}"
    assert isinstance(body.get("code"), str) and body["code"], f"no machine code: {answer}"
    assert not codes or body["code"] in codes, f"expected code {' or '.join(codes)}, got {answer}"
    return body


def user_object_in(body: dict[str, Any]) -> dict[str, Any] | None:
    """The user object an error carries, as members of it or as one member."""
    for candidate in (body, *body.values()):
        if isinstance(candidate, dict) and "primary" in candidate and "fqhn" in candidate:
            return candidate
    return None


def post_body(to: str, envelope: bytes) -> bytes:
    return b'{"to":' + json.dumps(to).encode() + b',"envelope":' + envelope + b"}"


class System:
    def __init__(self, endpoints: Endpoints):
        self.endpoints = endpoints
        self.server = endpoints.server
        self.http = Http(endpoints.http)
        self.sigchains = Http(endpoints.sigchain)

    @property
    def internal(self) -> Http:
        return Http(self.endpoints.internal)

    @staticmethod
    def now(offset: float = 0) -> str:
        return envelopes.timestamp(offset)

    # -- people

    def register(self, envelope: dict[str, Any] | bytes) -> Answer:
        return self.http.post("/v1/register", envelope if isinstance(envelope, bytes) else jcs.compact(envelope))

    def release(self, envelope: dict[str, Any] | bytes) -> Answer:
        return self.http.post("/v1/release", envelope if isinstance(envelope, bytes) else jcs.compact(envelope))

    def user(self, identity: Identity | None = None, handle: str | None = None) -> User:
        """A person who has just registered."""
        identity, handle = identity or Identity(), handle or unique_handle()
        envelope = envelopes.registration(identity, handle, self.server, self.now())
        expect(self.register(envelope), 201)
        return User(identity, handle, self.server, envelope)

    def lookup(self, handle: str) -> Answer:
        return self.http.get("/v1/u/" + handle)

    def by_primary(self, primary: str) -> Answer:
        return self.http.get("/v1/by-primary/" + primary)

    # -- messages

    def post(self, to: str, envelope: dict[str, Any] | bytes) -> Answer:
        raw = envelope if isinstance(envelope, bytes) else jcs.compact(envelope)
        return self.http.post("/v1/messages", post_body(to, raw))

    def post_anonymous(self, to: str, envelope: dict[str, Any] | bytes, deadline: float = 60) -> Answer:
        """Anonymous posts have a tight budget an address; a client that meets it waits as it is told."""
        end = time.monotonic() + deadline
        while (answer := self.post(to, envelope)).status == 429 and time.monotonic() < end:
            time.sleep(min(float(answer.headers["Retry-After"]), 10))
        return answer

    def auth(self, user: User, path: str, since: int | str = 0, server: str | None = None) -> dict[str, str]:
        return {"X-KEZ-Auth": auth.header(user.identity, "GET", path, f"since={since}", server)}

    def inbox(self, user: User, since: int | str | None = None, limit: int | str | None = None) -> Answer:
        path = f"/v1/inbox/{user.handle}"
        query = "&".join(f"{key}={value}" for key, value in (("since", since), ("limit", limit)) if value is not None)
        headers = self.auth(user, path, 0 if since is None else since)
        return self.http.get(path + ("?" + query if query else ""), headers)

    def messages(self, user: User, since: int | None = None) -> list[dict[str, Any]]:
        """Everything after `since`, page by page; each with its envelope's bytes as `raw`."""
        found: list[dict[str, Any]] = []
        while True:
            answer = self.inbox(user, since, 500)
            page = expect(answer, 200)
            raws = rawjson.envelopes(answer.body)
            found += [{**entry, "raw": raw} for entry, raw in zip(page["messages"], raws, strict=True)]
            if not page["has_more"]:
                return found
            assert page["next"] > (since or 0), f"a page that says has_more does not move on: {page['next']}"
            since = page["next"]

    def raws(self, user: User, since: int | None = None) -> list[bytes]:
        return [entry["raw"] for entry in self.messages(user, since)]

    def stream(self, user: User, since: int | None = None, last_event_id: int | None = None) -> EventStream:
        path = f"/v1/inbox/{user.handle}/stream"
        headers = self.auth(user, path, since or 0, self.server)
        if last_event_id is not None:
            headers["Last-Event-ID"] = str(last_event_id)
        return EventStream(self.http, path + (f"?since={since}" if since is not None else ""), headers)

    # -- sigchains

    def append(self, link: dict[str, Any] | bytes, hex_key: str | None = None) -> Answer:
        hex_key = hex_key or link["payload"]["primary"].removeprefix("ed25519:")
        body = link if isinstance(link, bytes) else jcs.compact(link)
        return self.http.post("/v1/sigchains/ed25519/" + hex_key, body)

    def sigchain(self, hex_key: str, query: str = "") -> Answer:
        return self.http.get("/v1/sigchains/ed25519/" + hex_key + query)

    # -- the broker

    def connect(self, who: User | Identity, **options: Any):
        identity = who.identity if isinstance(who, User) else who
        return client.connected(self.endpoints.nats, identity, **options)

    def streams(self) -> dict[str, tuple[int, int]] | None:
        """Messages and last sequence of every stream; None where the broker's monitor is not reachable."""
        if not self.endpoints.monitor:
            return None
        accounts = Http(self.endpoints.monitor).get("/jsz?accounts=1&streams=1").json["account_details"]
        states = [(s["name"], s["state"]) for account in accounts for s in account.get("stream_detail") or []]
        return {name: (state["messages"], state["last_seq"]) for name, state in states}


def parse_time(text: str) -> datetime.datetime:
    assert isinstance(text, str) and text.endswith("Z"), f"not a time in UTC with Z: {text!r}"
    return datetime.datetime.fromisoformat(text.removesuffix("Z")[:26] + "+00:00")
