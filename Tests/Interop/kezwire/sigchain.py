"""Sigchain links and devices."""

from typing import Any

from . import jcs
from .envelopes import TYPES, sign, timestamp
from .identity import Identity, verify


def accept_text(primary: str, device: str, seq: int, prev: str | None) -> bytes:
    return f"kez-device-v1\n{primary}\n{device}\n{seq}\n{prev or 'null'}".encode()


class Chain:
    """Builds the links of one primary and keeps the head; `extend` moves it on once a link was accepted."""

    def __init__(self, owner: Identity, clock=timestamp):
        self.owner = owner
        self.clock = clock
        self.links: list[dict[str, Any]] = []

    @property
    def seq(self) -> int:
        return len(self.links)

    @property
    def head(self) -> str | None:
        return jcs.sha256(self.links[-1]) if self.links else None

    def link(self, body: dict[str, Any], signer: Identity | None = None, **payload: Any) -> dict[str, Any]:
        """The next link; `payload` replaces or adds members of the payload."""
        members = {
            "type": TYPES["sigchain_link"],
            "version": 1,
            "primary": self.owner.primary,
            "seq": self.seq + 1,
            "prev": self.head,
            "created_at": self.clock(),
            "body": body,
        }
        return sign("sigchain_link", {**members, **payload}, signer or self.owner)

    def device_add(self, device: Identity, can: list[str], /, **members: Any) -> dict[str, Any]:
        """The body of a link that adds a device at the next place."""
        accept = device.sign(accept_text(self.owner.primary, device.primary, self.seq + 1, self.head)).hex()
        body = {"kind": "device_add", "device": device.primary, "name": "phone", "can": can, "accept": accept}
        return {**body, **members}

    def extend(self, link: dict[str, Any]) -> None:
        self.links.append(link)


def verify_accept(link: dict[str, Any]) -> bool:
    payload, body = link["payload"], link["payload"]["body"]
    text = accept_text(payload["primary"], body["device"], payload["seq"], payload["prev"])
    return verify(bytes.fromhex(body["device"].removeprefix("ed25519:")), text, bytes.fromhex(body["accept"]))
