import pytest

from composerun import Deployment, programs


@pytest.fixture(scope="session")
def kez() -> str:
    return programs.kez()


@pytest.fixture(scope="session")
def nats_server() -> str:
    return programs.nats_server()


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
