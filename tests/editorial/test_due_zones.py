"""Each scheduled date is due exactly once, in every zone of the world, whatever its clocks do."""

from __future__ import annotations

import bisect
import zoneinfo
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

import pytest

from digest.editorial import due
from digest.model.due_dates import DueRow
from digest.model.settings import Edition

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
NAIVE = datetime(1970, 1, 1)  # noqa: DTZ001 - what a clock on the wall shows
DAY, MINUTE = 1440, timedelta(minutes=1)
STEP = 20  # minutes between two wakes near a change of the clock
DECADES = ((2008, 3653), (2026, 3652))  # with and without what governments have decided since
HOURS = ("00:00", "07:00", "12:34", "23:59")
Figure = Callable[[str], None]


class Clock(NamedTuple):
    """A zone's offsets from UTC over some days: minutes since 1970 from which each holds."""

    since: tuple[int, ...]
    offsets: tuple[int, ...]

    @property
    def changes(self) -> Iterator[tuple[int, int, int]]:
        """Each change: its moment, and the offsets before and after."""
        return zip(self.since[1:], self.offsets, self.offsets[1:], strict=False)

    def shows(self, minute: int) -> int:
        """What it shows at a moment, as minutes since its own 1970."""
        return minute + self.offsets[bisect.bisect(self.since, minute) - 1]


def clock(zone: str, first: date, days: int) -> Clock:
    """The clock of a zone over so many days."""
    place = zoneinfo.ZoneInfo(zone)

    def offset(minute: int) -> int:
        found = (EPOCH + MINUTE * minute).astimezone(place).utcoffset()
        assert found is not None
        return found // MINUTE

    start = (datetime.combine(first, time(), UTC) - EPOCH) // MINUTE
    since, offsets = [start], [offset(start)]
    for midnight in range(start + DAY, start + (days + 1) * DAY, DAY):
        if offset(midnight) != offsets[-1]:
            minutes = range(midnight - DAY, midnight + 1)
            place_in = bisect.bisect(minutes, False, key=lambda m: offset(m) != offsets[-1])
            since.append(minutes[place_in])
            offsets.append(offset(midnight))
    return Clock(tuple(since), tuple(offsets))


def clocks(first: date, days: int, zones: Sequence[str] = ()) -> dict[Clock, str]:
    """Every clock there is, with one of the zones that go by it."""
    names = zones or sorted(zoneinfo.available_timezones())
    return {clock(name, first, days): name for name in names}


def hours(found: Clock) -> set[str]:
    """Times of day to publish at: ordinary ones, and those that its changes skip or repeat."""
    odd = set()
    for moment, before, after in found.changes:
        for minute in (min(before, after), (before + after) // 2, max(before, after) - 1):
            odd.add((moment + minute) % DAY)
    return {*HOURS, *(f"{minute // 60:02}:{minute % 60:02}" for minute in odd)}


def wakes(found: Clock, days: int, at: str) -> list[datetime]:
    """What the clock shows whenever something wakes us, in the order of time.

    Each day a minute before the hour, at it and after it; every twenty minutes for two days
    around each change, at its minute and just before.
    """
    hour = int(at[:2]) * 60 + int(at[3:])
    start, end = found.since[0], found.since[0] + days * DAY
    wanted: set[int] = set()
    for since, upto, offset in zip(
        found.since, (*found.since[1:], end), found.offsets, strict=True
    ):
        day = (since + offset) // DAY * DAY + hour - offset
        around = (
            day + n * DAY + step for n in range((upto - since) // DAY + 2) for step in (-1, 0, 1)
        )
        wanted.update(minute for minute in around if since <= minute < upto)
    for moment, _, _ in found.changes:
        wanted.update(range(moment - 2 * DAY, moment + 2 * DAY, STEP), (moment - 1,))
    return [
        NAIVE + MINUTE * found.shows(minute) for minute in sorted(wanted) if start <= minute < end
    ]


def walked(edition: Edition, walk: Sequence[datetime]) -> list[tuple[date, datetime]]:
    """Each date that is due, with the wake that finds it so, the ledger's rows being kept."""
    rows: list[DueRow] = []
    found = []
    for local in walk:
        for day in due.dates(edition, local, walk[0].date(), rows):
            found.append((day, local))
            rows = [*rows[-2:], DueRow(day.isoformat(), "issued")]
    return found


def expected(at: str, walk: Sequence[datetime]) -> list[tuple[date, datetime]]:
    """Each date with the first wake at which the clock shows its hour or later."""
    found = []
    moment = datetime.combine(walk[0].date(), time.fromisoformat(at))
    for local in walk:
        while local >= moment:
            found.append((moment.date(), local))
            moment += timedelta(days=1)
    return found


def check(found: Clock, zone: str, days: int, at: str) -> int:
    """Walks through all days; gives the number of dates, each due exactly once."""
    walk = wakes(found, days, at)
    dates = expected(at, walk)
    assert days - 1 <= len(dates) <= days + 2
    assert dates == walked(Edition(at=at), walk), (zone, at)
    return len(dates)


def said(own: int, dates: int, times: int) -> str:
    """The figures of a suite."""
    zones = len(zoneinfo.available_timezones())
    return (
        f"{zones} zones ({own} different clocks), {times} times of day:"
        f" {dates:,} days of a clock, each due exactly once"
    )


def test_every_zone_for_a_year(figure: Figure) -> None:
    """At a time of day that the zone's clock skips or repeats, where it ever does."""
    found = clocks(date(2026, 1, 1), 365)
    dates, times = 0, set()
    for one, zone in found.items():
        at = sorted(hours(one) - set(HOURS))[:1] or ["07:00"]
        times.add(at[0])
        dates += check(one, zone, 365, at[0])
    assert len(found) > 50
    figure(said(len(found), dates, len(times)))


@pytest.mark.parametrize(
    ("zone", "first"),
    [
        ("Pacific/Apia", date(2011, 12, 1)),  # left out 30 December altogether
        ("America/Santiago", date(2026, 1, 1)),  # its midnight does not exist once a year
        ("Africa/Casablanca", date(2026, 1, 1)),  # four changes a year
        ("Australia/Lord_Howe", date(2026, 1, 1)),  # by half an hour
        ("Asia/Pyongyang", date(2015, 8, 1)),  # by half an hour, for good
    ],
)
def test_the_strangest_zones_at_every_odd_time(zone: str, first: date) -> None:
    """Days without a midnight, days that never were, half hours."""
    found = clock(zone, first, 400)
    assert set(HOURS) < hours(found)
    for at in sorted(hours(found)):
        check(found, zone, 400, at)


@pytest.mark.soak
@pytest.mark.parametrize(("year", "days"), DECADES)
def test_every_zone_for_ten_years(figure: Figure, year: int, days: int) -> None:
    """At ordinary times of day and at every time that any of its changes skips or repeats."""
    first = date(year, 1, 1)
    assert date(year + 10, 1, 1) == first + timedelta(days=days)
    found = clocks(first, days)
    dates, times = 0, set()
    for one, zone in found.items():
        for at in sorted(hours(one)):
            times.add(at)
            dates += check(one, zone, days, at)
    figure(f"{year} to {year + 9}: {said(len(found), dates, len(times))}")
