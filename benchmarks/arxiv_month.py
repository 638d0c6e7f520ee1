"""K1, K2: a month of a thousand papers a day, as a few categories of arXiv announce them.

    python -m benchmarks.arxiv_month
    python -m benchmarks.arxiv_month --days 7 --papers 300 --keep /tmp/folder

Begins with an empty ledger. Each day drops an answer of the API with new invented papers, and runs
the command in a process of its own. Prints a line a day: seconds of the clock and of the CPU, peak
memory, and the sizes of the live feeds, the issue's page, its largest page of a heading, the
largest topic feed, the largest archive document and all files that the run wrote. Then prints the
rows of the targets, of which CPU time and memory compare the last three days with days 2 to 4. The
exit status is 1 if one is missed.

`make bench` leaves it out, because it takes minutes; ``make bench MONTH=1`` runs it too.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from benchmarks import corpus, measure, working_folders

_FIRST = date(2026, 11, 3)  # so that 28 days reach into a second month, and into five weeks
_DAYS, _PAPERS = 28, 1_000
_KIB, _MIB = 1 << 10, 1 << 20
_LIVE = ("feed.xml", "atom.xml", "feed.json", "issues.xml")


class Day(NamedTuple):
    """The cost of a day's run, and the sizes of what it left, in bytes."""

    seconds: float
    cpu: float
    mib: float
    live: tuple[int, ...]  # of `_LIVE`
    issue_page: int
    heading_page: int  # the largest of the issue; 0 without one
    topic_feed: int  # the largest
    archive: int  # the largest archive document; 0 without one
    written: int  # all files that the run wrote


def main() -> int:
    """Print a line a day and the rows of the targets; return the exit status."""
    parser = argparse.ArgumentParser(description="A month of a thousand papers a day.")
    parser.add_argument("--days", type=int, default=_DAYS)
    parser.add_argument("--papers", type=int, default=_PAPERS, help="new ones a day")
    parser.add_argument("--keep", type=Path, help="a new folder to work in, which stays")
    arguments = parser.parse_args()
    if arguments.keep:
        return _report(arguments.keep, arguments.days, arguments.papers)
    with tempfile.TemporaryDirectory(prefix="papers-digest-month-") as away:
        return _report(Path(away), arguments.days, arguments.papers)


def rows(away: Path) -> Iterator[measure.Row]:
    """Measure the month, and yield the rows of K1 and K2."""
    yield from targets(list(measured(away / "month", _DAYS, _PAPERS)))


def measured(folder: Path, days: int, papers: int) -> Iterator[Day]:
    """Make the runs of ``days`` days of ``papers`` new papers each, and yield what they cost."""
    working_folders.without_backups(folder)
    for number in range(days):
        day = _FIRST + timedelta(days=number)
        page = corpus.papers(papers, start=2_500 * 400 + number * papers)
        working_folders.put(folder, f"{day}.json", corpus.api_json(page, day))
        before = _times(folder / "output")
        process = working_folders.run_at(folder, f"{day}T07:00:00+00:00")
        yield _day(folder / "output", day, process, before)


def targets(days: Sequence[Day]) -> Iterator[measure.Row]:
    """Yield a row for each target of K1 and K2."""
    first, last = days[1:4], days[-3:]
    seconds = [statistics.median(day.cpu for day in span) for span in (first, last)]
    mib = [statistics.median(day.mib for day in span) for span in (first, last)]
    what = f"1,000 a day: day {len(days)} / day 3"
    yield measure.at_most("K1", f"{what}, CPU time", 1.3, seconds[1] / seconds[0])
    yield measure.at_most("K1", f"{what}, peak memory", 1.1, mib[1] / mib[0])
    yield measure.at_most("K1", "peak memory in MiB", 128, max(day.mib for day in days))
    live = max(max(*day.live, day.topic_feed) for day in days)
    yield measure.at_most("K2", "largest live feed document in MiB", 1, live / _MIB)
    page = max(max(day.issue_page, day.heading_page) for day in days)
    yield measure.at_most("K2", "largest page of an issue or a heading in MiB", 1, page / _MIB)
    archive = max(day.archive for day in days)
    yield measure.at_most("K2", "largest archive document in MiB", 4, archive / _MIB)


def _report(folder: Path, days: int, papers: int) -> int:
    print(f"day seconds   CPU   MiB {' '.join(f'{name:>10}' for name in _LIVE)}", end="")
    print("       page    heading topic feed    archive    written (KiB)")
    all_days = []
    for number, day in enumerate(measured(folder, days, papers), start=1):
        all_days.append(day)
        pages = (day.issue_page, day.heading_page, day.topic_feed)
        sizes = (*day.live, *pages, day.archive, day.written)
        columns = " ".join(f"{size / _KIB:10,.0f}" for size in sizes)
        print(f"{number:3} {day.seconds:7.2f} {day.cpu:5.2f} {day.mib:5.0f} {columns}", flush=True)
    missed = 0
    for row in targets(all_days):
        print(row)
        missed += not row.is_met
    return 1 if missed else 0


def _day(output: Path, day: date, process: measure.Process, before: dict[Path, int]) -> Day:
    archive = (file for file in (output / "archive").iterdir() if file.suffix != ".html")
    after = _times(output)
    written = (file for file, time in after.items() if before.get(file) != time)
    return Day(
        seconds=process.seconds,
        cpu=process.cpu,
        mib=process.mib,
        live=tuple((output / name).stat().st_size for name in _LIVE),
        issue_page=(output / "daily" / f"{day}.html").stat().st_size,
        heading_page=_largest(output.glob(f"daily/{day}/*.html")),
        topic_feed=_largest(output.glob("topics/*/feed.xml")),
        archive=_largest(archive),
        written=sum(file.stat().st_size for file in written),
    )


def _times(output: Path) -> dict[Path, int]:
    return {file: file.stat().st_mtime_ns for file in output.rglob("*") if file.is_file()}


def _largest(files: Iterable[Path]) -> int:
    return max((file.stat().st_size for file in files), default=0)


if __name__ == "__main__":
    sys.exit(main())
