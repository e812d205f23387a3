"""Subjects and the dedupe key of the log."""

import hashlib


def shard(key_hex: str) -> str:
    return key_hex[0]


def stream(digit: str) -> str:
    return "KEZ_LOG_" + digit


def send(to_hex: str, from_token: str, digit: str | None = None) -> str:
    return f"kez.send.{digit or shard(to_hex)}.{to_hex}.{from_token}"


def live_inbox(to_hex: str, from_token: str = ">") -> str:
    return f"kez.inbox.{to_hex}.{from_token}"


def signals(to_hex: str, from_token: str = "*") -> str:
    return f"kez.live.{to_hex}.{from_token}"


def rpc(caller_hex: str, method: str) -> str:
    return f"kez.rpc.{caller_hex}.{method}"


def inbox_rpc(caller_hex: str, method: str, digit: str | None = None) -> str:
    return f"kez.rpc.{caller_hex}.inbox.{digit or shard(caller_hex)}.{method}"


def message_id(subject: str, envelope: bytes) -> str:
    return hashlib.sha256(subject.encode() + b"\n" + envelope).hexdigest()
