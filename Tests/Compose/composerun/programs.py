"""The programs under test."""

import os
import shutil

from .deployment import ROOT


def kez() -> str:
    """KEZ_BINARY, or the debug build's."""
    binary = os.path.abspath(os.environ.get("KEZ_BINARY") or ROOT / ".build/debug/kez")
    if not os.access(binary, os.X_OK):
        raise RuntimeError("set KEZ_BINARY to the kez executable")
    return binary


def nats_server() -> str:
    """NATS_SERVER, or one on the PATH, or the one that set-up unpacked."""
    return os.path.abspath(
        os.environ.get("NATS_SERVER") or shutil.which("nats-server") or ROOT / ".tools/bin/nats-server"
    )
