"""The nkey text form: base32 without padding of prefix byte(s), 32 raw bytes and a CRC-16/XMODEM, little endian."""

import base64

PREFIX = {"A": 0 << 3, "N": 13 << 3, "O": 14 << 3, "U": 20 << 3, "X": 23 << 3}
SEED_PREFIX = 18 << 3


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte << 8
        for _ in range(8):
            crc = ((crc << 1) ^ 0x1021) & 0xFFFF if crc & 0x8000 else (crc << 1) & 0xFFFF
    return crc


def _encode(data: bytes) -> str:
    return base64.b32encode(data + _crc16(data).to_bytes(2, "little")).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    data = base64.b32decode(text + "=" * (-len(text) % 8))
    if _crc16(data[:-2]) != int.from_bytes(data[-2:], "little"):
        raise ValueError("nkey checksum")
    return data[:-2]


def encode_public(raw: bytes, kind: str = "U") -> str:
    return _encode(bytes([PREFIX[kind]]) + raw)


def encode_seed(raw: bytes, kind: str = "U") -> str:
    prefix = PREFIX[kind]
    return _encode(bytes([SEED_PREFIX | prefix >> 5, (prefix & 31) << 3]) + raw)


def decode_public(text: str, kind: str = "U") -> bytes:
    data = _decode(text)
    if data[0] != PREFIX[kind] or len(data) != 33:
        raise ValueError("not a public nkey of kind " + kind)
    return data[1:]


def decode_seed(text: str, kind: str = "U") -> bytes:
    data = _decode(text)
    prefix = PREFIX[kind]
    if data[:2] != bytes([SEED_PREFIX | prefix >> 5, (prefix & 31) << 3]) or len(data) != 34:
        raise ValueError("not an nkey seed of kind " + kind)
    return data[2:]
