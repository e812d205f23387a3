"""New keys while people send: nothing is lost, the former key opens nothing any more."""

import asyncio
import json

import nats
import pytest

from conftest import system_of
from kezwire.http import Http
from system import System, expect
from traffic import Traffic


def key(engine, name: str) -> str:
    return (engine.state / "volumes/keys/keys" / name).read_text().strip()


def copy(engine, role: str, name: str) -> str:
    return (engine.state / f"volumes/secrets-{role}" / name).read_text().strip()


def lets_in(engine, seed: str) -> bool:
    """Whether the broker, or its callout, lets this key in."""

    async def attempt() -> bool:
        async def quiet(*_):
            pass

        try:
            client = await nats.connect(
                engine.url("nats", 4222, scheme="nats"), nkeys_seed_str=seed, allow_reconnect=False, connect_timeout=20,
                error_cb=quiet,
            )  # fmt: skip
        except Exception:  # noqa: BLE001 - refused, in whichever words
            return False
        await client.close()
        return True

    return asyncio.run(attempt())


LOGINS = ["registry", "worker", "gateway", "callout", "kick", "ops", "admin", "provision", "eraser"]


def test_every_login_is_replaced_without_a_failed_send(running, system):
    alice, bob = system.user(), system.user()
    before = {name: key(running, f"{name}.nk") for name in LOGINS}
    assert all(lets_in(running, seed) for seed in before.values())
    with Traffic(system, alice, bob) as traffic:
        running.procedure("rotate-login", *LOGINS)
    print(f"longest send {traffic.longest:.1f} s of {len(traffic.sent)}")
    for name, seed in before.items():
        assert key(running, f"{name}.nk") != seed
        assert lets_in(running, key(running, f"{name}.nk")), name
        assert not lets_in(running, seed), f"the former {name} is let in"
    assert not list((running.state / "volumes").rglob("*.old.nk")) + list((running.state / "volumes").rglob("*.next.nk"))
    assert copy(running, "registry", "registry.nk") == key(running, "registry.nk")
    expect(system.lookup(system.user().handle), 200)


def test_the_callouts_keys_are_replaced_without_a_failed_send(running, system):
    alice, bob = system.user(), system.user()
    files = ("issuer.nk", "callout-xkey.nk")
    before = [key(running, name) for name in files]
    configuration = running.folder("nats", 1, "/etc/kez") / "nats.conf"
    believed = configuration.read_text()
    with Traffic(system, alice, bob) as traffic:
        running.procedure("rotate-callout", "now")
    print(f"longest send {traffic.longest:.1f} s of {len(traffic.sent)}")
    assert all(key(running, name) != former for name, former in zip(files, before, strict=True))
    assert all(copy(running, "auth-callout", name) == key(running, name) for name in files)
    assert configuration.read_text() != believed
    assert not list((running.state / "volumes").rglob("*.old.nk")) + list((running.state / "volumes").rglob("*.next.nk"))
    assert lets_in(running, alice.identity.nkey_seed)


def test_a_change_that_was_interrupted_goes_on(running, system):
    """The first half by hand, then the whole procedure: it goes on where the first half ended."""
    alice, bob = system.user(), system.user()
    former = key(running, "registry.nk")
    status, said = running.run("init", ["keys", "next", "registry"])
    assert status == 0, said
    status, said = running.run("init", ["keys", "retire", "registry"])
    assert status == 1 and "kez keys switch registry" in said
    upcoming = key(running, "registry.next.nk")
    with Traffic(system, alice, bob):
        running.procedure("rotate-login", "registry")
    assert key(running, "registry.nk") == upcoming
    assert not lets_in(running, former)


def test_the_internal_token_is_replaced(running, system):
    internal = "/internal/nats/auth"
    former = key(running, "internal-token")

    def status(token: str) -> list[int]:
        return [
            Http(running.url("gateway", 6969, number))
            .post(internal, b'{"request":"x"}', {"Authorization": f"Bearer {token}"})
            .status
            for number in (1, 2)
        ]

    assert 401 not in status(former)
    alice, bob = system.user(), system.user()
    with Traffic(system, alice, bob):
        running.procedure("replace-secret", "internal-token")
    assert status(former) == [401, 401]
    assert 401 not in status(key(running, "internal-token"))


def test_the_invite_key_is_replaced(deploy):
    engine = deploy(settings={"KEZ_CHAT_SERVER": "kez.test", "KEZ_REGISTRATION": "invite", "KEZ_LIMIT_REGISTRATIONS": "off"})
    engine.start()
    system = system_of(engine)
    first, second = invites(engine, 2)
    expect(register(system, first), 201)
    engine.procedure("replace-secret", "invite")
    expect(register(system, second), 403, "bad_invite")
    [third] = invites(engine, 1)
    expect(register(system, third), 201)


def invites(engine, count: int) -> list[str]:
    status, said = engine.run("operator", ["invite", "--server", "kez.test", "--count", str(count)])
    assert status == 0, said
    return said.split()


def register(system: System, invite: str):
    from kezwire import envelopes
    from kezwire.identity import Identity
    from system import unique_handle

    identity = Identity()
    envelope = envelopes.registration(identity, unique_handle(), system.server, system.now(), invite=invite)
    return system.register(envelope)
