"""C1, C2, S3: time and memory of whole processes of the command line."""

from __future__ import annotations

import shutil
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks import measure, working_folders

# Runs `digest` and prints the names of the modules it has imported.
_LIST = """
import sys
before = set(sys.modules)
sys.argv[0] = "digest"
from digest.cli import main
try:
    main.main()
except SystemExit:
    pass
new = [name for name in sys.modules if name not in before]
print(*(name for name in new if getattr(sys.modules[name], "__spec__", None)))
"""
_ROUNDS = 9
_NEW = 1000


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure the imports, then whole runs against the imports alone, then a large ledger.

    No run can be faster than its imports.
    """
    imports = f"import {', '.join(imported(away / 'imports'))}"
    yield from _start(imports)
    yield from _four_pages(away, imports)
    yield from _history(away)


def imported(folder: Path) -> list[str]:
    """Return the names of exactly the modules that a run with new papers in ``folder`` imports."""
    working_folders.four_pages(folder)
    command = [sys.executable, "-c", _LIST, "--root", str(folder), "-q", "run"]
    listed = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    return [name for name in listed if all(part.isidentifier() for part in name.split("."))]


def _start(imports: str) -> Iterator[measure.Row]:
    added, versions = [], []
    for _ in range(_ROUNDS):
        nothing = measure.python("-c", "pass").seconds
        floor = measure.python("-c", imports).seconds
        version = measure.python("-m", "digest", "--version").seconds
        added.append((floor - nothing) * 1000)
        versions.append(version / nothing)
    yield measure.at_most(
        "C2", "imports of the daily path, ms over python -c pass", 120, min(added)
    )
    yield measure.at_most("C2", "digest --version / python -c pass", 5, statistics.median(versions))


def _four_pages(away: Path, imports: str) -> Iterator[measure.Row]:
    first, again = [], []
    for number in range(_ROUNDS):
        # Delete nothing in between: file systems are slow to reuse freed blocks.
        working_folders.four_pages(folder := away / f"four-{number}")
        # A folder compiles its templates once, and every run but that one finds them there.
        shutil.copytree(away / "imports" / "state" / "cache", folder / "state" / "cache")
        floor = measure.python("-c", imports).seconds
        first.append(working_folders.run(folder, 20).seconds / floor)
        again.append(working_folders.run(folder, 20).seconds / floor)
    yield measure.at_most("C1", "346 entries, 328 new / imports", 3.0, statistics.median(first))
    yield measure.at_most("C1", "nothing new / imports", 1.4, statistics.median(again))


def _history(away: Path) -> Iterator[measure.Row]:
    small, large = away / "ten-thousand", away / "a-million"
    working_folders.with_titles(small, 10_000)
    working_folders.with_titles(large, 1_000_000)
    pairs = []
    for day in range(1, 8):
        for folder in (small, large):
            working_folders.drop(folder, f"{day}.txt", range(day * _NEW, (day + 1) * _NEW))
        pairs.append((working_folders.run(small, day), working_folders.run(large, day)))
    times = statistics.median(large.seconds / small.seconds for small, large in pairs[1:])
    memory = statistics.median(large.mib / small.mib for small, large in pairs[1:])
    yield measure.at_most("S3", "1,000 new: a million seen / 10,000 seen", 1.2, times)
    yield measure.at_most("S3", "1,000 new: the same, peak memory", 1.1, memory)
