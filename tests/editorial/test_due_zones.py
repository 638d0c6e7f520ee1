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
STEP = 20  # minutes between two runs near a change of the clock
DECADES = ((2008, 3653), (2026, 3652))  # past changes, and those decided for the future
HOURS = ("00:00", "07:00", "12:34", "23:59")
Figure = Callable[[str], None]


class Clock(NamedTuple):
    """A zone's offsets from UTC over some days: minutes since 1970 from which each holds."""

    since: tuple[int, ...]
    offsets: tuple[int, ...]

    @property
    def changes(self) -> Iterator[tuple[int, int, int]]:
        """Yield each change: its moment, and the offsets before and after."""
        return zip(self.since[1:], self.offsets, self.offsets[1:], strict=False)

    def shows(self, minute: int) -> int:
        """Return what the clock shows at a moment, as minutes since its own 1970."""
        return minute + self.offsets[bisect.bisect(self.since, minute) - 1]


def clock(zone: str, first: date, days: int) -> Clock:
    """Return the clock of a zone over so many days."""
    zone_info = zoneinfo.ZoneInfo(zone)

    def offset(minute: int) -> int:
        utc_offset = (EPOCH + MINUTE * minute).astimezone(zone_info).utcoffset()
        assert utc_offset is not None
        return utc_offset // MINUTE

    start = (datetime.combine(first, time(), UTC) - EPOCH) // MINUTE
    since, offsets = [start], [offset(start)]
    for midnight in range(start + DAY, start + (days + 1) * DAY, DAY):
        if offset(midnight) != offsets[-1]:
            minutes = range(midnight - DAY, midnight + 1)
            index = bisect.bisect(minutes, False, key=lambda m: offset(m) != offsets[-1])
            since.append(minutes[index])
            offsets.append(offset(midnight))
    return Clock(tuple(since), tuple(offsets))


def clocks(first: date, days: int, zones: Sequence[str] = ()) -> dict[Clock, str]:
    """Return every clock there is, with one of the zones that use it."""
    names = zones or sorted(zoneinfo.available_timezones())
    return {clock(name, first, days): name for name in names}


def hours(zone_clock: Clock) -> set[str]:
    """Return times of day: ordinary ones, and those that the clock's changes skip or repeat."""
    odd = set()
    for moment, before, after in zone_clock.changes:
        for minute in (min(before, after), (before + after) // 2, max(before, after) - 1):
            odd.add((moment + minute) % DAY)
    return {*HOURS, *(f"{minute // 60:02}:{minute % 60:02}" for minute in odd)}


def run_times(zone_clock: Clock, days: int, at: str) -> list[datetime]:
    """Return what the clock shows at each run, in the order of time.

    There are runs on each day a minute before the hour, at it and a minute after; and every
    twenty minutes for two days around each change, at its minute and just before.
    """
    hour = int(at[:2]) * 60 + int(at[3:])
    start, end = zone_clock.since[0], zone_clock.since[0] + days * DAY
    runs: set[int] = set()
    for since, upto, offset in zip(
        zone_clock.since, (*zone_clock.since[1:], end), zone_clock.offsets, strict=True
    ):
        day = (since + offset) // DAY * DAY + hour - offset
        around = (
            day + n * DAY + step for n in range((upto - since) // DAY + 2) for step in (-1, 0, 1)
        )
        runs.update(minute for minute in around if since <= minute < upto)
    for moment, _, _ in zone_clock.changes:
        runs.update(range(moment - 2 * DAY, moment + 2 * DAY, STEP), (moment - 1,))
    return [
        NAIVE + MINUTE * zone_clock.shows(minute)
        for minute in sorted(runs)
        if start <= minute < end
    ]


def actual(edition: Edition, times: Sequence[datetime]) -> list[tuple[date, datetime]]:
    """Return each date that is due, with the first run that finds it; issued dates get a row."""
    rows: list[DueRow] = []
    dates = []
    for local in times:
        for day in due.pending_dates(edition, local, times[0].date(), rows):
            dates.append((day, local))
            rows = [*rows[-2:], DueRow(day.isoformat(), "issued")]
    return dates


def expected(at: str, times: Sequence[datetime]) -> list[tuple[date, datetime]]:
    """Return each date with the first run at which the clock shows its hour or later."""
    dates = []
    moment = datetime.combine(times[0].date(), time.fromisoformat(at))
    for local in times:
        while local >= moment:
            dates.append((moment.date(), local))
            moment += timedelta(days=1)
    return dates


def check(zone_clock: Clock, zone: str, days: int, at: str) -> int:
    """Check that each date is due exactly once, and return the number of dates."""
    times = run_times(zone_clock, days, at)
    dates = expected(at, times)
    assert days - 1 <= len(dates) <= days + 2
    assert dates == actual(Edition(at=at), times), (zone, at)
    return len(dates)


def figures(different: int, dates: int, times: int) -> str:
    """Return the figures of a suite in words."""
    zones = len(zoneinfo.available_timezones())
    return (
        f"{zones} zones ({different} different clocks), {times} times of day:"
        f" {dates:,} days of a clock, each due exactly once"
    )


def test_each_date_is_due_once_in_every_zone(figure: Figure) -> None:
    """For a year, at a time of day that the zone's clock skips or repeats, if it ever does."""
    all_clocks = clocks(date(2026, 1, 1), 365)
    dates, times = 0, set()
    for zone_clock, zone in all_clocks.items():
        at = sorted(hours(zone_clock) - set(HOURS))[:1] or ["07:00"]
        times.add(at[0])
        dates += check(zone_clock, zone, 365, at[0])
    assert len(all_clocks) > 50
    figure(figures(len(all_clocks), dates, len(times)))


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
def test_each_date_is_due_once_in_the_strangest_zones(zone: str, first: date) -> None:
    """They have days without a midnight, days that never were, and changes by half an hour."""
    zone_clock = clock(zone, first, 400)
    assert set(HOURS) < hours(zone_clock)
    for at in sorted(hours(zone_clock)):
        check(zone_clock, zone, 400, at)


@pytest.mark.soak
@pytest.mark.long
@pytest.mark.parametrize(("year", "days"), DECADES)
def test_each_date_is_due_once_for_ten_years(figure: Figure, year: int, days: int) -> None:
    """In every zone, at ordinary times of day and at every time its changes skip or repeat."""
    first = date(year, 1, 1)
    assert date(year + 10, 1, 1) == first + timedelta(days=days)
    all_clocks = clocks(first, days)
    dates, times = 0, set()
    for zone_clock, zone in all_clocks.items():
        for at in sorted(hours(zone_clock)):
            times.add(at)
            dates += check(zone_clock, zone, days, at)
    figure(f"{year} to {year + 9}: {figures(len(all_clocks), dates, len(times))}")
