"""docker-compose.yml, read strictly: a key that this runner does not know is an error, not a surprise."""

import pathlib
import re
import shlex
from dataclasses import dataclass, field

import yaml

from .interpolation import fill_in


class ComposeError(ValueError):
    """The file says something that Compose, or this runner, does not take."""


@dataclass(frozen=True)
class Mount:
    target: str
    source: str | None  # None: anonymous, one for each replica
    read_only: bool = False


@dataclass(frozen=True)
class Port:
    container: int
    first: int
    last: int
    host: str | None = None


@dataclass(frozen=True)
class HealthCheck:
    test: list[str]
    interval: float = 30.0
    timeout: float = 30.0
    retries: int = 3
    start_period: float = 0.0
    start_interval: float = 5.0


@dataclass(frozen=True)
class Dependency:
    condition: str = "service_started"
    required: bool = True  # when false, one that is not started anyway is not waited for


@dataclass(frozen=True)
class Restart:
    policy: str = "no"  # no, always, unless-stopped, on-failure
    limit: int | None = None


@dataclass
class Service:
    name: str
    entrypoint: list[str] | None = None
    command: list[str] | None = None
    environment: dict[str, str] = field(default_factory=dict)
    depends_on: dict[str, "Dependency"] = field(default_factory=dict)
    healthcheck: HealthCheck | None = None
    restart: Restart = Restart()
    mounts: list[Mount] = field(default_factory=list)
    ports: list[Port] = field(default_factory=list)
    expose: list[int] = field(default_factory=list)
    profiles: list[str] = field(default_factory=list)
    stop_signal: str = "SIGTERM"
    stop_grace: float = 10.0

    @property
    def declared_ports(self) -> set[int]:
        return {port.container for port in self.ports} | set(self.expose)


@dataclass
class Project:
    folder: pathlib.Path
    services: dict[str, Service]
    volumes: list[str]
    dockerfile: pathlib.Path | None

    def order(self, names: list[str]) -> list[str]:
        """`names` and all they need, dependencies first."""
        result: list[str] = []
        path: list[str] = []

        def visit(name: str):
            if name in path:
                raise ComposeError(f"services depend on each other in a circle: {' → '.join([*path, name])}")
            if name not in result:
                path.append(name)
                for other, dependency in self.services[name].depends_on.items():
                    if dependency.required or other in names:
                        visit(other)
                path.pop()
                result.append(name)

        for name in names:
            visit(name)
        return result


_SERVICE_KEYS = {
    *("build", "cap_drop", "command", "depends_on", "entrypoint", "env_file", "environment", "expose"),
    *("healthcheck", "image", "network_mode", "ports", "profiles", "read_only", "restart", "security_opt"),
    *("stop_grace_period", "stop_signal", "tmpfs", "user", "volumes"),
}
_HEALTH_KEYS = {"test", "interval", "timeout", "retries", "start_period", "start_interval"}
_CONDITIONS = {"service_started", "service_healthy", "service_completed_successfully"}


def load(file: pathlib.Path, variables: dict[str, str]) -> Project:
    """Reads the file, with `variables` in place of its `${…}`."""
    folder = file.resolve().parent
    tree = fill_in(yaml.safe_load(file.read_text()), variables)
    for key in tree:
        if key not in {"name", "services", "volumes"} and not key.startswith("x-"):
            raise ComposeError(f"unknown key `{key}`")
    volumes = tree.get("volumes") or {}
    for name, options in volumes.items():
        if options:
            raise ComposeError(f"volume `{name}` has options, which this runner does not know")
    services: dict[str, Service] = {}
    dockerfile = None
    for name, given in (tree.get("services") or {}).items():
        services[name] = _service(name, given, folder)
        if "build" in given:
            dockerfile = _dockerfile(given["build"], folder)
    _check(services, list(volumes))
    return Project(folder, services, list(volumes), dockerfile)


def _service(name: str, given: dict, folder: pathlib.Path) -> Service:
    for key in given:
        if key not in _SERVICE_KEYS:
            raise ComposeError(f"service `{name}` has the unknown key `{key}`")
    service = Service(
        name,
        entrypoint=_words(given.get("entrypoint")),
        command=_words(given.get("command")),
        environment=_env_files(given.get("env_file", []), folder) | _environment(given.get("environment", {})),
        depends_on=_depends(name, given.get("depends_on", {})),
        healthcheck=_health(name, given.get("healthcheck")),
        restart=_restart(given.get("restart", "no")),
        mounts=[_mount(text) for text in given.get("volumes", [])],
        ports=[_port(str(text)) for text in given.get("ports", [])],
        expose=[int(port) for port in given.get("expose", [])],
        profiles=given.get("profiles", []),
        stop_signal=given.get("stop_signal", "SIGTERM"),
        stop_grace=seconds(given.get("stop_grace_period", "10s")),
    )
    if "image" not in given and "build" not in given:
        raise ComposeError(f"service `{name}` has neither image nor build")
    return service


