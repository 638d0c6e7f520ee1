"""``python -m benchmarks.bench --parts``: what each part of a run costs, of all of its work.

The runs of C1 (four pages, 346 entries, 328 papers) and S3 (1,000 new papers a day) are made in
this process, with the steps wrapped: a part's CPU time is its own, without that of the parts
inside it. Imports are left out: they are the floor that C1 compares with; so is the collection of
cycles, which the command puts off too. Medians of some runs, after one to warm up.
"""

from __future__ import annotations

import functools
import gc
import pkgutil
import statistics
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from unittest import mock

from benchmarks import working_folders
from digest import settings
from digest.operations import run

_ROUNDS = 5
# In the order of a run: a part, and the functions that do it, each where it is looked up.
PARTS = {
    "intake": ("pipeline.intake.take_in",),
    "mending": ("editorial.compose.clean_paper",),
    "topics": ("pipeline.context.headings", "editorial.topics.place"),
    "one line": ("editorial.teaser.choose_teaser",),
    "composing": ("pipeline.issue.issue_all",),
    "terms": (
        "editorial.trending_terms.issue_terms",
        "pipeline.trending_terms.counted",
        "pipeline.trending_terms.of_week",
    ),
    "issue pages": ("render.site.pages.Pages.issue", "render.site.pages.latest"),
    "exports": ("render.exports.of",),
    "feeds": tuple(f"render.feeds.{one}" for one in ("archive", "live", "issues", "topic")),
    "topic pages": ("render.site.views.topics.by_topic", "render.site.pages.Pages.topic"),
    "search": ("render.search_index.month", "render.site.pages.Pages.search"),
    "front page": tuple(f"render.site.pages.Pages.{one}" for one in ("index", "archive", "year")),
    "writing": ("storage.output.publish",),
    "status": ("operations.status.after_run",),
    "the rest": ("operations.run.run",),
}
ADDED = ("issue pages", "exports", "feeds", "topic pages", "search", "front page")


class Clock:
    """CPU seconds of each part, without the parts inside it."""

    def __init__(self) -> None:
        self.spent = defaultdict[str, float](float)
        self._inside: list[str] = []
        self._since = 0.0

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        """Counts to this part what is done in the block; the part around it stands still."""
        self._turn()
        self._inside.append(part)
        try:
            yield
        finally:
            self._turn()
            self._inside.pop()

    def wrapped(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, its time counted to this part."""
        return functools.wraps(function)(self.of(part)(function))

    def _turn(self) -> None:
        now = time.process_time()
        if self._inside:
            self.spent[self._inside[-1]] += now - self._since
        self._since = now


def lines(away: Path) -> Iterator[str]:
    """A line a part: its milliseconds, and its share of the whole."""
    for what, runs in (("346 entries, 328 new", _first(away)), ("1,000 new", _later(away))):
        _, *spent = runs
        medians = {part: statistics.median(one[part] for one in spent) for part in PARTS}
        whole = sum(medians.values())
        medians["together: " + ", ".join(ADDED)] = sum(medians[part] for part in ADDED)
        yield f"{what}: {1000 * whole:.0f} ms of CPU besides imports"
        for part, took in medians.items():
            yield f"{1000 * took:9.1f} ms {took / whole:6.1%}  {part}"


def _first(away: Path) -> Iterator[Mapping[str, float]]:
    """C1's run: four pages, an empty ledger and an empty output."""
    for number in range(_ROUNDS + 1):
        working_folders.four_pages(folder := away / f"parts-{number}")
        yield _run(folder, 20)


def _later(away: Path) -> Iterator[Mapping[str, float]]:
    """S3's runs: a thousand papers a day into a ledger that knows ten thousand."""
    working_folders.seen(folder := away / "parts-later", 10_000)
    for day in range(1, _ROUNDS + 2):
        working_folders.drop(folder, f"{day}.txt", range(day * 1000, (day + 1) * 1000))
        yield _run(folder, day)


def _run(folder: Path, day: int) -> Mapping[str, float]:
    clock, moment = Clock(), datetime(2026, 12, day, 7, tzinfo=UTC)
    with ExitStack() as wrapped:
        for part, functions in PARTS.items():
            for place in (f"digest.{name}" for name in functions):
                timed = clock.wrapped(part, pkgutil.resolve_name(place))
                wrapped.enter_context(mock.patch(place, timed))
        gc.collect()
        gc.disable()
        run.run(settings.load(folder), moment)
        gc.enable()
    missing = PARTS.keys() - clock.spent.keys()
    assert not missing, f"no run came through {missing}"
    return clock.spent
