"""What is not understood is refused: a file that this runner reads is one that it runs as Compose would."""

import pathlib

import pytest

from composerun.interpolation import MissingVariable, fill_in
from composerun.model import ComposeError, load, seconds

MINIMAL = """
services:
  one:
    image: kez
    command: ["registry"]
"""


def read(tmp_path: pathlib.Path, text: str, **variables: str):
    file = tmp_path / "docker-compose.yml"
    file.write_text(text)
    return load(file, variables)


def test_a_minimal_file(tmp_path):
    service = read(tmp_path, MINIMAL).services["one"]
    assert (service.command, service.entrypoint, service.restart.policy) == (["registry"], None, "no")
    assert (service.stop_signal, service.stop_grace) == ("SIGTERM", 10.0)


@pytest.mark.parametrize(
    "line",
    [
        "container_name: x",
        "secrets: [a]",
        "volumes: ['nowhere:/data']",
        "volumes: ['./folder']",
        "depends_on: [two]",
        "depends_on: {one: {condition: healthy}}",
        "ports: ['6969']",
        "ports: ['a:6969']",
        "restart: sometimes",
        "restart: always:3",
        "healthcheck: {test: 'kez health'}",
        "healthcheck: {test: [CMD-SHELL, 'kez health']}",
        "healthcheck: {test: [CMD, kez], start_interval: soon}",
        "healthcheck: {test: [CMD, kez], disable: true}",
        "env_file: missing.env",
        "env_file: [{path: missing.env, format: raw}]",
    ],
)
def test_what_it_does_not_know_is_an_error(tmp_path, line):
    with pytest.raises(ComposeError):
        read(tmp_path, MINIMAL + f"    {line}\n")


@pytest.mark.parametrize("text", ["secrets: {}\n" + MINIMAL, MINIMAL + "volumes: {unused: }\n", "services: {one: {command: [x]}}"])
def test_the_same_for_the_file(tmp_path, text):
    with pytest.raises(ComposeError):
        read(tmp_path, text)


def test_a_circle_is_refused(tmp_path):
    project = read(tmp_path, MINIMAL + "    depends_on: [two]\n  two: {image: kez, depends_on: [one]}\n")
    with pytest.raises(ComposeError, match="one → two → one"):
        project.order(["one"])


def test_waiting_for_health_needs_a_check(tmp_path):
    text = MINIMAL + "    depends_on: {two: {condition: service_healthy}}\n  two: {image: kez}\n"
    with pytest.raises(ComposeError, match="no health check"):
        read(tmp_path, text)


def test_optional_dependencies_are_not_started(tmp_path):
    text = MINIMAL + "    depends_on: {two: {condition: service_started, required: false}}\n"
    text += "  two: {image: kez, profiles: [more]}\n"
    project = read(tmp_path, text)
    assert project.order(["one"]) == ["one"]
    assert project.order(["one", "two"]) == ["two", "one"]


def test_env_files_come_first(tmp_path):
    (tmp_path / "kez.env").write_text("# settings\nA=file\nB=file\n\nC='quoted'\n")
    text = MINIMAL + "    env_file: [{path: kez.env, required: false}, {path: no.env, required: false}]\n"
    service = read(tmp_path, text + "    environment: {B: own}\n").services["one"]
    assert service.environment == {"A": "file", "B": "own", "C": "quoted"}


def test_variables():
    known = {"A": "a", "EMPTY": ""}
    text = "$A ${A} ${B:-b} ${EMPTY:-c} ${EMPTY-d} ${B} $$A"
    assert fill_in(text, known) == "a a b c   $A"
    assert fill_in({"x": ["${A}", 1, None]}, known) == {"x": ["a", 1, None]}
    with pytest.raises(MissingVariable, match="B: needed"):
        fill_in("${B:?needed}", known)


def test_durations():
    assert [seconds(text) for text in ("500ms", "1m30s", "10s", "1.5h")] == [0.5, 90, 10, 5400]
    for text in ("10", "", "1d", "s", "1s2"):
        with pytest.raises(ComposeError):
            seconds(text)
