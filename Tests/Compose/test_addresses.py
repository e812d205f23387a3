import pathlib
import socket

import pytest

from composerun.addresses import AddressBlock, NoAddresses, Rewriter

ROOT = pathlib.Path("/state/roots/one-1")


@pytest.fixture
def rewrite():
    return Rewriter(
        "127.9.9.5", {"nats": "127.9.9.2", "registry": "127.9.9.3"}, {4222: "127.9.9.2"}, ROOT,
        {"/var/lib/kez", "/etc/kez", "/roles/gateway"},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("nats://nats:4222", "nats://127.9.9.2:4222"),
        ("nats:8443", "127.9.9.2:8443"),
        ("http://127.0.0.1:6971/readyz", "http://127.9.9.5:6971/readyz"),
        ("0.0.0.0:6971", "127.9.9.5:6971"),
        ("0.0.0.0:4222", "127.9.9.2:4222"),
        ("127.0.0.1", "127.0.0.1"),
        ("my-nats:4222", "my-nats:4222"),
        ("registry", "registry"),
        ("registry.example:80", "registry.example:80"),
        ("/var/lib/kez", f"{ROOT}/var/lib/kez"),
        ("/var/lib/kez/keys", f"{ROOT}/var/lib/kez/keys"),
        ("/var/lib/kezzle", "/var/lib/kezzle"),
        ("/elsewhere/var/lib/kez", "/elsewhere/var/lib/kez"),
        ("/roles", f"{ROOT}/roles"),
        ("/etc/ssl/certs", "/etc/ssl/certs"),
        ("-c=/etc/kez/nats.conf", f"-c={ROOT}/etc/kez/nats.conf"),
    ],
)
def test_rewriting(rewrite, text, wanted):
    assert rewrite(text) == wanted


def test_blocks_are_apart_and_given_back():
    one, two = AddressBlock({6969}), AddressBlock({6969})
    assert one.host != two.host
    assert one.take() != one.take()
    for block in (one, two):
        block.release()


def test_a_port_that_is_taken_everywhere_is_named():
    with socket.socket() as other:
        other.bind(("0.0.0.0", 0))
        other.listen()
        with pytest.raises(NoAddresses, match=f"port {other.getsockname()[1]}"):
            AddressBlock({other.getsockname()[1]})
