"""Ratios that can be trusted on a noisy machine: interleaved runs, medians of pairs."""

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

MEMORY = Path("/dev/shm") if Path("/dev/shm").is_dir() else None  # noqa: S108 - no disk is judged


class Row(NamedTuple):
    """A line of the report: what was asked for, and what was measured."""

    name: str
    what: str
    target: str
    measured: float
    kept: bool

    def __str__(self) -> str:
        verdict = "ok  " if self.kept else "OVER"
        return (
            f"{verdict} {self.name:<3} {self.what:<58} {self.measured:7.3f}  (target {self.target})"
        )


def at_most(name: str, what: str, limit: float, measured: float) -> Row:
    """A ratio that must not exceed its limit."""
    return Row(name, what, f"<= {limit:g}", measured, measured <= limit)


def at_least(name: str, what: str, limit: float, measured: float) -> Row:
    """A ratio that must reach its limit."""
    return Row(name, what, f">= {limit:g}", measured, measured >= limit)


def ratio(one: Callable[[], object], other: Callable[[], object], rounds: int = 7) -> float:
    """Median of one's time over the other's, run in turn; the first pair warms up."""
    pairs = [(seconds(one), seconds(other)) for _ in range(rounds + 1)][1:]
    return statistics.median(first / second for first, second in pairs)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of a call.

    Cycles are not looked for meanwhile: the command puts that off too, and it takes the longer
    the more there is in memory.
    """
    gc.disable()
    try:
        start = time.perf_counter()
        work()
        return time.perf_counter() - start
    finally:
        gc.enable()


class Process(NamedTuple):
    """A finished process: wall time and its largest memory."""

    seconds: float
    mib: float


def python(*arguments: str) -> Process:
    """A process of this interpreter; ends everything when it fails.

    3 is a run with rejects, 4 one that brought nothing new.
    """
    starter = _starter()
    assert starter.stdin is not None
    assert starter.stdout is not None
    starter.stdin.write(json.dumps(arguments) + "\n")
    starter.stdin.flush()
    status, seconds, kib, said = json.loads(starter.stdout.readline())
    if status not in (0, 3, 4):
        raise SystemExit(said)
    return Process(seconds, kib / 1024)


@functools.cache
def _starter() -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.starter"]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
