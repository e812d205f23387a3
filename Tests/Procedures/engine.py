"""A `docker` for the procedures: what they ask of it is done by the runner of Tests/Compose.

The scripts of deploy/procedures run unchanged, with a program `docker` before all others on their PATH. It asks this
engine, over a socket, and runs itself what is meant to have the caller's own input and output (`compose run`). A word
that an operator's Docker would not take, or that this engine does not know, is an error.
"""

import argparse
import json
import os
import pathlib
import shutil
import socketserver
import subprocess
import sys
import threading

from composerun import Deployment, load
from composerun.deployment import ROOT
from composerun.replica import Replica

PROCEDURES = ROOT / "deploy/procedures"
_SHIM = """#!{python}
import json, os, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect({socket!r})
connection.sendall(json.dumps(sys.argv[1:]).encode() + b"\\n")
answer = json.loads(connection.makefile().readline())
if answer.get("exec"):
    os.chdir(answer["folder"])
    os.execvpe(answer["exec"][0], answer["exec"], answer["environment"])
sys.stdout.write(answer["output"])
sys.stderr.write(answer["error"])
sys.exit(answer["status"])
"""


class Refused(Exception):
    pass


class _Words(argparse.ArgumentParser):
    def error(self, message):
        raise Refused(f"docker: {message}")


