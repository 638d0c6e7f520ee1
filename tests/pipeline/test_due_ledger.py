"""Dates and papers over the real ledger: random wakes, dumps, outages and wrong clocks."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import hypothesis
import msgspec
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from benchmarks.rule import Rule
from digest import settings
from digest.editorial import due
from digest.model.settings import WEEKDAYS, Edition
from digest.pipeline import issue
from digest.pipeline.context import RunContext
from digest.storage.ledger import Ledger
from tests.support.builders import dump, ledger, sighting, take_in
from tests.support.folders import SHORE, Folder

BEGINNING = datetime(2026, 3, 25, 12, tzinfo=UTC)  # some days before clocks change in Europe
LONG = timedelta(days=70)
STEPS = [
    timedelta(minutes=1),
    timedelta(minutes=20),
    timedelta(hours=1),
    timedelta(hours=6),
    timedelta(days=1),
    timedelta(days=3),
    timedelta(days=12),
    timedelta(hours=-2),
    timedelta(days=-4),
]
EDITIONS = st.builds(
    Edition,
    period=st.sampled_from(("day", "day", "week", "month")),
    at=st.sampled_from(("00:00", "02:30", "07:00", "23:59")),
    days=st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(tuple)
    | st.just(WEEKDAYS),
    when_empty=st.sampled_from(("skip", "note")),
    catch_up=st.sampled_from(("one", "dated")),
    catch_up_days=st.sampled_from((0, 2, 7)),
)
ZONES = st.sampled_from(("UTC", "Europe/Berlin", "America/Santiago", "Pacific/Auckland"))
tried = {"editions": 0, "wakes": 0, "papers": 0, "issues": 0, "dates": 0}


class Edited(RuleBasedStateMachine):
    """An edition with its ledger, and beside it the rule told in another way."""

    @initialize(edition=EDITIONS, zone=ZONES)
    def begin(self, edition: Edition, zone: str) -> None:
        """An empty folder."""
        self.place = tempfile.TemporaryDirectory(prefix="papers-digest-")
        folder = Folder(Path(self.place.name))
        folder.sort_by(SHORE)
        given = settings.load(folder.root)
        site = msgspec.structs.replace(given.site, timezone=zone)
        self.settings = msgspec.structs.replace(given, editions=(edition,), site=site)
        self.ledger = ledger(folder.root / "state", edition.name)
        self.rule: Rule[str] = Rule(edition)
        self.zone, self.moment, self.names = ZoneInfo(zone), BEGINNING, itertools.count()
        self.made: list[tuple[date, list[str]]] = []
        tried["editions"] += 1

    @property
    def local(self) -> datetime:
        """What the clock on the wall shows."""
        return self.moment.astimezone(self.zone).replace(tzinfo=None)

    @rule(papers=st.integers(1, 3), back=st.none() | st.integers(-1, 12))
    def drop(self, papers: int, back: int | None) -> None:
        """A page of some days ago, of tomorrow or without a date is taken in."""
        shown = None if back is None else self.local.date() - timedelta(days=back)
        names = [f"Paper {next(self.names)}" for _ in range(papers)]
        seen = dump(
            *map(sighting, names), name=names[0], page_date=shown.isoformat() if shown else None
        )
        take_in(self.ledger, seen, moment=self.moment.astimezone(self.zone).isoformat())
        self.rule.take_in(self.local, dict.fromkeys(names, shown))
        tried["papers"] += papers

    @rule(step=st.sampled_from(STEPS))
    def wake(self, step: timedelta) -> None:
        """Time passes, the machine is off, or somebody sets the clock back."""
        self.moment += step
        state = RunContext(self.settings, self.ledger, self.moment.astimezone(self.zone))
        issue.issue_all(state, due_only=True)
        self.made += [
            (day, sorted(papers)) for day, papers in sorted(self.rule.wake(self.local).items())
        ]
        assert self.made == issues(self.ledger)
        assert self.rule.states == rows(self.ledger)
        tried["wakes"] += 1

    def teardown(self) -> None:
        """In the end each paper stands in one issue, and each scheduled date has one row."""
        if hasattr(self, "place"):
            try:
                self._end()
            finally:
                self.ledger.close()
                self.place.cleanup()

    def _end(self) -> None:
        self.moment = max(self.moment, BEGINNING) + LONG  # past every day it has seen
        next_due = due.next_due(self.rule.edition, self.local)
        self.moment = next_due.replace(tzinfo=self.zone).astimezone(UTC)
        self.wake(timedelta(0))
        shown = [paper for _, papers in issues(self.ledger) for paper in papers]
        assert {} == self.rule.waiting
        assert sorted(f"Paper {n}" for n in range(next(self.names))) == sorted(shown)
        if self.rule.began:
            days = (self.local.date() - self.rule.began).days
            every = (self.rule.began + timedelta(days=n) for n in range(days))
            scheduled = {day for day in every if due.is_scheduled(self.rule.edition, day)}
            assert scheduled <= self.rule.states.keys()
        tried["issues"] += len(self.made)
        tried["dates"] += len(self.rule.states)


def issues(opened: Ledger) -> list[tuple[date, list[str]]]:
    """Date and titles of each issue in the order in which they were made."""
    sql = """
        SELECT issue.id, date, paper.title FROM issue
        LEFT JOIN issued ON issued.issue = issue.id LEFT JOIN paper ON paper.id = issued.paper
        ORDER BY issue.id, paper.title
    """
    grouped = itertools.groupby(opened.connection.execute(sql), key=lambda row: row[:2])
    return [
        (date.fromisoformat(day), [title for *_, title in found if title])
        for (_, day), found in grouped
    ]


def rows(opened: Ledger) -> dict[date, str]:
    """What the ledger says became of each date."""
    found = opened.connection.execute("SELECT date, state, by_date FROM due")
    return {
        date.fromisoformat(day): f"{state} {by_date}" if by_date else state
        for day, state, by_date in found
    }


def live(examples: int, steps: int, figure: Callable[[str], None]) -> None:
    """So many editions, each through so many events, and what became of them."""
    tried.update(dict.fromkeys(tried, 0))
    run_state_machine_as_test(
        Edited,
        settings=hypothesis.settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )
    assert tried["issues"] > examples // 4
    counts = ", ".join(f"{number:,} {what}" for what, number in tried.items())
    figure(f"{counts}: each date one row, each paper one issue, as the rule told anew says")


def test_dates_and_papers_through_random_lives(figure: Callable[[str], None]) -> None:
    """Every period, both ways to catch up, notes or none, four zones."""
    live(25, 20, figure)


@pytest.mark.soak
def test_dates_and_papers_through_many_random_lives(figure: Callable[[str], None]) -> None:
    """The same for long."""
    live(1500, 60, figure)
