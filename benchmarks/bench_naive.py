"""K3: whole runs against a script that one writes in an afternoon (`benchmarks.naive`)."""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterator
from pathlib import Path

from benchmarks import corpus, measure, working_folders

_SEEN, _ROUNDS = 10_000, 7
_CASES = (("1,000 new after 10,000, no ids", 1_000, 1.5), ("30 new after 10,000, no ids", 30, 2.0))


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure the processor time of a day, for many and for few new papers without ids.

    The first pair warms up and is left out.
    """
    for what, new, limit in _CASES:
        ours, theirs = away / f"ours-{new}", away / f"naive-{new}"
        working_folders.without_backups(ours)
        working_folders.with_papers(ours, _SEEN)
        theirs.mkdir()
        seen = [paper.title.lower() for paper in corpus.papers(_SEEN)]
        (theirs / "seen.json").write_text(json.dumps({"seen": seen, "newest": []}), "utf-8")
        pairs = []
        for day in range(1, _ROUNDS + 2):
            numbers = range(_SEEN + day * new, _SEEN + (day + 1) * new)
            for folder in (ours, theirs):
                working_folders.drop(folder, f"{day}.txt", numbers)
            pairs.append((working_folders.run(ours, day).cpu, _naive(theirs, day).cpu))
        ratio = statistics.median(own / naive for own, naive in pairs[1:])
        yield measure.at_most("K3", f"{what} / a naive script", limit, ratio)


def _naive(folder: Path, day: int) -> measure.Process:
    return measure.python("-m", "benchmarks.naive", str(folder), f"2026-12-{day:02}")
