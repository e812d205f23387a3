"""One Ed25519 seed is the KEZ primary, the NATS user nkey and the source of the X25519 key."""

import hashlib
import os

import nacl.bindings
import nacl.exceptions
import nacl.signing

from . import nkeys


class Identity:
    def __init__(self, seed: bytes | None = None):
        self.seed = seed or os.urandom(32)
        self._key = nacl.signing.SigningKey(self.seed)
        self.public = bytes(self._key.verify_key)

    @property
    def hex(self) -> str:
        return self.public.hex()

    @property
    def primary(self) -> str:
        return "ed25519:" + self.hex

    @property
    def shard(self) -> str:
        return self.hex[0]

    @property
    def nkey(self) -> str:
        return nkeys.encode_public(self.public)

    @property
    def nkey_seed(self) -> str:
        return nkeys.encode_seed(self.seed)

    @property
    def inbox_prefix(self) -> str:
        return "_INBOX." + self.nkey

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data).signature

    @property
    def x25519_private(self) -> bytes:
        scalar = bytearray(hashlib.sha512(self.seed).digest()[:32])
        scalar[0] &= 248
        scalar[31] = scalar[31] & 127 | 64
        return bytes(scalar)

    @classmethod
    def in_shard(cls, shard: str) -> "Identity":
        """A random identity whose key begins with the digit `shard`."""
        while True:
            if (identity := cls()).shard == shard:
                return identity

    @classmethod
    def outside_shard(cls, *shards: str) -> "Identity":
        while True:
            if (identity := cls()).shard not in shards:
                return identity


def x25519_public(ed25519_public: bytes) -> bytes:
    """The birational map; refuses small-order and non-canonical keys."""
    return nacl.bindings.crypto_sign_ed25519_pk_to_curve25519(ed25519_public)


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Strict verification (libsodium's): canonical S, canonical and not small-order keys."""
    try:
        nacl.signing.VerifyKey(public).verify(message, signature)
        return True
    except (nacl.exceptions.BadSignatureError, nacl.exceptions.ValueError, ValueError):
        return False
