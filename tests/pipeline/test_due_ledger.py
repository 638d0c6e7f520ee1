"""Due dates and their papers in a real ledger: random runs, dumps, outages and wrong clocks."""

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


class EditionMachine(RuleBasedStateMachine):
    """An edition with its ledger, compared with a second statement of the rule for due dates."""

    @initialize(edition=EDITIONS, zone=ZONES)
    def begin(self, edition: Edition, zone: str) -> None:
        """Begin with an empty folder."""
        self.place = tempfile.TemporaryDirectory(prefix="papers-digest-")
        folder = Folder(Path(self.place.name))
        folder.sort_by(SHORE)
        loaded = settings.load(folder.root)
        site = msgspec.structs.replace(loaded.site, timezone=zone)
        self.settings = msgspec.structs.replace(loaded, editions=(edition,), site=site)
        self.ledger = ledger(folder.root / "state", edition.name)
        self.rule: Rule[str] = Rule(edition)
        self.zone, self.moment, self.names = ZoneInfo(zone), BEGINNING, itertools.count()
        self.issues: list[tuple[date, list[str]]] = []
        tried["editions"] += 1

    @property
    def local(self) -> datetime:
        """The local time, without its zone."""
        return self.moment.astimezone(self.zone).replace(tzinfo=None)

    @rule(papers=st.integers(1, 3), back=st.none() | st.integers(-1, 12))
    def drop(self, papers: int, back: int | None) -> None:
        """Take in a page of some days ago, of tomorrow, or without a date."""
        page_date = None if back is None else self.local.date() - timedelta(days=back)
        names = [f"Paper {next(self.names)}" for _ in range(papers)]
        page = dump(
            *map(sighting, names),
            name=names[0],
            page_date=page_date.isoformat() if page_date else None,
        )
        take_in(self.ledger, page, moment=self.moment.astimezone(self.zone).isoformat())
        self.rule.take_in(self.local, dict.fromkeys(names, page_date))
        tried["papers"] += papers

    @rule(step=st.sampled_from(STEPS))
    def wake(self, step: timedelta) -> None:
        """Run after some time, or after the clock was set back."""
        self.moment += step
        context = RunContext(self.settings, self.ledger, self.moment.astimezone(self.zone))
        issue.make_issues(context, due_only=True)
        self.issues += [
            (day, sorted(papers)) for day, papers in sorted(self.rule.wake(self.local).items())
        ]
        assert self.issues == issues(self.ledger)
        assert self.rule.states == rows(self.ledger)
        tried["wakes"] += 1

    def teardown(self) -> None:
        """Check that each paper is in one issue, and that each scheduled date has one row."""
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
        issued = [paper for _, papers in issues(self.ledger) for paper in papers]
        assert {} == self.rule.waiting
        assert sorted(f"Paper {n}" for n in range(next(self.names))) == sorted(issued)
        if self.rule.began:
            days = (self.local.date() - self.rule.began).days
            start = 0 if self.rule.edition.period == "day" else 1  # others look back
            dates = (self.rule.began + timedelta(days=n) for n in range(start, days))
            scheduled = {day for day in dates if due.is_scheduled(self.rule.edition, day)}
            assert scheduled <= self.rule.states.keys()
        tried["issues"] += len(self.issues)
        tried["dates"] += len(self.rule.states)


def issues(opened: Ledger) -> list[tuple[date, list[str]]]:
    """Return the date and the titles of each issue, in the order in which they were made."""
    sql = """
        SELECT issue.id, date, paper.title FROM issue
        LEFT JOIN issued ON issued.issue = issue.id LEFT JOIN paper ON paper.id = issued.paper
        ORDER BY issue.id, paper.title
    """
    grouped = itertools.groupby(opened.connection.execute(sql), key=lambda row: row[:2])
    return [
        (date.fromisoformat(day), [title for *_, title in papers if title])
        for (_, day), papers in grouped
    ]


def rows(opened: Ledger) -> dict[date, str]:
    """Return the recorded state of each due date."""
    due_dates = opened.connection.execute("SELECT date, state, by_date FROM due")
    return {
        date.fromisoformat(day): f"{state} {by_date}" if by_date else state
        for day, state, by_date in due_dates
    }


def run_lives(examples: int, steps: int, figure: Callable[[str], None]) -> None:
    """Run this many editions through this many events each, and report the totals."""
    tried.update(dict.fromkeys(tried, 0))
    run_state_machine_as_test(
        EditionMachine,
        settings=hypothesis.settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(hypothesis.HealthCheck),
        ),
    )
    assert tried["issues"] > examples // 4
    counts = ", ".join(f"{number:,} {what}" for what, number in tried.items())
    figure(f"{counts}: one row for each date and one issue for each paper, as the rule says")


def test_random_events_leave_one_row_for_each_date_and_one_issue_for_each_paper(
    figure: Callable[[str], None],
) -> None:
    """All periods, both ways to catch up, with and without notes, in four time zones."""
    run_lives(12, 20, figure)


@pytest.mark.soak
@pytest.mark.long
def test_many_random_events_leave_one_row_for_each_date_and_one_issue_for_each_paper(
    figure: Callable[[str], None],
) -> None:
    """The same with many more editions and events."""
    run_lives(1500, 60, figure)
