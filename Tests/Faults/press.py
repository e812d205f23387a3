"""Signed messages, many a second."""

import os

from kezwire import envelopes, jcs
from kezwire.identity import Identity


class Press:
    """Messages of one pair: each has an id and a signature of its own, all else is as in the first, which was sealed
    and signed the long way."""

    def __init__(self, sender: Identity, to_hex: str):
        first = envelopes.message(sender, to_hex)
        self._sender = sender
        self._head, self._tail = jcs.canonical(first["payload"]).split(first["payload"]["id"].encode())
        self._alg = f'{{"alg":"{envelopes.ALG}","key":"{sender.primary}","sig":"'.encode()
        if not envelopes.verify(jcs.parse(self.next())):
            raise AssertionError("a pressed message does not verify")

    def next(self) -> bytes:
        payload = self._head + os.urandom(16).hex().encode() + self._tail
        signature = self._alg + self._sender.sign(payload).hex().encode()
        return b'{"kez":"message","payload":' + payload + b',"signature":' + signature + b'"}}'
