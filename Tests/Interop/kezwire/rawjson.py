"""Byte ranges of JSON values, to compare what came back byte for byte with what was sent."""

import json

_SPACE = b" \t\r\n"


def _skip(raw: bytes, at: int) -> int:
    while at < len(raw) and raw[at] in _SPACE:
        at += 1
    return at


def _string_end(raw: bytes, at: int) -> int:
    at += 1
    while raw[at] != 0x22:
        at += 2 if raw[at] == 0x5C else 1
    return at + 1


def _value_end(raw: bytes, at: int) -> int:
    if raw[at] == 0x22:
        return _string_end(raw, at)
    if raw[at] in b"{[":
        depth = 0
        while True:
            byte = raw[at]
            if byte == 0x22:
                at = _string_end(raw, at)
                continue
            depth += (byte in b"{[") - (byte in b"}]")
            at += 1
            if depth == 0:
                return at
    while at < len(raw) and raw[at] not in b",]} \t\r\n":
        at += 1
    return at


def members(raw: bytes) -> dict[str, bytes]:
    """The members of an object as the bytes they were written in."""
    at = _skip(raw, 0)
    assert raw[at : at + 1] == b"{", f"not an object: {raw[:80]!r}"
    result = {}
    at = _skip(raw, at + 1)
    while raw[at : at + 1] != b"}":
        end = _string_end(raw, at)
        name = json.loads(raw[at:end])
        at = _skip(raw, _skip(raw, end) + 1)
        end = _value_end(raw, at)
        result[name] = raw[at:end]
        at = _skip(raw, end)
        if raw[at : at + 1] == b",":
            at = _skip(raw, at + 1)
    return result


def items(raw: bytes) -> list[bytes]:
    """The items of an array as the bytes they were written in."""
    at = _skip(raw, 0)
    assert raw[at : at + 1] == b"[", f"not an array: {raw[:80]!r}"
    result = []
    at = _skip(raw, at + 1)
    while raw[at : at + 1] != b"]":
        end = _value_end(raw, at)
        result.append(raw[at:end])
        at = _skip(raw, end)
        if raw[at : at + 1] == b",":
            at = _skip(raw, at + 1)
    return result


def envelopes(page: bytes) -> list[bytes]:
    """The envelopes of a list answer, byte for byte."""
    return [members(entry)["envelope"] for entry in items(members(page)["messages"])]
