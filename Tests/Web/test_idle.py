"""Nothing is fetched by a timer: who does nothing sends nothing but the heartbeat."""

from playwright.sync_api import Page

from conftest import acquaint
from kezweb.tunnel import Tunnel

IDLE = 8_000
# Milliseconds in which what began with the last message comes to its end: receipts wait for five seconds.
SETTLE = 6_000


class Traffic:
    """What a page sends and receives from now on."""

    def __init__(self, page: Page):
        self.requests: list[str] = []
        self.sent: list[bytes] = []
        self.received: list[bytes] = []
        page.on("request", lambda request: self.requests.append(f"{request.method} {request.url}"))
        page.on("websocket", self._watch)

    def _watch(self, socket) -> None:
        socket.on("framesent", lambda frame: self.sent.append(as_bytes(frame)))
        socket.on("framereceived", lambda frame: self.received.append(as_bytes(frame)))

    def clear(self) -> None:
        for list_ in (self.requests, self.sent, self.received):
            list_.clear()

    def others(self) -> list[bytes]:
        """Frames that are no heartbeat."""
        beats = {b"PING\r\n", b"PONG\r\n"}
        return [frame[:200] for frame in self.sent + self.received if frame not in beats]


def as_bytes(frame: str | bytes) -> bytes:
    return frame if isinstance(frame, bytes) else frame.encode()


def test_nothing_but_heartbeats_goes_over_the_line(browsers):
    alice, bob = browsers("alice"), browsers("bob")
    Tunnel(bob.context).blocked = True
    alice.register(), bob.register()
    acquaint(alice, bob)
    second = alice.new_tab("/messages")
    watched = {"alice": Traffic(alice.page), "bob, over HTTP": Traffic(bob.page), "alice's other tab": Traffic(second.page)}
    # Loaded anew, so that their sockets are seen.
    alice.client.reload(), bob.client.reload(), second.reload()
    for one in (alice, bob):
        one.client.conversation.expect_text("hello")
    bob.client.expect_live_over_http()
    alice.page.wait_for_timeout(SETTLE)
    everything = [frame for traffic in watched.values() for frame in traffic.sent]
    assert any(b"CONNECT" in frame for frame in everything), "no frame was seen at all"
    for traffic in watched.values():
        traffic.clear()
    alice.page.wait_for_timeout(IDLE)
    for name, traffic in watched.items():
        assert not traffic.requests, f"{name} asked: {traffic.requests}"
        assert not traffic.others(), f"{name} said: {traffic.others()}"
        beats = len(traffic.sent) + len(traffic.received)
        assert beats <= 6, f"{beats} heartbeats of {name} in {IDLE / 1000:.0f} s"
