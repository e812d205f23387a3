import functools
import os
import pathlib
import shutil

import pytest

from scene import Scene  # first: it finds kezwire

from kezwire.deadline import run_within

TEST_DEADLINE = 120.0


def _programs() -> str:
    binary = os.environ.get("KEZ_BINARY")
    if not binary:
        pytest.fail("set KEZ_BINARY to the kez executable")
    if not os.environ.get("NATS_SERVER") and not shutil.which("nats-server"):
        pytest.fail("set NATS_SERVER to the broker's executable")
    os.environ.setdefault("NATS_SERVER", shutil.which("nats-server") or "")
    return binary


@pytest.fixture(scope="module")
def shared(tmp_path_factory, request):
    """The deployment of a module. Its folder, with all logs and views, stays when a test failed."""
    state = pathlib.Path(tmp_path_factory.mktemp("faults")) / "state"
    failed_before = request.session.testsfailed
    scene = Scene(_programs(), state)
    yield scene
    scene.close()
    if request.session.testsfailed == failed_before:
        shutil.rmtree(state)


@pytest.fixture
def scene(shared):
    """Everybody is well before the test, and after it; and nobody has died whom the test did not kill."""
    shared.heal()
    yield shared
    shared.check()


@pytest.fixture
def run():
    """Runs a coroutine with a deadline."""
    return functools.partial(run_within, TEST_DEADLINE)
