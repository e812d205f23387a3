"""Strict JSON input and the canonical form (RFC 8785)."""

import hashlib
import json
from typing import Any

import rfc8785


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    result = dict(pairs)
    if len(result) != len(pairs):
        raise ValueError("duplicate member")
    return result


def _constant(name: str) -> None:
    raise ValueError(name)


def parse(text: bytes | str) -> Any:
    """Refuses duplicate members, lone surrogates, NaN, bad UTF-8 and trailing bytes."""
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    value = json.loads(text, object_pairs_hook=_members, parse_constant=_constant)
    json.dumps(value, ensure_ascii=False).encode("utf-8")
    return value


def canonical(value: Any) -> bytes:
    return rfc8785.dumps(value)


def sha256(value: Any) -> str:
    return hashlib.sha256(canonical(value)).hexdigest()


def compact(value: Any) -> bytes:
    """Ordinary compact JSON in member order: what a client that does not canonicalise would send."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")
