"""docker-compose.yml itself: what it promises about keys, ports, views and privileges."""

import re
import subprocess

import pytest
import yaml

from composerun import load
from composerun.deployment import ROOT
from composerun.dockerfile import stages

FILE = ROOT / "docker-compose.yml"
ROLES = ("auth-callout", "registry", "inbox-worker", "gateway")
# Read by nats-server, or told to Compose.
NOT_KEZ = {"nats"}


@pytest.fixture(scope="module")
def raw() -> dict:
    return yaml.safe_load(FILE.read_text())["services"]


@pytest.fixture(scope="module")
def project():
    return load(FILE, {})


def test_every_container_has_the_least(raw):
    for name, service in raw.items():
        assert service["read_only"] is True, name
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert service["user"] == "10001:10001", name
        assert "privileged" not in service and "cap_add" not in service, name


def test_each_role_has_its_own_keys_and_no_others(project):
    holders: dict[str, set[str]] = {}
    for service in project.services.values():
        for mount in service.mounts:
            if mount.source and (mount.source == "keys" or mount.source.startswith("secrets-")):
                holders.setdefault(mount.source, set()).add(service.name)
                assert service.name == "init" or (mount.read_only and mount.target == "/run/secrets/kez"), service.name
    assert holders.pop("keys") == {"init"}
    for volume, services in holders.items():
        role = volume.removeprefix("secrets-")
        expected = {"init", role} | ({"inbox-worker-high"} if role == "inbox-worker" else set())
        assert services == expected, volume


def test_two_replicas_never_share_a_view(project):
    for name in ("registry", "inbox-worker", "inbox-worker-high"):
        data = [mount for mount in project.services[name].mounts if mount.target == "/var/lib/kez"]
        assert [mount.source for mount in data] == [None], name


def test_only_the_gateway_is_public(project):
    for service in project.services.values():
        for port in service.ports:
            assert service.name == "gateway" or port.host == "127.0.0.1", (service.name, port)
    published = {service.name: sorted(port.container for port in service.ports) for service in project.services.values() if service.ports}
    assert published == {"nats": [4222, 8222, 8443], "gateway": [6969, 7878]}


def test_every_running_service_can_be_scaled_restarted_and_probed(project, raw):
    for name in (*ROLES, "inbox-worker-high", "nats"):
        assert project.services[name].restart.policy == "unless-stopped", name
        assert project.services[name].healthcheck, name
        assert "container_name" not in raw[name] and "hostname" not in raw[name], name
    for name in ROLES[:3]:
        assert not project.services[name].ports, f"{name}: a port of the host is free for one replica only"


def test_start_order(project):
    order = project.order([name for name, service in project.services.items() if not service.profiles])
    assert order[:3] == ["init", "nats", "provision"] and order[-1] == "gateway"
    assert set(order[3:-1]) == {"auth-callout", "registry", "inbox-worker"}


def test_the_profile_shares_out_all_shards(project):
    assert project.services["inbox-worker-high"].environment["KEZ_SHARDS"] == "8-f"
    assert project.services["inbox-worker"].environment["KEZ_SHARDS"] == "0-f"
    assert load(FILE, {"KEZ_SHARDS": "0-7"}).services["inbox-worker"].environment["KEZ_SHARDS"] == "0-7"


def test_every_variable_is_one_that_its_command_reads(project, kez):
    image = stages(project.dockerfile)[-1].environment
    for service in project.services.values():
        if service.name in NOT_KEZ:
            continue
        help_text = subprocess.run([kez, *service.command, "--help"], capture_output=True, text=True, check=True).stdout
        known = set(re.findall(r"\bKEZ_[A-Z_]+\b", help_text))
        unknown = set(service.environment) - known
        assert not unknown, f"{service.name}: {service.command} does not read {sorted(unknown)}"
        assert set(image) <= known | {"KEZ_KEYS"}, service.name


def test_every_role_writes_no_view_where_there_is_no_volume(project):
    for name in ("auth-callout", "gateway", "provision", "operator"):
        assert not [mount for mount in project.services[name].mounts if mount.target == "/var/lib/kez"], name
