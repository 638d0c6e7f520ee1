"""``python -m benchmarks.bench --parts``: what each part of a run costs, of all of its work.

The runs of C1 (four pages, 346 entries, 328 papers) and S3 (1,000 new papers a day) are made in
this process, with the steps wrapped: a part's CPU time is its own, without that of the parts
inside it. Imports are left out: they are the floor that C1 compares with; so is the collection of
cycles, which the command puts off too. Medians of some runs, after one to warm up.
"""

from __future__ import annotations

import functools
import gc
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
from digest import (
    issue,
    oneline,
    output,
    run,
    run_intake,
    run_issue,
    run_state,
    run_status,
    run_terms,
    settings,
    terms,
    topics,
)
from digest.rendering import exports, feeds, page_topics, pages, search_index

_ROUNDS = 5
# In the order of a run: a part, and the functions that do it, each by where it is looked up.
PARTS: dict[str, tuple[tuple[object, str], ...]] = {
    "intake": ((run_intake, "take_in"),),
    "mending": ((issue, "mend"),),
    "topics": ((run_state, "headings"), (topics, "place")),
    "one line": ((oneline, "choose"),),
    "composing": ((run_issue, "issue_all"),),
    "terms": ((terms, "of_issue"), (run_terms, "counted"), (run_terms, "of_week")),
    "issue pages": ((pages.Pages, "issue"), (pages, "latest")),
    "exports": ((exports, "of"),),
    "feeds": tuple((feeds, name) for name in ("archive", "live", "issues", "topic", "opml")),
    "topic pages": ((page_topics, "by_topic"), (pages.Pages, "topic"), (pages.Pages, "topics")),
    "search": ((search_index, "month"), (pages.Pages, "search")),
    "front page": tuple((pages.Pages, name) for name in ("index", "archive", "year")),
    "writing": ((output, "publish"),),
    "status": ((run_status, "after_run"),),
    "the rest": ((run, "run"),),
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

        @functools.wraps(function)
        def counted(*given: Any, **named: Any) -> Any:
            with self.of(part):
                return function(*given, **named)

        return counted

    def _turn(self) -> None:
        now = time.process_time()
        if self._inside:
            self.spent[self._inside[-1]] += now - self._since
        self._since = now


def lines(away: Path) -> Iterator[str]:
    """A line a part: its milliseconds, and its share of the whole."""
    for stage, runs in (("346 entries, 328 new", _first(away)), ("1,000 new", _later(away))):
        medians = {part: statistics.median(one[part] for one in runs) for part in PARTS}
        whole = sum(medians.values())
        medians["together: " + ", ".join(ADDED)] = sum(medians[part] for part in ADDED)
        yield f"{stage}: {1000 * whole:.0f} ms of CPU besides imports"
        for part, spent in medians.items():
            yield f"{1000 * spent:9.1f} ms {spent / whole:6.1%}  {part}"


def _first(away: Path) -> list[Mapping[str, float]]:
    """C1's run: four pages, an empty ledger and an empty output."""
    spent = []
    for number in range(_ROUNDS + 1):
        folder = away / f"parts-{number}"
        working_folders.four_pages(folder)
        spent.append(_run(folder, 20))
    return spent[1:]


def _later(away: Path) -> list[Mapping[str, float]]:
    """S3's runs: a thousand papers a day into a ledger that knows ten thousand."""
    folder, spent = away / "parts-later", []
    working_folders.seen(folder, 10_000)
    for day in range(1, _ROUNDS + 2):
        working_folders.drop(folder, f"{day}.txt", range(day * 1000, (day + 1) * 1000))
        spent.append(_run(folder, day))
    return spent[1:]


def _run(folder: Path, day: int) -> Mapping[str, float]:
    clock, moment = Clock(), datetime(2026, 12, day, 7, tzinfo=UTC)
    with ExitStack() as wrapped:
        for part, functions in PARTS.items():
            for owner, name in functions:
                timed = clock.wrapped(part, getattr(owner, name))
                wrapped.enter_context(mock.patch.object(owner, name, timed))
        gc.collect()
        gc.disable()
        run.run(settings.load(folder), moment)
        gc.enable()
    missing = PARTS.keys() - clock.spent.keys()
    assert not missing, f"no run came through {missing}"
    return clock.spent
