"""`kez` while it runs: `kez chat --plain`, written into and read line by line, and `kez listen`."""

import pathlib
import subprocess
import threading
import time
from typing import IO

DEADLINE = 30


class Terminal:
    """One running command. Its lines are kept: what was seen once can be looked for again."""

    def __init__(self, words: list[str], environment: dict[str, str], complaints: pathlib.Path):
        self._complaints = complaints
        with complaints.open("w") as errors:
            self._process = subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True, env=environment, encoding="utf-8"
            )
        assert self._process.stdin and self._process.stdout
        self._input: IO[str] = self._process.stdin
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self._reader = threading.Thread(target=self._read, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def _read(self, output: IO[str]) -> None:
        for line in output:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()

    def say(self, line: str) -> None:
        self._input.write(line + "\n")
        self._input.flush()

    def see(self, *words: str, deadline: float = DEADLINE) -> str:
        """Waits for a line that has all of `words` in it, and gives it."""
        end = time.monotonic() + deadline
        with self._changed:
            while True:
                for line in self.lines:
                    if all(word in line for word in words):
                        return line
                left = end - time.monotonic()
                if left <= 0 or not self._changed.wait(left):
                    raise AssertionError(f"no line with {words} in:\n" + "\n".join(self.lines) + "\n" + self._complaints.read_text())

    def number(self, *words: str) -> str:
        """The number of the message that has all of `words` in its line."""
        return self.see("[", *words).partition("]")[0].lstrip("[")

    def end(self) -> None:
        """The end of its input ends `kez chat`, once everything is sent."""
        self._input.close()
        assert self._process.wait(DEADLINE) == 0, "\n".join(self.lines) + self._complaints.read_text()
        self._reader.join(DEADLINE)

    def stop(self) -> None:
        if self._process.poll() is None:
            self._process.terminate()
            self._process.wait(DEADLINE)
        self._reader.join(DEADLINE)
