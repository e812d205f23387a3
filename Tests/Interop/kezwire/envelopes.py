"""Signed envelopes: one form, one signer, one verifier."""

import base64
import datetime
import os
from typing import Any

from . import identity as identities
from . import jcs, sealing
from .identity import Identity

ALG = "ed25519-sha512-jcs"
TYPES = {
    "handle_registration": "kez.chat.handle_registration",
    "handle_release": "kez.chat.handle_release",
    "message": "kez.chat.message",
    "sigchain_link": "kez.sigchain.link",
    "invite": "kez.chat.invite",
}


def timestamp(offset: float = 0, base: datetime.datetime | None = None) -> str:
    moment = (base or datetime.datetime.now(datetime.timezone.utc)) + datetime.timedelta(seconds=offset)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def sign(tag: str, payload: dict[str, Any], signer: Identity, alg: str = ALG) -> dict[str, Any]:
    signature = signer.sign(jcs.canonical(payload)).hex()
    return {"kez": tag, "payload": payload, "signature": {"alg": alg, "key": signer.primary, "sig": signature}}


def resign(envelope: dict[str, Any], signer: Identity) -> dict[str, Any]:
    """The same envelope with its payload signed again, after the payload was changed."""
    fresh = sign(envelope["kez"], envelope["payload"], signer)["signature"]
    return {**envelope, "signature": {**fresh, "alg": envelope["signature"]["alg"]}}


def spoil(envelope: dict[str, Any]) -> dict[str, Any]:
    """The same envelope with a signature that is well-formed and wrong."""
    sig = envelope["signature"]["sig"]
    flipped = ("0" if sig[0] != "0" else "1") + sig[1:]
    return {**envelope, "signature": {**envelope["signature"], "sig": flipped}}


def verify(envelope: dict[str, Any]) -> bool:
    signature = envelope["signature"]
    if signature["alg"] != ALG or not signature["key"].startswith("ed25519:"):
        return False
    public = bytes.fromhex(signature["key"].removeprefix("ed25519:"))
    return identities.verify(public, jcs.canonical(envelope["payload"]), bytes.fromhex(signature["sig"]))


def claim(tag: str, who: Identity, handle: str, server: str, created_at: str | None = None, **more: Any) -> dict:
    """A registration or a release."""
    payload = {"type": TYPES[tag], "version": 1, "handle": handle, "primary": who.primary, "server": server}
    return sign(tag, {**payload, "created_at": created_at or timestamp(), **more}, who)


def registration(who: Identity, handle: str, server: str, created_at: str | None = None, **more: Any) -> dict:
    return claim("handle_registration", who, handle, server, created_at, **more)


def release(who: Identity, handle: str, server: str, created_at: str | None = None, **more: Any) -> dict:
    return claim("handle_release", who, handle, server, created_at, **more)


def invite(signer: Identity, server: str, **more: Any) -> str:
    """The text of an invite; `more` replaces or adds members of the payload."""
    payload = {"type": TYPES["invite"], "version": 1, "id": os.urandom(16).hex(), "server": server}
    envelope = sign("invite", {**payload, "created_at": timestamp(), **more}, signer)
    return base64.urlsafe_b64encode(jcs.compact(envelope)).rstrip(b"=").decode()


def message(sender: Identity, to_hex: str, content: dict | bytes | None = None, **more: Any) -> dict:
    """A sealed, signed message; `more` replaces or adds members of the payload."""
    if content is None:
        content = {"kez": "kez-text-v1", "text": "hello"}
    plaintext = content if isinstance(content, bytes) else sealing.pad(content)
    nonce, ciphertext = sealing.seal(sender, bytes.fromhex(to_hex), plaintext)
    payload = {
        "type": TYPES["message"],
        "version": 1,
        "id": os.urandom(16).hex(),
        "from": sender.primary,
        "to": "ed25519:" + to_hex,
        "nonce": base64.b64encode(nonce).decode(),
        "ciphertext": base64.b64encode(ciphertext).decode(),
        "created_at": timestamp(),
        **more,
    }
    return sign("message", payload, sender)


def open_message(reader: Identity, envelope: dict[str, Any]) -> bytes:
    payload = envelope["payload"]
    if not verify(envelope) or envelope["signature"]["key"] != payload["from"]:
        raise ValueError("signature")
    if payload["to"] != reader.primary:
        raise ValueError("not to this reader")
    sender = bytes.fromhex(payload["from"].removeprefix("ed25519:"))
    nonce = base64.b64decode(payload["nonce"], validate=True)
    return sealing.open_sealed(reader, sender, nonce, base64.b64decode(payload["ciphertext"], validate=True))
