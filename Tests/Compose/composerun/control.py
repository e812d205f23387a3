"""The runner in a process of its own, and how others speak with it: one JSON object a line over a Unix socket.

`{"call": "kill", "args": ["registry", 2]}` is answered by `{"result": …}` or `{"error": "sentence"}`; the calls are
`Deployment`'s methods of the same names.
"""

import json
import os
import pathlib
import signal
import socket
import socketserver
import threading

from .deployment import Deployment

_CALLS = {
    *("ps", "kill", "signal", "stop_replica", "start_replica", "restart", "wait_healthy", "logs", "address", "url"),
    *("balance", "folder", "run"),
}
SOCKET = "control.sock"


class ControlError(RuntimeError):
    pass


class Control:
    """Serves a deployment until `down` is asked for, a signal comes, or the parent is gone."""

    def __init__(self, deployment: Deployment, with_parent: bool):
        self._deployment = deployment
        self._parent = os.getppid() if with_parent else None
        self._end = threading.Event()

    def serve(self, ready) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self._end.set())
        path = self._deployment.state / SOCKET
        path.unlink(missing_ok=True)
        control = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                for line in self.rfile:
                    self.wfile.write(json.dumps(control._answer(json.loads(line))).encode() + b"\n")

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True

        # A socket's path has at most 107 bytes: bound from within the folder.
        with _inside(self._deployment.state):
            server = Server(SOCKET, Handler)
        os.chmod(path, 0o600)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        ready()
        while not self._end.wait(0.5):
            if self._parent and os.getppid() != self._parent:
                break
        server.shutdown()
        path.unlink(missing_ok=True)

    def _answer(self, request: dict) -> dict:
        try:
            name = request["call"]
            if name == "down":
                self._end.set()
                return {"result": None}
            if name not in _CALLS:
                return {"error": f"no call {name!r}"}
            result = getattr(self._deployment, name)(*request.get("args", []))
            return {"result": str(result) if isinstance(result, pathlib.Path) else result}
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller is told
            return {"error": f"{type(error).__name__}: {error}"}


def call(state: pathlib.Path, name: str, *args, timeout: float = 120.0):
    """Asks a runner that serves `state`."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(timeout)
        try:
            with _inside(state):
                connection.connect(SOCKET)
        except OSError as error:
            raise ControlError(f"no runner serves {state}: {error}") from error
        connection.sendall(json.dumps({"call": name, "args": list(args)}).encode() + b"\n")
        answer = json.loads(connection.makefile().readline() or '{"error": "the runner ended"}')
    if "error" in answer:
        raise ControlError(answer["error"])
    return answer["result"]


class _inside:
    def __init__(self, folder: pathlib.Path):
        self._folder = folder

    def __enter__(self):
        self._before = os.open(".", os.O_RDONLY)
        os.chdir(self._folder)

    def __exit__(self, *_):
        os.fchdir(self._before)
        os.close(self._before)
