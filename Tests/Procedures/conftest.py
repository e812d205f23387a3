import pathlib
import sys

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Tests/Compose"), str(ROOT / "Tests/Interop")]

from composerun import programs  # noqa: E402
from engine import Engine  # noqa: E402
from harness import Endpoints  # noqa: E402
from system import System  # noqa: E402

TWO = {"auth-callout": 2, "registry": 2, "inbox-worker": 2, "gateway": 2}
SETTINGS = {
    "KEZ_CHAT_SERVER": "kez.test", "KEZ_LIMIT_REGISTRATIONS": "off", "KEZ_LIMIT_HTTP": "off", "KEZ_LIMIT_ANONYMOUS": "60,1",
}  # fmt: skip


@pytest.fixture(scope="session")
def kez() -> str:
    return programs.kez()


@pytest.fixture(scope="session")
def nats_server() -> str:
    return programs.nats_server()


@pytest.fixture
def deploy(tmp_path, kez, nats_server):
    """Makes deployments that an operator's procedures can work on; they end with the test."""
    made = []

    def make(name="one", **options) -> Engine:
        options = {"settings": SETTINGS, "scale": TWO, **options}
        engine = Engine(tmp_path / name / "state", kez=kez, nats_server=nats_server, **options)
        made.append(engine)
        return engine

    yield make
    for engine in made:
        engine.close()


def system_of(engine: Engine) -> System:
    """What its people see: both gateways behind one address."""
    http, sigchain = (engine.balance("gateway", port) for port in (6969, 7878))
    return System(
        Endpoints(
            server="kez.test", http="http://" + http, nats=engine.url("nats", 4222, scheme="nats"), ws=f"ws://{http}/nats",
            sigchain="http://" + sigchain, internal=engine.url("gateway", 6970), monitor=engine.url("nats", 8222),
        )
    )  # fmt: skip


@pytest.fixture
def running(deploy):
    """Two of each role, started."""
    engine = deploy()
    engine.start()
    return engine


@pytest.fixture
def system(running) -> System:
    return system_of(running)
