"""Weeks and months begin and end at midnight in the site's zone, whatever its clocks do."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from digest import settings
from digest.model.issues import Issue
from digest.model.settings import WEEKDAYS, Edition, Settings
from digest.pipeline import issue
from digest.pipeline.context import RunContext
from digest.render.site.views.period import build_calendar
from digest.storage.ledger import Ledger
from tests.support.builders import dump, ledger, sighting, take_in
from tests.support.folders import SHORE, Folder

A_DAY = timedelta(days=1)
MINUTES = 30 * 1440  # in which runs are tried
PLACES = [
    ("UTC", date(2026, 6, 1)),
    ("Europe/Berlin", date(2026, 3, 10)),  # summer time begins on the 29th
    ("America/St_Johns", date(2006, 10, 15)),  # it ended a minute after a midnight
    ("America/Santiago", date(2026, 8, 20)),  # the midnight of 6 September does not exist
    ("Pacific/Apia", date(2011, 12, 12)),  # had no 30 December
    ("Pacific/Kiritimati", date(1994, 12, 12)),  # had no 31 December
    ("Pacific/Kiritimati", date(2026, 12, 12)),  # fourteen hours ahead
    ("Pacific/Pago_Pago", date(2026, 2, 10)),  # eleven hours behind
]
DAYS = st.permutations(WEEKDAYS).map(tuple)
EDITIONS = st.builds(
    Edition,
    period=st.sampled_from(("week", "week", "month")),
    days=DAYS,
    at=st.sampled_from(("00:00", "06:50", "23:59")),
    when_empty=st.sampled_from(("skip", "note")),
    catch_up=st.just("dated"),
    catch_up_days=st.just(366),
)
RUNS = st.lists(st.integers(0, MINUTES), min_size=2, max_size=12, unique=True).map(sorted)


class Life:
    """A ledger with one edition, whose runs take in a new paper each."""

    def __init__(self, loaded: Settings, opened: Ledger, zone: str, first: date) -> None:
        self.settings, self.ledger = loaded, opened
        self.start = datetime(first.year, first.month, first.day, tzinfo=ZoneInfo(zone))
        self.moments: dict[str, datetime] = {}

    def run(self, edition: Edition, zone: str, minutes: int) -> None:
        """Take in a paper and make the issues that are due so many minutes after the start."""
        moment = self.start.astimezone(UTC) + timedelta(minutes=minutes)
        title = f"Paper {len(self.moments)}"
        self.moments[title] = moment
        # The date of its page decides nothing.
        page = dump(sighting(title), name=title, page_date=(moment - 2 * A_DAY).date().isoformat())
        self.wake(edition, zone, moment, page)

    def end(self, edition: Edition, zone: str) -> None:
        """Run when the edition is due next after all runs."""
        day = next_beginning(edition, self.start.date() + 32 * A_DAY)
        self.wake(edition, zone, datetime.combine(day, time(23, 59), tzinfo=ZoneInfo(zone)))

    def wake(self, edition: Edition, zone: str, moment: datetime, *pages: object) -> None:
        """Run at a moment, with what the settings are then."""
        site = msgspec.structs.replace(self.settings.site, timezone=zone)
        own = msgspec.structs.replace(self.settings, editions=(edition,), site=site)
        local = moment.astimezone(ZoneInfo(zone))
        if pages:
            take_in(self.ledger, *pages, moment=local.isoformat())  # type: ignore[arg-type]
        issue.make_issues(RunContext(own, self.ledger, local), due_only=False)

    @property
    def issues(self) -> list[Issue]:
        """All issues, in the order in which they were made."""
        links = sorted(self.ledger.issues.list_links(), key=lambda link: link.number)
        return [self.ledger.issues.load_issue(link.edition, link.number) for link in links]


@contextmanager
def life(zone: str, first: date, edition: Edition) -> Iterator[Life]:
    """Give a new ledger for an edition that begins on this day."""
    with tempfile.TemporaryDirectory(prefix="papers-digest-") as place:
        folder = Folder(Path(place))
        folder.sort_by(SHORE)
        with closing(ledger(folder.root / "state", edition.name)) as opened:
            yield Life(settings.load(folder.root), opened, zone, first)


def next_beginning(edition: Edition, day: date) -> date:
    """Return the day after ``day`` on which the next week or month begins."""
    day += A_DAY
    while day.day != 1 if edition.period == "month" else WEEKDAYS[day.weekday()] != edition.days[0]:
        day += A_DAY
    return day


@given(place=st.sampled_from(PLACES), edition=EDITIONS, runs=RUNS)
def test_a_paper_is_in_the_issue_of_the_week_or_month_in_which_it_was_first_seen(
    place: tuple[str, date], edition: Edition, runs: list[int]
) -> None:
    """Whatever the hours of runs, the hour of the edition, and the page dates.

    The issue covers the days from the midnight before, and its calendar shows no other. The
    first one begins with the edition, and says so.
    """
    zone, first = place
    with life(zone, first, edition) as new:
        for minutes in runs:
            new.run(edition, zone, minutes)
        new.end(edition, zone)
        seen = {title: moment.astimezone(ZoneInfo(zone)) for title, moment in new.moments.items()}
        due = {title: next_beginning(edition, local.date()) for title, local in seen.items()}
        issues = [each for each in new.issues if each.papers]
        assert sorted(due.items()) == sorted(
            (item.title, date.fromisoformat(each.date)) for each in issues for item in each.papers
        )
        began = min(seen.values()).date()
        for each in issues:
            _check_period(each, edition, began)


def _check_period(issue: Issue, edition: Edition, began: date) -> None:
    """Check the days that an issue says it covers."""
    assert issue.span is not None
    last = date.fromisoformat(issue.date) - A_DAY
    start = last
    while next_beginning(edition, start - A_DAY) != start:
        start -= A_DAY
    assert (max(start, began).isoformat(), last.isoformat()) == (issue.span.first, issue.span.last)
    assert (began > start) is issue.span.incomplete
    calendar = build_calendar(issue)
    assert calendar is not None
    assert len(issue.papers) == sum(cell.papers for week in calendar.weeks for cell in week)
    assert ("", ()) == (calendar.rest, issue.late)


@given(
    place=st.sampled_from(PLACES),
    runs=RUNS,
    data=st.data(),
    catch_up=st.sampled_from(("one", "dated")),
    catch_up_days=st.sampled_from((0, 7, 40)),
)
def test_a_change_of_days_or_zone_loses_and_doubles_no_paper(
    place: tuple[str, date], runs: list[int], data: st.DataObject, catch_up: str, catch_up_days: int
) -> None:
    """Each run may have other days, another zone and another period.

    Each paper is marked as late if it was first seen before the days of its issue.
    """
    zones = st.sampled_from([zone for zone, _ in PLACES])
    editions = st.builds(
        Edition,
        period=st.sampled_from(("week", "month", "day")),
        days=DAYS,
        catch_up=st.just(catch_up),
        catch_up_days=st.just(catch_up_days),
    )
    zone, first = place
    edition = data.draw(editions)
    with life(zone, first, edition) as new:
        for minutes in runs:
            new.run(edition, zone, minutes)
            edition, zone = data.draw(editions), data.draw(zones)
        new.end(edition, zone)
        issued = [item.title for each in new.issues for item in each.papers]
        assert sorted(new.moments) == sorted(issued)
        for each in new.issues:
            if each.span is not None:
                seen = {item.guid: each.span.papers[item.guid].seen for item in each.papers}
                assert all(day <= each.span.last for day in seen.values())
                earlier = {guid for guid, day in seen.items() if day < each.span.first}
                assert earlier <= set(each.late)
