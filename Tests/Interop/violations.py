"""Signed claims and links that break several checks at once, to prove the order of the checks."""

import itertools
from typing import Any, Iterable

from kezwire import envelopes, sigchain
from kezwire.identity import Identity
from system import System, unique_handle

CLAIM_ORDER = [
    "bad_envelope",
    "bad_type",
    "key_mismatch",
    "bad_signature",
    "wrong_server",
    "bad_handle",
    "reserved_handle",
    "stale_timestamp",
]
LINK_ORDER = [
    "bad_envelope",
    "bad_type",
    "bad_signature",
    "not_found",
    "stale_timestamp",
    "stale_head",
    "not_authorised",
    "bad_link",
    "key_taken",
]
LINK_STATUS = {"not_found": 404, "stale_head": 409, "not_authorised": 403, "key_taken": 409}


def pairs(order: list[str]) -> list[tuple[str, str]]:
    """Every two checks, the earlier one first."""
    return list(itertools.combinations(order, 2))


def claim(
    system: System, tag: str, who: Identity, wrong: Iterable[str] = (), handle: str | None = None
) -> dict[str, Any]:
    """A registration or release that breaks exactly the checks named in `wrong`."""
    wrong = set(wrong)
    handle = handle or unique_handle()
    if "bad_handle" in wrong:
        handle = "me" if "reserved_handle" in wrong else "Not a handle!"
    elif "reserved_handle" in wrong:
        handle = "admin"
    payload = {
        "type": "kez.chat.other" if "bad_type" in wrong else envelopes.TYPES[tag],
        "version": 1,
        "handle": handle,
        "primary": who.primary,
        "server": "elsewhere.test" if "wrong_server" in wrong else system.server,
        "created_at": system.now(-900 if "stale_timestamp" in wrong else 0),
    }
    signer = Identity() if "key_mismatch" in wrong else who
    envelope = envelopes.sign(tag, payload, signer)
    if "bad_signature" in wrong:
        envelope = envelopes.spoil(envelope)
    if "bad_envelope" in wrong:
        envelope["kez"] = "no_such_tag"
    return envelope


def link(system: System, wrong: Iterable[str] = ()) -> dict[str, Any]:
    """The first link of somebody's chain (a device_add) that breaks exactly the checks named in `wrong`."""
    wrong = set(wrong)
    owner = Identity()
    if "not_found" not in wrong:
        system.user(owner)
    chain = sigchain.Chain(owner)
    device = Identity()
    if "key_taken" in wrong:
        system.user(device)
    body = chain.device_add(device, ["send"], name="n" * 65 if "bad_link" in wrong else "phone")
    payload: dict[str, Any] = {"created_at": system.now(-900 if "stale_timestamp" in wrong else 0)}
    if "stale_head" in wrong:
        payload["prev"] = "00" * 32
    if "bad_type" in wrong:
        payload["type"] = "kez.sigchain.other"
    envelope = chain.link(body, Identity() if "not_authorised" in wrong else None, **payload)
    if "bad_signature" in wrong:
        envelope = envelopes.spoil(envelope)
    if "bad_envelope" in wrong:
        envelope["kez"] = "no_such_tag"
    return envelope
