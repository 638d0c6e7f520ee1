"""``python -m benchmarks.bench --parts``: measure the CPU time of each part of a run.

Makes the runs of C1 (four pages, 346 entries, 328 papers) and S3 (1,000 new papers a day) in
this process, with the functions of `PARTS` wrapped. The time of a part does not include the
parts inside it. Leaves out the imports, which C1 compares a run with, and garbage collection,
which the command puts off. Prints medians of several runs, after one to warm up.
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
# The parts in the order of a run, and their functions, each in the module that looks it up.
PARTS = {
    "intake": ("pipeline.intake.take_in_inbox",),
    "mending": ("editorial.compose.clean_paper",),
    "topics": ("pipeline.topics.load_headings", "editorial.topics.place"),
    "teasers": ("editorial.teaser.choose_teaser",),
    "composing": ("pipeline.issue.make_issues",),
    "terms": (
        "pipeline.compose.issue_terms",
        "pipeline.trending_terms.count_phrases",
        "pipeline.trending_terms.list_week_terms",
    ),
    "issue pages": ("render.site.pages.Pages.issue", "render.site.latest.copy_as_latest"),
    "exports": ("render.exports.export_issue",),
    "feeds": tuple(f"render.feeds.{name}" for name in ("archive", "live", "issues", "topic")),
    "topic pages": ("render.site.views.topics.group_by_topic", "render.site.pages.Pages.topic"),
    "search": ("render.search_index.build_month", "render.site.pages.Pages.search"),
    "front page": tuple(f"render.site.pages.Pages.{name}" for name in ("index", "archive", "year")),
    "writing": ("storage.output.publish",),
    "status": ("operations.status.record_run",),
    "the rest": ("operations.run.run",),
}
# The parts that publishing a new issue consists of, summed up in a line of their own.
ADDED = ("issue pages", "exports", "feeds", "topic pages", "search", "front page")


class Clock:
    """The CPU seconds of each part, without the parts inside it."""

    def __init__(self) -> None:
        self.spent = defaultdict[str, float](float)
        self._inside: list[str] = []
        self._since = 0.0

    @contextmanager
    def of(self, part: str) -> Iterator[None]:
        """Count the block to this part, and not to the part around it."""
        self._turn()
        self._inside.append(part)
        try:
            yield
        finally:
            self._turn()
            self._inside.pop()

    def wrapped(self, part: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function, with its time counted to this part."""
        return functools.wraps(function)(self.of(part)(function))

    def _turn(self) -> None:
        now = time.process_time()
        if self._inside:
            self.spent[self._inside[-1]] += now - self._since
        self._since = now


def lines(away: Path) -> Iterator[str]:
    """Yield one line for each part: its milliseconds and its share of the whole."""
    for what, runs in (("346 entries, 328 new", _first(away)), ("1,000 new", _later(away))):
        _, *seconds = runs
        medians = {part: statistics.median(run[part] for run in seconds) for part in PARTS}
        whole = sum(medians.values())
        medians["together: " + ", ".join(ADDED)] = sum(medians[part] for part in ADDED)
        yield f"{what}: {1000 * whole:.0f} ms of CPU besides imports"
        for part, median in medians.items():
            yield f"{1000 * median:9.1f} ms {median / whole:6.1%}  {part}"


def _first(away: Path) -> Iterator[Mapping[str, float]]:
    """Make the runs of C1: four pages, an empty ledger and an empty output."""
    for number in range(_ROUNDS + 1):
        working_folders.four_pages(folder := away / f"parts-{number}")
        yield _run(folder, 20)


def _later(away: Path) -> Iterator[Mapping[str, float]]:
    """Make the runs of S3: 1,000 papers a day, with a ledger of 10,000."""
    working_folders.with_titles(folder := away / "parts-later", 10_000)
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
    assert not missing, f"the run called no function of {missing}"
    return clock.spent
