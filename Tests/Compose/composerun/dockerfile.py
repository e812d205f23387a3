"""A Dockerfile's instructions by stage: what the runner takes from the image, and what the tests check of it."""

import json
import pathlib
import re
import shlex
from dataclasses import dataclass, field


class DockerfileError(ValueError):
    pass


_KNOWN = {"ARG", "FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "ENTRYPOINT", "CMD"}


@dataclass
class Instruction:
    name: str
    text: str

    @property
    def words(self) -> list[str]:
        if self.text.startswith("["):
            return json.loads(self.text)
        return shlex.split(self.text)


@dataclass
class Stage:
    base: str
    name: str | None
    instructions: list[Instruction] = field(default_factory=list)

    def all(self, name: str) -> list[Instruction]:
        return [each for each in self.instructions if each.name == name]

    def last(self, name: str) -> Instruction | None:
        found = self.all(name)
        return found[-1] if found else None

    @property
    def entrypoint(self) -> list[str]:
        return entry.words if (entry := self.last("ENTRYPOINT")) else []

    @property
    def command(self) -> list[str]:
        return command.words if (command := self.last("CMD")) else []

    @property
    def environment(self) -> dict[str, str]:
        return dict(word.split("=", 1) for each in self.all("ENV") for word in each.words)


def stages(file: pathlib.Path) -> list[Stage]:
    result: list[Stage] = []
    arguments: dict[str, str] = {}
    text = re.sub(r"^\s*#.*\n", "", file.read_text(), flags=re.MULTILINE)
    for line in re.sub(r"\\\n\s*", "", text).splitlines():
        if not line.strip():
            continue
        name, _, rest = line.partition(" ")
        if name not in _KNOWN:
            raise DockerfileError(f"unknown instruction: {line}")
        if name == "FROM":
            base, _, alias = rest.partition(" AS ")
            base = re.sub(r"\$\{(\w+)\}", lambda match: arguments[match[1]], base.strip())
            result.append(Stage(base, alias.strip() or None))
        elif name == "ARG" and not result:
            key, _, value = rest.partition("=")
            arguments[key.strip()] = value.strip()
        else:
            result[-1].instructions.append(Instruction(name, rest.strip()))
    return result
