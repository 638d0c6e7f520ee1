"""Measure ratios of times on a busy machine, as medians over pairs of runs in turn."""

from __future__ import annotations

import functools
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

# A folder in memory, for measurements in which the disk must have no part; None if there is none.
MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # noqa: S108 - no disk is judged


class Row(NamedTuple):
    """A line of the report: a ratio, its target, and whether it is met."""

    name: str
    what: str
    target: str
    measured: float
    is_met: bool

    def __str__(self) -> str:
        verdict = "ok  " if self.is_met else "OVER"
        return (
            f"{verdict} {self.name:<3} {self.what:<58} {self.measured:7.3f}  (target {self.target})"
        )


def at_most(name: str, what: str, limit: float, measured: float) -> Row:
    """Return the row of a ratio that must not exceed its limit."""
    return Row(name, what, f"<= {limit:g}", measured, measured <= limit)


def at_least(name: str, what: str, limit: float, measured: float) -> Row:
    """Return the row of a ratio that must reach its limit."""
    return Row(name, what, f">= {limit:g}", measured, measured >= limit)


def ratio(
    numerator: Callable[[], object], denominator: Callable[[], object], rounds: int = 7
) -> float:
    """Return the median ratio of the times of two calls, run in turn.

    Drops the first pair, which warms up.
    """
    pairs = [(seconds(numerator), seconds(denominator)) for _ in range(rounds + 1)][1:]
    return statistics.median(first / second for first, second in pairs)


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of a call in seconds, without garbage collection.

    The command puts off collecting too, and a collection takes longer the more is in memory.
    """
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        gc.enable()


class Process(NamedTuple):
    """The wall time, the CPU time and the peak memory of a finished process."""

    seconds: float
    cpu: float
    mib: float


def python(*arguments: str) -> Process:
    """Run this interpreter with these arguments, and return its time and peak memory.

    Exits with its errors if it fails. Exit status 3 (rejects) and 4 (nothing new) are fine.
    """
    starter = _starter()
    assert starter.stdin is not None
    assert starter.stdout is not None
    starter.stdin.write(json.dumps(arguments) + "\n")
    starter.stdin.flush()
    status, seconds, cpu, kib, errors = json.loads(starter.stdout.readline())
    if status not in (0, 3, 4):
        raise SystemExit(errors)
    return Process(seconds, cpu, kib / 1024)


@functools.cache
def _starter() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.starter"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
