"""Run `digest serve` in a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.folders import MINUTE, Folder

# `digest` with a clock that is set to each moment that comes as a line on standard input.
WITH_A_CLOCK = """
import sys, threading
from freezegun import freeze_time
from digest.cli import main

def turn():
    for line in sys.stdin:
        clock.move_to(line.strip())

with freeze_time(sys.argv.pop(1), tick=True) as clock:
    threading.Thread(target=turn, daemon=True).start()
    main.main()
"""


@contextmanager
def serving(
    folder: Folder, *words: str, command: list[str] | None = None, scan: float = 0.2
) -> Iterator[Server]:
    """Run `digest serve` during the block, and kill it at the end if it still runs."""
    arguments = [*(command or folder.command()), *words, "serve", "--scan", str(scan)]
    env = {"PYTHONUNBUFFERED": "1"}
    pipe, both = subprocess.PIPE, subprocess.STDOUT
    with subprocess.Popen(arguments, stdin=pipe, stdout=pipe, stderr=both, env=env) as process:
        try:
            yield Server(process)
        finally:
            process.kill()


@contextmanager
def serving_at(folder: Folder, now: str) -> Iterator[Server]:
    """Run `digest serve` with a clock that starts at ``now``, goes on, and can be set."""
    command = [sys.executable, "-c", WITH_A_CLOCK, now, "--root", str(folder.root)]
    with serving(folder, command=command) as server:
        yield server


class Server:
    """A running `digest serve`."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def until(self, file: Path, seconds: int = MINUTE) -> None:
        """Wait until a file exists."""
        self.until_true(file.exists, seconds)

    def until_true(self, condition: Callable[[], object], seconds: int = MINUTE) -> None:
        """Wait until a condition holds."""
        for _ in range(seconds * 20):
            if condition():
                return
            assert self.process.poll() is None, self.said()
            time.sleep(0.05)
        raise AssertionError(f"not true within {seconds} s")

    def until_serving(self) -> None:
        """Wait until it has printed its line with "Serving"."""
        assert self.process.stdout
        lines = iter(self.process.stdout.readline, b"")
        assert any(b"Serving" in line for line in lines)

    def set_clock(self, moment: str) -> None:
        """Set its clock, as a person does, or a machine that wakes from a long sleep."""
        assert self.process.stdin
        self.process.stdin.write(f"{moment}\n".encode())
        self.process.stdin.flush()

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal; return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(MINUTE)

    def said(self) -> str:
        """Return everything it printed, once it has ended."""
        assert self.process.stdout
        return self.process.stdout.read().decode()
