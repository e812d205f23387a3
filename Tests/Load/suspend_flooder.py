#!/usr/bin/env python3
"""How soon `kez suspend` cuts a flooder off: from the command's answer until its connection is closed.

Starts the split deployment of docker-compose.yml, two of each role (KEZ_BINARY, NATS_SERVER). Each time another key
publishes as fast as it can, over the broker's own port or through a gateway's tunnel; the operator runs the real
command; the flooder, a process of its own, says when its connection was closed. Prints p50 and max for each door, and
fails when one took longer than `--limit`. Negative: the connection was closed before the command had ended.

    KEZ_BINARY=.build/release/kez NATS_SERVER=.tools/bin/nats-server \\
        .tools/interop-venv/bin/python Tests/Load/suspend_flooder.py --repetitions 10
"""

import argparse
import os
import pathlib
import statistics
import sys
import tempfile
import time

TESTS = pathlib.Path(__file__).resolve().parent.parent
sys.path[:0] = [str(TESTS / "Faults"), str(TESTS / "Interop"), str(TESTS / "Compose")]

from flooder import Flooder  # noqa: E402
from scene import Scene  # noqa: E402


def measure(scene: Scene, url: str) -> tuple[float, float]:
    """Seconds from the command's answer until the cut, and how long the command itself took."""
    mallory, alice = scene.system.user(), scene.system.user()
    with Flooder(url, mallory.identity, alice.hex) as flooder:
        flooder.wait_flooding()
        begun = time.monotonic()
        scene.operator("suspend", mallory.handle, "--reason", "Floods.", "--for", "1h")
        answered = time.monotonic()
        return flooder.wait_cut() - answered, answered - begun


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=10)
    parser.add_argument("--limit", type=float, default=1.0, help="seconds")
    options = parser.parse_args()
    slowest = 0.0
    with tempfile.TemporaryDirectory(prefix="kez-suspend-") as folder:
        scene = Scene(os.environ["KEZ_BINARY"], pathlib.Path(folder) / "state")
        try:
            for door, url in (("broker", scene.system.endpoints.nats), ("tunnel", scene.system.endpoints.ws)):
                found = [measure(scene, url) for _ in range(options.repetitions)]
                cuts, commands = zip(*found, strict=True)
                slowest = max(slowest, *cuts)
                print(
                    f"{door}: cut off p50 {statistics.median(cuts) * 1000:.0f} ms, max {max(cuts) * 1000:.0f} ms after the "
                    f"command's answer; the command took p50 {statistics.median(commands) * 1000:.0f} ms "
                    f"({options.repetitions} times)",
                    flush=True,
                )
        finally:
            scene.close()
    return 0 if slowest <= options.limit else 1


if __name__ == "__main__":
    # The flooder's process is a fresh interpreter that imports this file.
    sys.exit(main())
