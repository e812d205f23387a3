"""The data of each release so far, taken over by this one: the same answers, and work goes on."""

import json
import pathlib
import tarfile

import pytest

from harness import Process
from kezwire import envelopes
from kezwire.identity import Identity
from release_data import OPTIONS, answers
from system import System, User, expect

RELEASES = sorted((pathlib.Path(__file__).parent / "releases").glob("*.tar.gz"))


@pytest.fixture(params=RELEASES, ids=lambda path: path.name.removesuffix(".tar.gz"))
def taken_over(request, tmp_path, binary):
    """A system that this release started on the folder of another, its people and what the other answered."""
    with tarfile.open(request.param) as archive:
        archive.extractall(tmp_path, filter="tar")
    expected = json.loads((tmp_path / "answers.json").read_text())
    people = [
        User(Identity(bytes([number]) * 32), f"person{number}", expected["server"], {}) for number in range(1, 6)
    ]
    yield Process(binary, tmp_path / "data", dict(OPTIONS)), people, expected["answers"]


def test_there_is_a_release_to_come_from():
    assert RELEASES


@pytest.mark.parametrize("views", ["migrated", "rebuilt"])
def test_the_same_answers(taken_over, views):
    process, people, expected = taken_over
    if views == "rebuilt":
        files = list(process.data.glob("kez-chat*"))
        assert files
        for file in files:
            file.unlink()
    system = System(process.start())
    try:
        found = answers(system, people)
        for handle, entry in expected.items():
            for part, value in entry.items():
                # An answer may gain members, never lose or change one.
                assert {**found[handle][part], **value} == found[handle][part], f"{handle}: {part}"
        ann, bob = people[0], people[1]
        message = envelopes.message(ann.identity, bob.hex)
        receipt = expect(system.post(bob.handle, message), 201)
        assert system.messages(bob)[-1]["seq"] == receipt["seq"] > expected[bob.handle]["head"]["last_seq"]
        expect(system.lookup(system.user().handle), 200)
    finally:
        process.stop()