def _words(given) -> list[str] | None:
    return shlex.split(given) if isinstance(given, str) else given


def _environment(given) -> dict[str, str]:
    if isinstance(given, list):
        given = dict(item.split("=", 1) for item in given)
    return {name: "" if value is None else str(value) for name, value in given.items()}


def _env_files(given, folder: pathlib.Path) -> dict[str, str]:
    result: dict[str, str] = {}
    for entry in [given] if isinstance(given, str) else given:
        entry = {"path": entry} if isinstance(entry, str) else entry
        if unknown := set(entry) - {"path", "required"}:
            raise ComposeError(f"env_file has unknown keys {sorted(unknown)}")
        path = folder / entry["path"]
        if not path.exists():
            if entry.get("required", True):
                raise ComposeError(f"env_file {path} does not exist")
            continue
        for line in path.read_text().splitlines():
            if line.strip() and not line.lstrip().startswith("#"):
                name, separator, value = line.partition("=")
                if not separator:
                    raise ComposeError(f"{path}: not NAME=value: {line!r}")
                result[name.strip()] = value.strip().strip("\"'")
    return result


def _depends(name: str, given) -> dict[str, Dependency]:
    if isinstance(given, list):
        return {other: Dependency() for other in given}
    result = {}
    for other, options in given.items():
        if set(options) - {"condition", "required"} or options.get("condition") not in _CONDITIONS:
            raise ComposeError(f"service `{name}` depends on `{other}` with {options}")
        result[other] = Dependency(options["condition"], options.get("required", True))
    return result


def _health(name: str, given) -> HealthCheck | None:
    if given is None:
        return None
    if unknown := set(given) - _HEALTH_KEYS:
        raise ComposeError(f"the health check of `{name}` has unknown keys {sorted(unknown)}")
    test = given["test"]
    if not isinstance(test, list) or test[0] != "CMD":
        raise ComposeError(f"the health check of `{name}` must be a list that begins with CMD")
    times = {key: seconds(given[key]) for key in _HEALTH_KEYS - {"test", "retries"} if key in given}
    return HealthCheck(test[1:], retries=int(given.get("retries", 3)), **times)


def _restart(text: str) -> Restart:
    policy, _, limit = str(text).partition(":")
    if policy not in {"no", "always", "unless-stopped", "on-failure"} or (limit and policy != "on-failure"):
        raise ComposeError(f"unknown restart policy `{text}` (`no` needs quotes)")
    return Restart(policy, int(limit) if limit else None)


def _mount(text: str) -> Mount:
    parts = text.split(":")
    if len(parts) == 1 and text.startswith("/"):
        return Mount(parts[0], None)
    if not 2 <= len(parts) <= 3 or not parts[1].startswith("/") or (len(parts) == 3 and parts[2] not in {"ro", "rw"}):
        raise ComposeError(f"not a volume: `{text}`")
    return Mount(parts[1], parts[0], parts[2:] == ["ro"])


_PORT = re.compile(r"(?:(?P<host>[\d.]+):)?(?P<first>\d+)(?:-(?P<last>\d+))?:(?P<container>\d+)$")


def _port(text: str) -> Port:
    match = _PORT.match(text)
    if not match:
        raise ComposeError(f"not a published port: `{text}`")
    first = int(match["first"])
    return Port(int(match["container"]), first, int(match["last"] or first), match["host"])


def _dockerfile(build, folder: pathlib.Path) -> pathlib.Path:
    if isinstance(build, str):
        return folder / build / "Dockerfile"
    return folder / build.get("context", ".") / build.get("dockerfile", "Dockerfile")


def _check(services: dict[str, Service], volumes: list[str]) -> None:
    used: set[str] = set()
    for service in services.values():
        for other, dependency in service.depends_on.items():
            if other not in services:
                raise ComposeError(f"service `{service.name}` depends on `{other}`, which there is not")
            if dependency.condition == "service_healthy" and not services[other].healthcheck:
                raise ComposeError(f"service `{service.name}` waits for `{other}`, which has no health check")
        for mount in service.mounts:
            if mount.source is not None:
                if mount.source not in volumes:
                    raise ComposeError(f"service `{service.name}` mounts the volume `{mount.source}`, which there is not")
                used.add(mount.source)
    if unused := set(volumes) - used:
        raise ComposeError(f"volumes that nobody mounts: {sorted(unused)}")


_DURATION = re.compile(r"(\d+(?:\.\d+)?)(ms|us|h|m|s)")
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


def seconds(text) -> float:
    """`1m30s` as seconds."""
    parts = _DURATION.findall(str(text))
    if not parts or "".join(number + unit for number, unit in parts) != str(text):
        raise ComposeError(f"not a duration: `{text}`")
    return sum(float(number) * _UNITS[unit] for number, unit in parts)
