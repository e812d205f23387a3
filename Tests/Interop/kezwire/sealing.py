"""Sealing and padding of message contents, version 1."""

import json
import os
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .identity import Identity, x25519_public

INFO = b"kez-chat-msg-v1"
STEPS = (256, 512, 1024, 2048, 4096)


def shared_secret(private: bytes, public: bytes) -> bytes:
    """X25519; an all-zero result raises ValueError."""
    return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))


def message_key(shared: bytes, nonce: bytes) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=nonce, info=INFO).derive(shared)


def _key(mine: Identity, their_ed25519: bytes, nonce: bytes) -> bytes:
    return message_key(shared_secret(mine.x25519_private, x25519_public(their_ed25519)), nonce)


def seal(sender: Identity, recipient: bytes, plaintext: bytes, nonce: bytes | None = None) -> tuple[bytes, bytes]:
    nonce = nonce or os.urandom(12)
    return nonce, AESGCM(_key(sender, recipient, nonce)).encrypt(nonce, plaintext, None)


def open_sealed(reader: Identity, sender: bytes, nonce: bytes, ciphertext: bytes) -> bytes:
    return AESGCM(_key(reader, sender, nonce)).decrypt(nonce, ciphertext, None)


def padded_length(length: int) -> int:
    for step in STEPS:
        if length <= step:
            return step
    return -(-length // 4096) * 4096


def pad(content: dict[str, Any]) -> bytes:
    """The content as JSON, with a `pad` member that makes its length one of the agreed ones."""
    plain = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    if len(plain) == padded_length(len(plain)):
        return plain
    empty = len(json.dumps({**content, "pad": ""}, ensure_ascii=False, separators=(",", ":")).encode())
    filler = "." * (padded_length(empty) - empty)
    return json.dumps({**content, "pad": filler}, ensure_ascii=False, separators=(",", ":")).encode()
