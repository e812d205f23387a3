"""The command line; `compose-run` says how to use it."""

import argparse
import json
import os
import pathlib
import signal
import subprocess
import sys
import time

from . import Deployment, DeploymentFailed
from .control import Control, ControlError, call
from .deployment import ROOT
from .model import ComposeError


def _pairs(items: list[str]) -> dict[str, str]:
    return dict(item.split("=", 1) for item in items)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="compose-run")
    commands = parser.add_subparsers(dest="command", required=True)

    def command(name: str, *arguments: str, **optional) -> argparse.ArgumentParser:
        one = commands.add_parser(name)
        one.add_argument("state", type=pathlib.Path)
        for argument in arguments:
            one.add_argument(argument)
        for argument, default in optional.items():
            one.add_argument(argument, nargs="?", type=type(default), default=default)
        return one

    up = command("up")
    up.add_argument("--scale", action="append", default=[], metavar="SERVICE=N")
    up.add_argument("--set", action="append", default=None, metavar="NAME=VALUE", help="a line of kez.env")
    up.add_argument("--profile", action="append", default=[])
    up.add_argument("--variable", action="append", default=[], metavar="NAME=VALUE", help="for the file's ${…}")
    up.add_argument("--balance", action="store_true", help="take turns over the gateways at one address")
    up.add_argument("--detach", action="store_true")
    up.add_argument("--with-parent", action="store_true", help="end when the calling process ends")
    for name in ("ps", "down"):
        command(name)
    for name in ("kill", "stop", "start", "restart", "wait", "logs"):
        command(name, "service", replica=1)
    command("signal", "service", "replica", "signal")
    command("url", "service", "port", replica=1)
    command("balance", "service", "port")
    command("folder", "service", "replica", "path")
    command("run", "service").add_argument("words", nargs=argparse.REMAINDER)
    return parser


def _up(options: argparse.Namespace) -> None:
    if options.detach:
        return _detach(options)
    deployment = Deployment(
        options.state,
        kez=os.environ.get("KEZ_BINARY") or str(ROOT / ".build/debug/kez"),
        nats_server=os.environ.get("NATS_SERVER") or str(ROOT / ".tools/bin/nats-server"),
        scale={name: int(count) for name, count in _pairs(options.scale).items()},
        settings=None if options.set is None else _pairs(options.set),
        variables=_pairs(options.variable),
        profiles=tuple(options.profile),
    )
    try:
        deployment.start()
        Control(deployment, options.with_parent).serve(
            lambda: print(json.dumps({"ready": True, **_endpoints(deployment, options.balance)}), flush=True)
        )
    finally:
        deployment.close()


def _endpoints(deployment: Deployment, balanced: bool) -> dict[str, str]:
    if balanced:
        http, sigchain = ("http://" + deployment.balance("gateway", port) for port in (6969, 7878))
    else:
        http, sigchain = (deployment.url("gateway", port) for port in (6969, 7878))
    nats, monitor = deployment.url("nats", 4222, scheme="nats"), deployment.url("nats", 8222)
    return {"http": http, "sigchain": sigchain, "nats": nats, "monitor": monitor}


def _detach(options: argparse.Namespace) -> None:
    """Starts the same in the background, and returns when it is ready or has failed."""
    options.state.mkdir(parents=True, exist_ok=True)
    words = [word for word in sys.argv[1:] if word != "--detach"]
    with (options.state / "runner.log").open("ab") as log:
        began = log.tell()
        runner = subprocess.Popen(
            [sys.executable, "-m", "composerun", *words], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True,
        )  # fmt: skip
    while runner.poll() is None:
        if b'{"ready"' in (options.state / "runner.log").read_bytes()[began:]:
            return
        time.sleep(0.05)
    raise DeploymentFailed((options.state / "runner.log").read_bytes()[began:].decode(errors="replace"))


def _down(state: pathlib.Path) -> None:
    call(state, "down")
    end = time.monotonic() + 90
    while (state / "control.sock").exists() and time.monotonic() < end:
        time.sleep(0.05)


def _main() -> int:
    # Whoever started us may have blocked signals, which is inherited; so would our processes.
    signal.pthread_sigmask(signal.SIG_SETMASK, set())
    options = _parser().parse_args()
    state = options.state
    match options.command:
        case "up":
            _up(options)
        case "down":
            _down(state)
        case "ps":
            for row in call(state, "ps"):
                print("{service:14} {replica} {state:10} {health!s:9} {address:15} pid {pid!s:7}".format(**row), end=" ")
                print(f"restarts {row['restarts']} status {row['exit_status']}")
        case "kill" | "restart" | "logs":
            if (answer := call(state, options.command, options.service, options.replica)) is not None:
                print(answer, end="")
        case "stop" | "start":
            call(state, options.command + "_replica", options.service, options.replica)
        case "wait":
            call(state, "wait_healthy", options.service, options.replica)
        case "signal":
            call(state, "signal", options.service, int(options.replica), signal.Signals[options.signal])
        case "url":
            print(call(state, "url", options.service, int(options.port), options.replica))
        case "balance":
            print(call(state, "balance", options.service, int(options.port)))
        case "folder":
            print(call(state, "folder", options.service, int(options.replica), options.path))
        case "run":
            status, output = call(state, "run", options.service, options.words)
            print(output, end="")
            return status
    return 0


try:
    sys.exit(_main())
except (ControlError, DeploymentFailed, ComposeError) as failure:
    sys.exit(f"compose-run: {failure}")
