"""The Dockerfile, as far as it can be checked without building it: the instructions, what they copy and install, and
that they build with the command of the Makefile. The image itself was never built here."""

import re
import shutil
import subprocess

import pytest

from composerun import load
from composerun.deployment import ROOT
from composerun.dockerfile import stages

FILE = ROOT / "Dockerfile"
BUILD, IMAGE = stages(FILE)


def script() -> str:
    return "\n".join(each.text for each in IMAGE.all("RUN"))


def packages() -> list[str]:
    install = re.search(r"apt-get install -y --no-install-recommends ([^&]+)&&", script())
    return install[1].split()


def test_two_stages_on_debian_bookworm():
    assert re.fullmatch(r"swift:\d+\.\d+(\.\d+)?-bookworm", BUILD.base)
    assert IMAGE.base == "debian:bookworm-slim"


def test_what_is_copied_exists_and_is_sent_to_the_engine():
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = [word for each in BUILD.all("COPY") for word in each.words[:-1]]
    assert set(copied) == sent
    for name in copied:
        assert (ROOT / name).exists(), name
    for each in IMAGE.all("COPY"):
        assert each.words[0] == f"--from={BUILD.name}"
        made = "\n".join(run.text for run in BUILD.all("RUN"))
        for source in each.words[1:-1]:
            folder, _, name = source.rpartition("/")
            assert name in made and f"{folder}/" in made, source


def test_scripts_that_run_exist():
    for each in BUILD.all("RUN"):
        for word in re.findall(r"scripts/[\w.-]+", each.text):
            assert (ROOT / word).stat().st_mode & 0o111, word


def test_it_builds_as_the_makefile_does():
    builds = [each.text for each in BUILD.all("RUN") if each.text.startswith("swift build")]
    makefile = (ROOT / "Makefile").read_text()
    assert builds == ["swift build -c release --product kez --static-swift-stdlib"]
    assert "\t" + builds[0].replace("swift build", "$(SWIFT_BUILD)") + "\n" in makefile


@pytest.mark.skipif(not shutil.which("apt-cache"), reason="no apt here")
@pytest.mark.parametrize("package", packages())
def test_the_packages_exist(package):
    found = subprocess.run(["apt-cache", "show", package], capture_output=True, text=True)
    assert found.returncode == 0 and f"Package: {package}\n" in found.stdout


def test_nobody_is_root():
    assert IMAGE.last("USER").text == "10001:10001"
    assert "--uid 10001" in script()
    assert IMAGE.instructions.index(IMAGE.last("USER")) > IMAGE.instructions.index(IMAGE.all("RUN")[-1])


def test_every_mount_point_belongs_to_the_user():
    """A new volume takes its owner and mode from the folder of the image: without one it would be root's."""
    made = set()
    for owner, folders in re.findall(r"install -d -o (\w+) -g \w+ -m \d+ ([^&]+)", script()):
        assert owner == "kez"
        made |= set(folders.split())
    for service in load(ROOT / "docker-compose.yml", {}).services.values():
        for mount in service.mounts:
            assert mount.target in made, f"{service.name}: {mount.target}"


def test_entrypoint_is_the_program():
    assert IMAGE.entrypoint == ["kez"]
    assert IMAGE.environment == {"KEZ_DATA": "/var/lib/kez", "KEZ_KEYS": "/run/secrets/kez"}
