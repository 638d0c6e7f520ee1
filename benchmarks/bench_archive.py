"""S3: the cost of a run with an output of five years, against one of half a year.

The cost must not grow with the age of the archive. `bench_process` measures a run with a million
papers in the ledger that were never issued. Here all papers were issued, so there are pages,
feeds and search files of all the years. One cost still grows: every run checks all files of the
output for changes. Backups are switched off, because `bench_backup` measures them.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from benchmarks import corpus, measure, working_folders
from digest import settings
from digest.operations.corrections import backfill

_YEARS = {"half a year": 183, "five years": 5 * 365}
_A_DAY = 3  # papers: few are enough, because the number of files matters, not their size
_NEW = 17  # papers on an average day of the Daily Papers
_DAYS = 8


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure two ratios of a run after five years to one after half a year.

    One is with 17 new papers, the other with none. The first pair warms up and is left out.
    """
    young, old = (_archive(away / f"archive-{days}", days) for days in _YEARS.values())
    pairs, idle = [], []
    for day in range(1, _DAYS + 1):
        new = list(corpus.papers(_NEW, start=1_000_000 + day * _NEW))
        for folder in (young, old):
            page = corpus.api_json(new, date(2026, 12, day))
            working_folders.put(folder, f"{day}.json", page)
        pairs.append((_run(old, day), _run(young, day)))
        idle.append((_run(old, day), _run(young, day)))
    what = " / ".join(reversed(_YEARS))
    yield measure.at_most("S3", f"17 new after {what}", 1.3, _median(pairs[1:]))
    yield measure.at_most("S3", f"nothing new after {what}", 1.5, _median(idle[1:]))


def _archive(folder: Path, days: int) -> Path:
    """Return a working folder with an issue on each of ``days`` days."""
    dumps, newest = folder / "dumps", date(2026, 11, 30)
    dumps.mkdir(parents=True)
    working_folders.without_backups(folder)
    for back in range(days):
        day = newest - timedelta(days=back)
        page = corpus.papers(_A_DAY, start=back * _A_DAY)
        (dumps / f"{day}.json").write_text(corpus.api_json(page, day), "utf-8")
    moment = datetime(2026, 11, 30, 12, tzinfo=UTC)
    backfill.backfill(settings.load(folder), moment, [dumps], silent=False)
    return folder


def _run(folder: Path, day: int) -> float:
    return working_folders.run(folder, day).seconds


def _median(pairs: list[tuple[float, float]]) -> float:
    return statistics.median(old / young for old, young in pairs)
