"""Views that are gone or damaged are built again from the log, while the other replica answers: with the same answers,
and nobody notices."""

import asyncio
import contextlib
import pathlib
import random
import sqlite3

import pytest

from kezwire import envelopes, jcs, sigchain
from load import Load
from scene import Scene
from system import expect, user_object_in

HISTORY = 2000


@pytest.fixture(scope="module")
def past(shared) -> Load:
    """Mail that was there before."""

    async def write() -> Load:
        async with asyncio.timeout(120), Load(shared, messages=HISTORY) as load:
            await load.finish()
            return load

    return asyncio.run(write())


def _views(scene: Scene, service: str, number: int) -> list[pathlib.Path]:
    views = sorted(scene.deployment.folder(service, number, "/var/lib/kez").glob("*.db"))
    assert views, f"{service} {number} has no views"
    return views


def _write_back(view: pathlib.Path) -> None:
    """Whatever stands in the write-ahead log alone: the harm shall meet the view itself."""
    with contextlib.closing(sqlite3.connect(view)) as database:
        assert database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0


def _remove(view: pathlib.Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        view.with_name(view.name + suffix).unlink(missing_ok=True)


def _overwrite(view: pathlib.Path) -> None:
    """Every other page, from the second one on: what says that it is a SQLite file stays."""
    _write_back(view)
    size = view.stat().st_size
    assert size > 8192, "nothing to overwrite"
    with view.open("r+b") as file:
        for page in range(4096, size, 8192):
            file.seek(page)
            file.write(random.randbytes(min(4096, size - page)))


def _overwrite_the_beginning(view: pathlib.Path) -> None:
    _write_back(view)
    with view.open("r+b") as file:
        file.write(b"this was a view\x00" * 64)


@pytest.mark.parametrize("harm", [_remove, _overwrite], ids=["removed", "overwritten"])
def test_a_worker_replays_while_the_other_answers(scene, run, past, harm):
    before = _inboxes(scene, past)
    scene.stop("inbox-worker", 2)
    mark = len(scene.deployment.logs("inbox-worker", 2))
    for view in _views(scene, "inbox-worker", 2):
        harm(view)

    async def meanwhile() -> None:
        """`Load` holds every list to what was acknowledged before it was asked for, whoever answers."""
        async with Load(scene, rate=400) as load:
            await load.reached(100)
            await asyncio.to_thread(scene.start, "inbox-worker", 2)
            await load.reached(200)
            await load.finish()
            await load.check()

    run(meanwhile())
    # The other stops: now it is the rebuilt one alone that answers.
    scene.stop("inbox-worker", 1)
    try:
        assert _inboxes(scene, past) == before
        _told_of_damage(scene, "inbox-worker", harm, mark)
    finally:
        scene.start("inbox-worker", 1)


def _inboxes(scene: Scene, load: Load) -> list:
    return [scene.system.messages(reader.user) for reader in load.readers]


@pytest.mark.parametrize(
    "harm", [_remove, _overwrite, _overwrite_the_beginning], ids=["removed", "overwritten", "no database"]
)
def test_a_registry_rebuilds_its_view(scene, harm):
    system = scene.system
    people = [system.user() for _ in range(30)]
    for user in people[:5]:
        expect(system.append(sigchain.Chain(user.identity).link({"kind": "profile", "name": user.handle})), 201)
    gone = people.pop()
    release = envelopes.release(gone.identity, gone.handle, system.server)
    expect(system.release(release), 200)
    scene.operator("suspend", people[9].handle, "--reason", "For the test.")

    def answers() -> list:
        found = [(system.lookup(user.handle).json, system.by_primary(user.primary).json) for user in [*people, gone]]
        chains = [system.sigchain(user.hex).json for user in people[:5]]
        return [found, chains, scene.operator("ban", "list", "--json")]

    before = answers()
    scene.stop("registry", 2)
    mark = len(scene.deployment.logs("registry", 2))
    for view in _views(scene, "registry", 2):
        harm(view)
    scene.start("registry", 2)
    scene.stop("registry", 1)
    try:
        assert answers() == before
        _told_of_damage(scene, "registry", harm, mark)
        # It decides as before, too.
        said = expect(system.register(people[0].registration), 409, "replayed")
        assert user_object_in(said)["primary"] == people[0].primary
        expect(system.release(release), 409, "replayed")
        body = expect(system.post(people[0].handle, envelopes.message(people[9].identity, people[0].hex)), 403, "suspended")
        assert body["reason"] == "For the test."
        taken = envelopes.registration(people[1].identity, gone.handle, system.server)
        expect(system.register(jcs.compact(taken)), 409, "handle_taken")
        system.user()
    finally:
        scene.start("registry", 1)


def _told_of_damage(scene: Scene, service: str, harm, mark: int) -> None:
    if harm is not _remove:
        told = scene.deployment.logs(service, 2)[mark:]
        assert "is built again from its log" in told, f"nothing says that the view was damaged:\n{told}"
