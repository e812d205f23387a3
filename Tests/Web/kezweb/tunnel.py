"""The way to the broker, as a network treats it, or a server that lies: cut, blocked, stalled, or with other answers."""

import re
from typing import Callable

from playwright.sync_api import BrowserContext, WebSocketRoute

from .frames import Change, changed

Frame = str | bytes


class Tunnel:
    """Set up before the page is opened; what a page has open already goes past it."""

    def __init__(self, context: BrowserContext):
        self.blocked = False
        # Bytes after which nothing more passes, until `flow`; None: everything passes.
        self.out_left: int | None = None
        self.in_left: int | None = None
        # What becomes of each delivery of the broker.
        self.change: Change | None = None
        self.opened = 0
        # Everything that the page has said, and what came to it.
        self.said: list[bytes] = []
        self.heard: list[bytes] = []
        self._open: list[tuple[WebSocketRoute, WebSocketRoute]] = []
        self._waiting: list[Callable[[], None]] = []
        context.route_web_socket(re.compile(r"/nats$"), self._begin)

    def _begin(self, page: WebSocketRoute) -> None:
        self.opened += 1
        if self.blocked:
            page.close(code=1011)
            return
        server = page.connect_to_server()
        self._open.append((page, server))
        page.on_message(lambda frame: self._out(server, frame))
        server.on_message(lambda frame: self._in(page, frame))

    def _out(self, server: WebSocketRoute, frame: Frame) -> None:
        self.said.append(frame if isinstance(frame, bytes) else frame.encode())
        if self.out_left is not None:
            self.out_left -= len(frame)
            if self.out_left < 0:
                return
        server.send(frame)

    def _in(self, page: WebSocketRoute, frame: Frame) -> None:
        frame = frame if isinstance(frame, bytes) else frame.encode()
        if self.change is not None:
            frame = changed(frame, self.change)
        self.heard.append(frame)
        if self.in_left is not None:
            self.in_left -= len(frame)
            if self.in_left < 0:
                return
        page.send(frame)

    @property
    def is_stalled(self) -> bool:
        return any(left is not None and left < 0 for left in (self.out_left, self.in_left))

    def flow(self) -> None:
        """What comes from now on passes."""
        self.out_left = self.in_left = None

    def cut(self) -> None:
        """Closes what is open, as a network does that changes."""
        for page, server in self._open:
            for side in (page, server):
                try:
                    side.close(code=1012)
                except Exception:  # closed already
                    pass
        self._open.clear()