class Engine(Deployment):
    """A deployment that an operator changes while it runs: scaled, made anew, with other settings."""

    def __init__(self, state: pathlib.Path, **options):
        self._options = options
        self._images = {"kez": os.path.abspath(options["kez"])}
        # A path of a Unix socket has at most 107 bytes.
        self.tools = pathlib.Path(state).parent / "tools"
        # As many as a procedure may scale to.
        options["variables"] = {
            "KEZ_PUBLIC_PORTS": "6969-6974", "KEZ_SIGCHAIN_PORTS": "7878-7883", **options.get("variables", {}),
        }  # fmt: skip
        super().__init__(state, **options)
        self._lock = threading.Lock()
        self._serve()

    # What an operator's machine is

    def image(self, name: str, program: str) -> None:
        """From now on the image `name` holds `program` as its kez."""
        self._images[name] = program

    def prepare(self) -> None:
        """A machine with the compose file and the settings, on which nothing was ever started."""
        self._make()

    def procedure(self, name: str, *words: str, timeout: float = 300, status: int = 0) -> str:
        """Runs a script of deploy/procedures as an operator does, beside docker-compose.yml."""
        environment = {
            "PATH": f"{self.tools}:{os.environ['PATH']}", "HOME": str(self.work), "KEZ_ENV_FILE": str(self.state / "kez.env"),
        }  # fmt: skip
        done = subprocess.run(
            [PROCEDURES / name, *words], cwd=self.work, env=environment, stdin=subprocess.DEVNULL, timeout=timeout,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert done.returncode == status, f"{name} {' '.join(words)}: exit status {done.returncode}\n{done.stdout}"
        return done.stdout

    def close(self) -> None:
        super().close()
        self._server.shutdown()
        self._server.server_close()

    def _serve(self) -> None:
        self.work = self.state / "operator"
        self.work.mkdir(exist_ok=True)
        shutil.copy(ROOT / "docker-compose.yml", self.work)
        self.tools.mkdir(exist_ok=True)
        place = self.tools / "engine.sock"
        engine = self

        class Handler(socketserver.StreamRequestHandler):
            def handle(self):
                words = json.loads(self.rfile.readline())
                try:
                    answer = {"status": 0, "error": "", "output": "", **engine._docker(words)}
                except Exception as error:  # noqa: BLE001 - whatever it is, the script is told
                    answer = {"status": 1, "output": "", "error": f"docker {' '.join(words)}: {type(error).__name__}: {error}\n"}
                self.wfile.write(json.dumps(answer).encode() + b"\n")

        class Server(socketserver.ThreadingUnixStreamServer):
            daemon_threads = True

        self._server = Server(str(place), Handler)
        threading.Thread(target=self._server.serve_forever, name="engine", daemon=True).start()
        shim = self.tools / "docker"
        shim.write_text(_SHIM.format(python=sys.executable, socket=str(place)))
        shim.chmod(0o755)

    # Its words

    def _docker(self, words: list[str]) -> dict:
        parser = _Words(prog="docker")
        commands = parser.add_subparsers(dest="command", required=True)
        for name in ("restart", "stop"):
            commands.add_parser(name, prog=name).add_argument("container")
        remove = commands.add_parser("rm")
        remove.add_argument("-v", action="store_true", required=True)
        remove.add_argument("container")
        inspect = commands.add_parser("inspect")
        inspect.add_argument("--format", required=True, choices=["{{.State.Health.Status}}"])
        inspect.add_argument("container")
        compose = commands.add_parser("compose")
        compose.add_argument("--profile", action="append", default=[])
        verbs = compose.add_subparsers(dest="verb", required=True)
        for name in ("restart", "stop", "start"):
            verbs.add_parser(name).add_argument("services", nargs="+")
        ps = verbs.add_parser("ps")
        ps.add_argument("-aq", action="store_true", required=True)
        ps.add_argument("service")
        drop = verbs.add_parser("rm")
        drop.add_argument("-sfv", action="store_true", required=True)
        drop.add_argument("service")
        up = verbs.add_parser("up")
        up.add_argument("-d", action="store_true", required=True)
        up.add_argument("-V", action="store_true")
        for flag in ("--no-deps", "--wait"):
            up.add_argument(flag, action="store_true", required=True)
        for flag in ("--no-recreate", "--force-recreate"):
            up.add_argument(flag, action="store_true")
        up.add_argument("--scale")
        up.add_argument("service")
        run = verbs.add_parser("run")
        run.add_argument("--rm", action="store_true", required=True)
        run.add_argument("-T", action="store_true", required=True)
        run.add_argument("--no-deps", action="store_true")
        run.add_argument("--entrypoint")
        run.add_argument("service")
        run.add_argument("words", nargs=argparse.REMAINDER)
        options = parser.parse_args(words)
        if options.command == "compose":
            self._read_project(options.profile)
            return getattr(self, "_compose_" + options.verb)(options) or {}
        service, _, number = options.container.rpartition("-")
        return getattr(self, "_" + options.command)(self.replica(service, int(number)), options) or {}

    def _restart(self, replica: Replica, _options) -> None:
        replica.stop()
        replica.start()

    def _stop(self, replica: Replica, _options) -> None:
        replica.stop()

    def _rm(self, replica: Replica, _options) -> None:
        if replica.state != "exited":
            raise Refused("the container runs")
        self._remove(replica)

    def _inspect(self, replica: Replica, _options) -> dict:
        return {"output": (replica.health if replica.state == "running" else "none") + "\n"}

    def _compose_ps(self, options) -> dict:
        return {"output": "".join(f"{each.service}-{each.number}\n" for each in self.replicas.get(options.service, []))}

    def _compose_restart(self, options) -> None:
        self._compose_stop(options)
        self._compose_start(options)

    def _compose_stop(self, options) -> None:
        replicas = [each for name in options.services for each in self.replicas[name]]
        for each in replicas:
            each.ask_to_stop()
        for each in replicas:
            each.await_stop()

    def _compose_start(self, options) -> None:
        for name in options.services:
            for each in self.replicas[name]:
                each.start()

    def _compose_rm(self, options) -> None:
        for each in list(self.replicas[options.service]):
            each.stop()
            self._remove(each)

    def _compose_run(self, options) -> dict:
        service = self.project.services[options.service]
        if options.entrypoint:
            # What the image has beside kez: the container's paths are rewritten in every word.
            service = type(service)(**{**service.__dict__, "entrypoint": ["kez"], "command": None})
        # A path in its root is the same in every run of it: `init` writes some into the broker's configuration.
        number = 1 if options.service in self.replicas else 0
        launch = self._launch(service, number, self._block.host, options.words or None)
        words = [options.entrypoint, *launch.words[1:]] if options.entrypoint else launch.words
        return {"exec": words, "environment": launch.environment, "folder": str(launch.folder)}

    def _compose_up(self, options) -> None:
        name = options.service
        service, known = self.project.services[name], self.replicas.setdefault(name, [])
        if name not in self._order:
            self._order.append(name)
        wanted = 1
        if options.scale:
            scaled, _, number = options.scale.partition("=")
            if scaled != name:
                raise Refused(f"--scale {options.scale} for {name}")
            wanted = int(number)
        for each in known[wanted:]:
            each.stop()
            self._remove(each)
        changed = []
        for each in known:
            launch = self._launch(service, each.number, each.address)
            if not options.no_recreate and (options.force_recreate or launch != each.launch):
                changed.append((each, launch))
        for each, _ in changed:
            each.ask_to_stop()
        for each, launch in changed:
            each.await_stop()
            if options.V:
                self._drop_volumes(each)
                launch = self._launch(service, each.number, each.address)
            each.launch = launch
        taken = {each.number for each in known}
        while len(known) < wanted:
            number = next(number for number in range(1, 100) if number not in taken)
            taken.add(number)
            address = self._block.take()
            self._names.setdefault(name, address)
            known.append(Replica(name, number, address, self._launch(service, number, address)))
        for each in known:
            each.start()
        for each in known:
            if not each.wait(120, lambda it: it.state == "running" and it.health in {None, "healthy"}):
                raise Refused(f"{name}-{each.number} is {each.state} and {each.health}: {each.last_probe}")

    # What lies behind them

    def replica(self, service: str, number: int = 1) -> Replica:
        return next(each for each in self.replicas[service] if each.number == number)

    def _read_project(self, profiles: list[str]) -> None:
        """The file with the settings and variables of this moment, as every call of Compose reads it."""
        variables = {"KEZ_ENV_FILE": str(self.state / "kez.env"), **self._options["variables"]}
        place = self.work / ".env"
        if place.exists():
            variables |= dict(line.split("=", 1) for line in place.read_text().splitlines() if "=" in line)
        self.project = load(self.work / "docker-compose.yml", variables)
        self._targets = {mount.target for service in self.project.services.values() for mount in service.mounts}
        image = variables.get("KEZ_IMAGE", "kez")
        if image in self._images:
            self._programs["kez"] = self._images[image]
        else:
            raise Refused(f"there is no image {image}")

    def _remove(self, replica: Replica) -> None:
        self.replicas[replica.service].remove(replica)
        self._drop_volumes(replica)

    def _drop_volumes(self, replica: Replica) -> None:
        """Those without a name."""
        service = self.project.services[replica.service]
        for target, folder in self._folders(service, replica.number).items():
            if any(mount.target == target and mount.source is None for mount in service.mounts):
                shutil.rmtree(folder, ignore_errors=True)
