import os
import pathlib
import shutil

import pytest

from composerun import Deployment

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def kez() -> str:
    binary = os.environ.get("KEZ_BINARY") or str(ROOT / ".build/debug/kez")
    if not os.access(binary, os.X_OK):
        pytest.fail("set KEZ_BINARY to the kez executable")
    return os.path.abspath(binary)


@pytest.fixture(scope="session")
def nats_server() -> str:
    found = os.environ.get("NATS_SERVER") or shutil.which("nats-server") or str(ROOT / ".tools/bin/nats-server")
    return os.path.abspath(found)


@pytest.fixture
def deploy(tmp_path, kez, nats_server):
    """Makes deployments that end with the test."""
    made = []

    def make(**options) -> Deployment:
        options.setdefault("settings", {"KEZ_CHAT_SERVER": "kez.test"})
        deployment = Deployment(tmp_path / "state", kez=kez, nats_server=nats_server, **options)
        made.append(deployment)
        return deployment

    yield make
    for deployment in made:
        deployment.close()
