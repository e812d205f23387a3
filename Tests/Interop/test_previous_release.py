"""The data of each release so far, taken over by this one: the same answers, and work goes on."""

import asyncio
import json
import pathlib
import tarfile

import nats
import nkeys
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
    process = Process(binary, tmp_path / "data", dict(OPTIONS))
    yield process, people, expected["answers"]
    process.stop_quietly()


def test_there_is_a_release_to_come_from():
    assert RELEASES


def layouts(process: Process, url: str, change: dict[str, str] | None = None) -> dict[str, str]:
    """The layout that each stream is marked with, after marking some anew."""

    seed = (process.data / "keys/provision.nk").read_text().strip()
    prefix = b"_REPLY." + nkeys.from_seed(seed.encode()).public_key

    async def ask() -> dict[str, str]:
        client = await nats.connect(url, nkeys_seed_str=seed, inbox_prefix=prefix)
        for name, layout in (change or {}).items():
            config = json.loads((await client.request(f"$JS.API.STREAM.INFO.{name}")).data)["config"]
            config["metadata"]["kez-layout"] = layout
            answer = json.loads((await client.request(f"$JS.API.STREAM.UPDATE.{name}", json.dumps(config).encode())).data)
            assert "error" not in answer, answer
        listed = json.loads((await client.request("$JS.API.STREAM.LIST")).data)["streams"]
        await client.close()
        return {stream["config"]["name"]: stream["config"].get("metadata", {}).get("kez-layout") for stream in listed}

    return asyncio.run(ask())


def test_streams_are_brought_to_this_layout_and_those_of_a_newer_version_are_refused(taken_over):
    process, people, expected = taken_over
    url = process.start().nats
    current = layouts(process, url)
    assert len(current) == 18 and len(set(current.values())) == 1, current
    newer = str(int(current["KEZ_LOG_a"]) + 1)
    changed = layouts(process, url, {"KEZ_LOG_a": newer, "KEZ_LOG_b": "0"})
    assert (changed["KEZ_LOG_a"], changed["KEZ_LOG_b"]) == (newer, "0")
    process.stop()
    with pytest.raises(AssertionError, match=f"the stream KEZ_LOG_a has layout {newer}, this version knows"):
        process.start()


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
