"""The whole project: its replicas, folders and addresses. The package's own text says how to use it."""

import os
import pathlib
import signal
import subprocess
import time

from . import dockerfile
from .addresses import AddressBlock, Rewriter
from .balancer import Balancer
from .model import ComposeError, Project, Service, load
from .replica import Launch, Replica

ROOT = pathlib.Path(__file__).resolve().parents[3]
START_DEADLINE = 90.0


class DeploymentFailed(RuntimeError):
    pass


class Deployment:
    def __init__(
        self, state: pathlib.Path | str, *, kez: str, nats_server: str, file: pathlib.Path | None = None,
        scale: dict[str, int] | None = None, settings: dict[str, str] | None = None,
        variables: dict[str, str] | None = None, profiles: tuple[str, ...] = (),
    ):  # fmt: skip
        """`state`: a folder for volumes and logs, kept over runs. `settings`: the lines of kez.env. `variables`:
        what the shell would have set for the file's `${…}`; the ports' ranges follow the scale by themselves."""
        self.state = pathlib.Path(state).resolve()
        self._programs = {"kez": os.path.abspath(kez), "nats-server": os.path.abspath(nats_server)}
        self._scale = scale or {}
        self.state.mkdir(parents=True, exist_ok=True)
        env_file = self.state / "kez.env"
        if settings is not None or not env_file.exists():
            env_file.write_text("".join(f"{name}={value}\n" for name, value in (settings or {}).items()))
        gateways = self._scale.get("gateway", 1)
        filled = {
            "KEZ_ENV_FILE": str(env_file),
            "KEZ_PUBLIC_PORTS": f"6969-{6968 + gateways}",
            "KEZ_SIGCHAIN_PORTS": f"7878-{7877 + gateways}",
            **(variables or {}),
        }
        self.project: Project = load(file or ROOT / "docker-compose.yml", filled)
        self._image = dockerfile.stages(self.project.dockerfile)[-1]
        active = [name for name, each in self.project.services.items() if not each.profiles or set(each.profiles) & set(profiles)]
        self._order = self.project.order(active)
        self._check_scale()
        self.replicas: dict[str, list[Replica]] = {}
        self._block: AddressBlock | None = None
        self._balancer: Balancer | None = None
        self._balanced: dict[tuple, str] = {}

    # Life

    def __enter__(self) -> "Deployment":
        self.start()
        return self

    def __exit__(self, *_) -> None:
        self.stop()

    def start(self) -> None:
        """As `docker compose up --wait`: returns when every service is healthy and every one-shot has succeeded.
        After `stop`, addresses, volumes and balancers are the same again."""
        if self._block is None:
            self._make()
        try:
            for name in self._order:
                self._await_dependencies(name)
                for replica in self.replicas[name]:
                    replica.start()
            for name in self._order:
                service = self.project.services[name]
                if service.healthcheck:
                    self._await(name, "service_healthy")
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """As `docker compose stop`: in the reverse order, replicas of one service together."""
        for name in reversed(self._order):
            for replica in self.replicas.get(name, []):
                replica.ask_to_stop()
            for replica in self.replicas.get(name, []):
                replica.await_stop()

    def close(self) -> None:
        """Stops, and gives the addresses back."""
        self.stop()
        if self._balancer:
            self._balancer.close()
            self._balancer, self._balanced = None, {}
        if self._block:
            self._block.release()
            self._block = None
            self.replicas = {}

    # One replica; they count from 1

    def replica(self, service: str, number: int = 1) -> Replica:
        return self.replicas[service][number - 1]

    def signal(self, service: str, number: int, sent: int) -> None:
        self.replica(service, number).signal(sent)

    def kill(self, service: str, number: int = 1) -> None:
        """SIGKILL. Returns when the process is gone; the restart policy goes on from there."""
        pid = self.replica(service, number).pid
        self.signal(service, number, signal.SIGKILL)
        if pid:
            self.wait_dead(service, number, pid)

    def stop_replica(self, service: str, number: int = 1) -> int | None:
        self.replica(service, number).stop()
        return self.replica(service, number).exit_status

    def start_replica(self, service: str, number: int = 1) -> None:
        self.replica(service, number).start()

    def restart(self, service: str, number: int = 1) -> None:
        self.stop_replica(service, number)
        self.start_replica(service, number)

    def wait_healthy(self, service: str, number: int = 1, deadline: float = 60.0) -> None:
        replica = self.replica(service, number)
        if not replica.wait(deadline, lambda it: it.state == "running" and it.health in {None, "healthy"}):
            raise DeploymentFailed(f"{service} {number} is not healthy after {deadline:g} s\n{self._tail(replica)}")

    def wait_dead(self, service: str, number: int, pid: int, deadline: float = 30.0) -> None:
        """Until the process `pid` is gone, whether another has taken its place or not."""
        if not self.replica(service, number).wait(deadline, lambda it: it.pid != pid):
            raise DeploymentFailed(f"{service} {number}: process {pid} still runs after {deadline:g} s")

    def logs(self, service: str, number: int = 1) -> str:
        return self.replica(service, number).printed()

    def ps(self) -> list[dict]:
        return [
            {
                "service": each.service, "replica": each.number, "state": each.state, "health": each.health,
                "pid": each.pid, "address": each.address, "restarts": each.restarts, "exit_status": each.exit_status,
            }
            for name in self._order for each in self.replicas.get(name, [])
        ]  # fmt: skip

    # Where things are

    def address(self, service: str, number: int = 1) -> str:
        return self.replica(service, number).address

    def url(self, service: str, port: int, replica: int = 1, scheme: str = "http") -> str:
        return f"{scheme}://{self.address(service, replica)}:{port}"

    def balance(self, service: str, port: int) -> str:
        """`host:port` that takes turns over all replicas that publish `port`."""
        key = (service, port)
        if key not in self._balanced:
            self._balancer = self._balancer or Balancer()
            targets = [(each.address, port) for each in self.replicas[service]]
            self._balancer.listen(self._block.host, port, targets)
            self._balanced[key] = f"{self._block.host}:{port}"
        return self._balanced[key]

    def folder(self, service: str, number: int, target: str) -> pathlib.Path:
        """Where the volume is that a replica has at the container path `target`."""
        return self._folders(self.project.services[service], number)[target]

    def run(self, service: str, command: list[str], timeout: float = 60.0) -> tuple[int, str]:
        """As `docker compose run --rm`: the service's own container with another command."""
        launch = self._launch(self.project.services[service], 0, self._block.host, command)
        result = subprocess.run(
            launch.words, env=launch.environment, cwd=launch.folder, timeout=timeout, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        return result.returncode, result.stdout.decode(errors="replace")

    # Making

    def _check_scale(self) -> None:
        for name, count in self._scale.items():
            if name not in self._order:
                raise ComposeError(f"no service `{name}` to scale")
            for port in self.project.services[name].ports:
                if port.last - port.first + 1 < count:
                    raise ComposeError(f"{count} replicas of `{name}` cannot publish {port.first}-{port.last}")

    def _make(self) -> None:
        ports = {port for service in self.project.services.values() for port in service.declared_ports}
        self._block = AddressBlock(ports)
        addresses = {name: [self._block.take() for _ in range(self._scale.get(name, 1))] for name in self._order}
        self._names = {name: known[0] for name, known in addresses.items()}
        declared: dict[int, list[str]] = {}
        for service in self.project.services.values():
            for port in service.declared_ports:
                declared.setdefault(port, []).append(service.name)
        self._owners = {port: names[0] for port, names in declared.items() if len(names) == 1}
        self._targets = {mount.target for service in self.project.services.values() for mount in service.mounts}
        for name, known in addresses.items():
            service = self.project.services[name]
            self.replicas[name] = [
                Replica(name, number, address, self._launch(service, number, address))
                for number, address in enumerate(known, 1)
            ]

    def _folders(self, service: Service, number: int) -> dict[str, pathlib.Path]:
        """Container path to folder: the service's own mounts; paths that are one volume wherever they are mounted;
        and for the rest a folder that stands for the image's, in which nothing may be written (it is read-only)."""
        sources: dict[str, set] = {}
        for other in self.project.services.values():
            for mount in other.mounts:
                sources.setdefault(mount.target, set()).add(mount.source)
        folders = {}
        own = {mount.target: mount for mount in service.mounts}
        for target, known in sources.items():
            source = own[target].source if target in own else next(iter(known)) if len(known) == 1 else None
            if source:
                folders[target] = self.state / "volumes" / source
            elif target in own:
                folders[target] = self.state / "volumes" / f"{service.name}-{number}{target.replace('/', '-')}"
            else:
                folders[target] = self.state / "image" / f"{service.name}-{number}{target.replace('/', '-')}"
        return folders

    def _root(self, service: Service, number: int) -> pathlib.Path:
        """The replica's own `/`: a folder with a link to each of its folders."""
        root = self.state / "roots" / f"{service.name}-{number}"
        for target, folder in self._folders(service, number).items():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            link = root / target.strip("/")
            link.parent.mkdir(parents=True, exist_ok=True)
            if not link.is_symlink():
                link.symlink_to(folder)
        return root

    def _launch(self, service: Service, number: int, address: str, command: list[str] | None = None) -> Launch:
        owners = {port: self._names[name] for port, name in self._owners.items() if name in self._names and name != service.name}
        rewrite = Rewriter(address, self._names, owners, self._root(service, number), self._targets)
        entrypoint = service.entrypoint if service.entrypoint is not None else self._image.entrypoint
        words = entrypoint + (command or service.command or self._image.command)
        work = self.state / "work" / f"{service.name}-{number}"
        work.mkdir(parents=True, exist_ok=True)
        environment = {
            "PATH": os.environ.get("PATH", ""), "HOME": str(work), "TMPDIR": str(work),
            **{name: os.environ[name] for name in ("LD_LIBRARY_PATH", "SWIFT_BACKTRACE") if name in os.environ},
            **{name: rewrite(value) for name, value in (self._image.environment | service.environment).items()},
        }  # fmt: skip
        health = service.healthcheck
        if health:
            test = self._program([rewrite(word) for word in health.test])
            health = type(health)(**{**health.__dict__, "test": test})
        (self.state / "logs").mkdir(exist_ok=True)
        return Launch(
            words=self._program([rewrite(word) for word in words]), environment=environment, folder=work,
            log=self.state / "logs" / f"{service.name}-{number}.log", health=health, restart=service.restart,
            stop_signal=signal.Signals[service.stop_signal], stop_grace=service.stop_grace,
        )  # fmt: skip

    def _program(self, words: list[str]) -> list[str]:
        if words[0] not in self._programs:
            raise ComposeError(f"the image has no program `{words[0]}`")
        return [self._programs[words[0]], *words[1:]]

    # Waiting

    def _await_dependencies(self, name: str) -> None:
        for other, dependency in self.project.services[name].depends_on.items():
            if other in self._order:
                self._await(other, dependency.condition)

    def _await(self, name: str, condition: str) -> None:
        end = time.monotonic() + START_DEADLINE
        for replica in self.replicas[name]:
            reached = replica.wait(max(0.0, end - time.monotonic()), lambda it: _verdict(it, condition) is not None)
            if not reached or not _verdict(replica, condition):
                raise DeploymentFailed(
                    f"{name} {replica.number}: not {condition} (state {replica.state}, health {replica.health}, "
                    f"exit status {replica.exit_status}): {replica.last_probe}\n{self._tail(replica)}"
                )

    @staticmethod
    def _tail(replica: Replica) -> str:
        return f"--- last lines of {replica.launch.log.name} ---\n" + "\n".join(replica.printed().splitlines()[-40:])


def _verdict(replica: Replica, condition: str) -> bool | None:
    """None while it is open."""
    if condition == "service_completed_successfully":
        return replica.exit_status == 0 if replica.state == "exited" else None
    if condition == "service_started":
        return True if replica.state != "created" else None
    if replica.health == "healthy":
        return True
    return False if replica.health == "unhealthy" or replica.state == "exited" else None
