"""docs/OPERATIONS.md says what there is, and what it says works."""

import asyncio
import json
import re
import shlex
import shutil
import subprocess

import pytest

from conftest import ROOT, system_of
from engine import PROCEDURES
from kezwire import envelopes
from kezwire.http import Http
from system import expect

TEXT = (ROOT / "docs/OPERATIONS.md").read_text()
SCRIPTS = sorted(path.name for path in PROCEDURES.iterdir() if path.name != "deployment.sh")


def section(title: str) -> str:
    return TEXT.split(f"\n## {title}\n")[1].split("\n## ")[0]


def rows(text: str) -> list[list[str]]:
    cells = [re.split(r"(?<!\\)\|", line.strip().strip("|")) for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in row] for row in cells]


def test_every_script_is_named_and_every_name_is_a_script():
    named = [row[0].strip("`") for row in rows(section("Procedures"))[1:]]
    assert sorted(named) == SCRIPTS
    tests = "".join(path.read_text() for path in (ROOT / "Tests/Procedures").glob("test_*.py"))
    for name in SCRIPTS:
        assert f'procedure("{name}"' in tests or f'\n        "{name}"' in tests, f"no test runs {name}"


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_says_how_to_use_it(name):
    path = PROCEDURES / name
    assert path.stat().st_mode & 0o111
    for words, status in (([], 64), (["--help"], 0)):
        said = subprocess.run([path, *words], capture_output=True, text=True, env={"PATH": "/usr/bin:/bin"}, timeout=10)
        assert said.returncode == status, said
        assert f"\n  {name}" in said.stdout, said
        assert "." in said.stdout.splitlines()[0], "a sentence comes first"


def test_scripts_are_sound():
    if not shutil.which("shellcheck"):
        pytest.skip("shellcheck is not installed")
    # SC2119: a function that takes arguments is given none.
    said = subprocess.run(
        ["shellcheck", "-x", "-P", "SCRIPTDIR", "-e", "SC2119", *SCRIPTS, "deployment.sh"], cwd=PROCEDURES,
        capture_output=True, text=True,
    )  # fmt: skip
    assert said.returncode == 0, said.stdout


def found(answer, path: str) -> bool | None:
    """Whether `a.b[].c` leads somewhere; None when a list on the way is empty."""
    values = [answer]
    for part in path.split("."):
        name, is_list = part.removesuffix("[]"), part.endswith("[]")
        values = [value[name] for value in values if isinstance(value, dict) and name in value]
        if not values:
            return False
        if is_list and not (values := [one for value in values for one in value]):
            return None
    return True


def test_the_requests_show_what_the_text_reads_in_them(deploy):
    engine = deploy()
    engine.start()
    system = system_of(engine)
    alice, bob = system.user(), system.user()
    for _ in range(3):
        expect(system.post(bob.handle, envelopes.message(alice.identity, bob.hex)), 201)
    system.raws(bob)
    log = f"KEZ_LOG_{bob.hex[0]}"
    asked = 0

    async def ask():
        nonlocal asked
        async with system.connect(alice):
            for row in rows(section("Reading what runs")):
                if not row[1].startswith("`kez request"):
                    continue
                words = shlex.split(row[1].strip("`").replace("KEZ_LOG_a", log))
                status, said = await asyncio.to_thread(engine.run, "operator", words[1:])
                assert status == 0, f"{row[1]}: {said}"
                answers = [json.loads(line) for line in said.splitlines()]
                for field in set(re.findall(r"`([^`]+)`", row[2])) - {"handle@server"}:
                    verdicts = [found(answer, field) for answer in answers]
                    assert True in verdicts and False not in verdicts, f"{row[1]}: no {field} in {said[:3000]}"
                asked += 1

    asyncio.run(ask())
    assert asked >= 12
    for path in set(re.findall(r"GET :8222(/[^`]+)`", TEXT)):
        answer = Http(engine.url("nats", 8222)).get(path)
        assert answer.status == 200 and answer.json, path


def test_show_and_the_operators_commands(deploy):
    engine = deploy(scale={})
    engine.start()
    system = system_of(engine)
    alice, mallory = system.user(), system.user()
    said = engine.procedure("show", "all")
    for part in ("services", "streams", "lag", "people", "suspended", "broker"):
        assert f"== {part}\n" in said
    assert '"name":"kez-auth-callout"' in said and "nobody is suspended" in said
    assert "nothing is called" in engine.procedure("show", "weather", status=1)

    said = engine.procedure("operator", "suspend", mallory.handle, "--reason", "Floods the rooms.", "--for", "24h")
    assert said.startswith(f"suspended {mallory.handle}")
    refused = expect(system.post(alice.handle, envelopes.message(mallory.identity, alice.hex)), 403, "suspended")
    assert refused["reason"] == "Floods the rooms."
    assert mallory.handle in engine.procedure("operator", "ban", "list")
    assert "may send again" in engine.procedure("operator", "unsuspend", mallory.handle)
    expect(system.post(alice.handle, envelopes.message(mallory.identity, alice.hex)), 201)
    assert len(engine.procedure("operator", "invite", "--count", "2").split()) == 2
    assert "kez-registry" in engine.procedure("operator", "status")


# What a program prints as help, and the tables of options.

ROLES = ["up", "gateway", "registry", "inbox-worker", "auth-callout", "init", "provision", "status", "doctor", "request"]


@pytest.mark.parametrize("command", ROLES)
def test_every_option_is_in_the_tables_with_its_default(kez, command):
    shown = subprocess.run([kez, command, "--help"], capture_output=True, text=True, timeout=60).stdout
    shown = re.sub(r"\s+", " ", shown.split("OPTIONS:")[1])
    missing = []
    option = r"--([a-z-]+) <[^>]+>(?:(?! --[a-z-]+ <).)*?\(environment: (KEZ_\w+)(?:; default: ([^)]+))?\)"
    for flag, variable, default in re.findall(option, shown):
        if flag.startswith("limit-"):
            if not re.search(rf"\| `{flag.removeprefix('limit-')}` \| {re.escape(default)}", TEXT):
                missing.append(f"{flag} {default}")
        elif f"`--{flag}`" not in TEXT or f"`{variable}`" not in TEXT:
            missing.append(f"{flag} {variable}")
    assert not missing
