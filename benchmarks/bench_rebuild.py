"""W1: a full rebuild of 290 days against writing the same files with f-strings.

Both read the same issues from the same ledger, and give their pages to the same writer, which
hashes, writes, syncs and renames them. They differ only in how they make the text.
`by_f_strings` uses the quickest escaping there is, and a set of words per paper as the search
index. It decides and checks nothing, so a real program with f-strings would take longer. Each of
its files is padded with blanks to the length of ours, in place of heads, feet and charts. A row
of its own gives the share of this padding.

CPU time is measured, in a folder in memory, because both would wait for the same disk. Garbage
collection is off, because the command puts it off too.
"""

from __future__ import annotations

import datetime
import gc
import random
import shutil
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from benchmarks import by_f_strings, corpus, measure
from digest import settings
from digest.model.files import Page
from digest.model.issues import Issue
from digest.operations.corrections import backfill, rebuild
from digest.render.feeds import archive_layout
from digest.storage import output
from digest.storage.ledger import database

_FIRST, _DAYS = datetime.date(2025, 11, 1), 290
_MOMENT = datetime.datetime(2026, 11, 22, 7, tzinfo=datetime.UTC)
_PAIRS = 7
_MAX_PADDING = 0.1  # of the bytes; with more, the comparison would not be fair


def rows(_: Path) -> Iterator[measure.Row]:
    """Measure the rebuild, and the share of padding in the files by f-strings."""
    with tempfile.TemporaryDirectory(prefix="papers-digest-bench-", dir=measure.MEMORY) as place:
        yield from _compared(Path(place))


def _compared(folder: Path) -> Iterator[measure.Row]:
    fill(folder)
    sizes = _sizes(folder / "output")
    pairs = [(_rebuilt(folder), _written(folder, sizes)) for _ in range(_PAIRS + 1)][1:]
    cost = statistics.median(ours / theirs for ours, theirs in pairs)
    yield measure.at_most("W1", f"rebuild of {_DAYS} days / the same bytes by f-strings", 2.5, cost)
    padding = _padding(folder, sizes)
    yield measure.at_most("W1", "of those bytes by f-strings, padding", _MAX_PADDING, padding)


def fill(folder: Path) -> None:
    """Make a working folder with issues of 290 days, of about 14 invented papers each."""
    draw, first = random.Random(7), 0
    dumps = folder / "dumps"
    dumps.mkdir(parents=True)
    for day in (_FIRST + datetime.timedelta(days=number) for number in range(_DAYS)):
        page = corpus.papers(draw.randint(8, 20), start=first)
        first += 20  # the largest page: no paper is on two of them
        (dumps / f"{day}.json").write_text(corpus.api_json(page, day), "utf-8")
    backfill.backfill(settings.load(folder), _MOMENT, [dumps], silent=False)


def _rebuilt(folder: Path) -> float:
    shutil.rmtree(folder / "output")
    return _cpu(lambda: rebuild.rebuild(settings.load(folder), _MOMENT))


def _written(folder: Path, sizes: dict[str, int]) -> float:
    target = folder / "by-f-strings"
    spent = _cpu(lambda: output.publish(target, _pages(folder, sizes), {}, folder, whole=True))
    assert _sizes(target) == sizes
    shutil.rmtree(target)
    return spent


def _cpu(work: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    start = time.process_time()
    work()
    spent = time.process_time() - start
    gc.enable()
    return spent


def _sizes(tree: Path) -> dict[str, int]:
    """Return the sizes of all files except the status, which is not made from the ledger."""
    return {
        file.relative_to(tree).as_posix(): file.stat().st_size
        for file in tree.rglob("*")
        if file.is_file() and not file.name.startswith("status.")
    }


def _padding(folder: Path, sizes: dict[str, int]) -> float:
    """Return the share of padding in the files by f-strings."""
    return 1 - sum(len(text) for _, text in _texts(folder, sizes)) / sum(sizes.values())


def _pages(folder: Path, sizes: dict[str, int]) -> Iterator[Page]:
    blanks = b" " * max(sizes.values())
    for path, text in _texts(folder, sizes):
        assert len(text) <= sizes[path], path
        yield Page(path, text + blanks[: sizes[path] - len(text)])


def _texts(folder: Path, sizes: dict[str, int]) -> by_f_strings.Files:
    """Yield every file of the output with its text, empty for a file without papers."""
    paths: set[str] = set()
    weeks, months = defaultdict[str, list[Issue]](list), defaultdict[str, list[Issue]](list)
    with closing(database.open_to_write(folder / "state")) as ledger:
        for link in ledger.issues.list_links():
            issue = ledger.issues.load_issue(link.edition, link.number)
            weeks[archive_layout.week(issue.date)].append(issue)
            months[issue.date[:7]].append(issue)
            yield from _noted(paths, by_f_strings.of_issue(issue))
    for week, issues_of_week in weeks.items():
        yield from _noted(paths, by_f_strings.of_week(week, issues_of_week))
    for month, issues_of_month in months.items():
        yield from _noted(paths, by_f_strings.of_month(month, issues_of_month))
    yield from ((path, b"") for path in sizes.keys() - paths)


def _noted(paths: set[str], files: by_f_strings.Files) -> by_f_strings.Files:
    """Yield these files, and add the path of each to ``paths``."""
    for path, text in files:
        paths.add(path)
        yield path, text
