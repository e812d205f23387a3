import functools
import os
import shutil

import pytest

from deployment import own_deployment
from harness import running_deployment, system_of_our_own
from kezwire.deadline import run_within
from system import System

TEST_DEADLINE = 180.0


def _binary() -> str:
    binary = os.environ.get("KEZ_BINARY")
    if not binary:
        pytest.fail("set KEZ_BINARY to the kez executable, or KEZ_URL and its companions to a running system")
    if not os.environ.get("NATS_SERVER") and not shutil.which("nats-server"):
        pytest.fail("set NATS_SERVER to the broker's executable")
    return binary


@pytest.fixture(scope="session")
def system(tmp_path_factory):
    """The system that most tests share; they keep apart by unique handles and keys."""
    deployment = running_deployment()
    if deployment:
        yield System(deployment)
        return
    process = system_of_our_own(_binary(), tmp_path_factory.mktemp("kez") / "data")
    yield System(process.start())
    process.stop()
    process.close()


@pytest.fixture
def launch(tmp_path):
    """Starts further systems with other options: `launch(**{"limit-anonymous": "2,0.01"})`."""
    if running_deployment() and not os.environ.get("KEZ_BINARY"):
        pytest.skip("needs KEZ_BINARY: starts a system of its own")
    processes = []

    def start(**options) -> System:
        process = system_of_our_own(_binary(), tmp_path / f"data{len(processes)}", options)
        processes.append(process)
        return System(process.start())

    yield start
    for process in processes:
        process.stop()
        process.close()


@pytest.fixture
def restartable(tmp_path):
    """A process whose start and stop the test does itself."""
    if running_deployment() and not os.environ.get("KEZ_BINARY"):
        pytest.skip("needs KEZ_BINARY: starts a system of its own")
    process = system_of_our_own(_binary(), tmp_path / "data")
    yield process
    process.close()


@pytest.fixture(scope="session")
def binary():
    if running_deployment() and not os.environ.get("KEZ_BINARY"):
        pytest.skip("needs KEZ_BINARY: starts a system of its own")
    return _binary()


@pytest.fixture(scope="module")
def place(binary, tmp_path_factory):
    """A system of a file's own: its tests use the operator's keys and read the disk."""
    with own_deployment(binary, tmp_path_factory.mktemp("place") / "data") as deployment:
        yield deployment


@pytest.fixture
def run():
    """Runs a coroutine with a deadline."""
    return functools.partial(run_within, TEST_DEADLINE)
