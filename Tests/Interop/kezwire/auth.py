"""X-KEZ-Auth: `<unix_ts>:<sig_hex>`."""

import time

from .identity import Identity


def signed_text(method: str, path: str, third: str, ts: int, server: str | None = None) -> str:
    """`server` is left out for `GET /v1/inbox/:handle` alone; `third` is `since=<n>` or `sha256=<hex>`."""
    parts = [method, path, third, str(ts)] + ([server] if server is not None else [])
    return "\n".join(parts)


def header(who: Identity, method: str, path: str, third: str, server: str | None = None, ts: int | None = None) -> str:
    ts = int(time.time()) if ts is None else ts
    return f"{ts}:{who.sign(signed_text(method, path, third, ts, server).encode()).hex()}"
