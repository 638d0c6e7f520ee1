"""A full rebuild of 290 days against writing the same files with f-strings.

Both sides read the same issues from the same ledger and give their pages to the same writer,
which hashes, writes, syncs and renames them; so what differs is how the text comes about. The
other side makes each file by f-strings from the fields of its issues, each field escaped for
its sink by the quickest means there is, and the index of the search from a set of words a
paper. To the byte it is as long as ours: heads, feet, charts and what else there is besides
papers it has ready, as a constant. It decides nothing and checks nothing, so it is below what
a program with f-strings would take. A row of its own says how much it has ready.
CPU time in a folder in memory, because both wait for the same disk, and without collecting
cycles, which the command puts off too.
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
from digest.model.issues import Issue, Page
from digest.operations import run
from digest.render import feeds
from digest.storage import output
from digest.storage.ledger import database

_FIRST, _DAYS = datetime.date(2025, 11, 1), 290
_MOMENT = datetime.datetime(2026, 11, 22, 7, tzinfo=datetime.UTC)
_PAIRS = 7
_MOST_READY = 0.1  # of the bytes; more, and the other side would no longer do the same


def rows(_: Path) -> Iterator[measure.Row]:
    """The rebuild, and how much of its bytes the other side had ready."""
    with tempfile.TemporaryDirectory(prefix="papers-digest-bench-", dir=measure.MEMORY) as place:
        yield from _compared(Path(place))


def _compared(folder: Path) -> Iterator[measure.Row]:
    fill(folder)
    sizes = _sizes(folder / "output")
    pairs = [(_rebuilt(folder), _written(folder, sizes)) for _ in range(_PAIRS + 1)][1:]
    cost = statistics.median(ours / theirs for ours, theirs in pairs)
    yield measure.at_most("W1", f"rebuild of {_DAYS} days / the same bytes by f-strings", 2.5, cost)
    ready = _ready(folder, sizes)
    yield measure.at_most("W1", "of those bytes, had ready rather than made", _MOST_READY, ready)


def fill(folder: Path) -> None:
    """A working folder with 290 days of about 14 invented papers, issued."""
    draw, known = random.Random(7), 0
    dumps = folder / "dumps"
    dumps.mkdir(parents=True)
    for day in (_FIRST + datetime.timedelta(days=number) for number in range(_DAYS)):
        page = corpus.papers(draw.randint(8, 20), start=known)
        known += 20
        (dumps / f"{day}.json").write_text(corpus.api_json(page, day), "utf-8")
    run.backfill(settings.load(folder), _MOMENT, [dumps], silent=False)


def _rebuilt(folder: Path) -> float:
    shutil.rmtree(folder / "output")
    return _cpu(lambda: run.rebuild(settings.load(folder), _MOMENT))


def _written(folder: Path, sizes: dict[str, int]) -> float:
    away = folder / "by-f-strings"
    took = _cpu(lambda: output.publish(away, _pages(folder, sizes), {}, whole=True))
    assert _sizes(away) == sizes
    shutil.rmtree(away)
    return took


def _cpu(work: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    start = time.process_time()
    work()
    took = time.process_time() - start
    gc.enable()
    return took


def _sizes(tree: Path) -> dict[str, int]:
    """Every file but the status, which is none of the ledger's pages."""
    return {
        file.relative_to(tree).as_posix(): file.stat().st_size
        for file in tree.rglob("*")
        if file.is_file() and not file.name.startswith("status.")
    }


def _ready(folder: Path, sizes: dict[str, int]) -> float:
    """The share of the bytes that stand in for what is said besides papers."""
    return 1 - sum(len(text) for _, text in _texts(folder, sizes)) / sum(sizes.values())


def _pages(folder: Path, sizes: dict[str, int]) -> Iterator[Page]:
    ready = b" " * max(sizes.values())
    for path, text in _texts(folder, sizes):
        assert len(text) <= sizes[path], path
        yield Page(path, text + ready[: sizes[path] - len(text)])


def _texts(folder: Path, sizes: dict[str, int]) -> by_f_strings.Files:
    """Every file there is, with what the fields of the issues make of it."""
    made: set[str] = set()
    weeks, months = defaultdict[str, list[Issue]](list), defaultdict[str, list[Issue]](list)
    with closing(database.open_to_write(folder / "state")) as ledger:
        for link in ledger.issues.list_links():
            issue = ledger.issues.load_issue(link.edition, link.number)
            weeks[feeds.week(issue.date)].append(issue)
            months[issue.date[:7]].append(issue)
            yield from _noted(made, by_f_strings.of_issue(issue))
    for week, found in weeks.items():
        yield from _noted(made, by_f_strings.of_week(week, found))
    for month, found in months.items():
        yield from _noted(made, by_f_strings.of_month(month, found))
    yield from ((path, b"") for path in sizes.keys() - made)


def _noted(made: set[str], files: by_f_strings.Files) -> by_f_strings.Files:
    for path, text in files:
        made.add(path)
        yield path, text
