"""What is due: every period, missed and empty days, clocks that were wrong, nothing dropped."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import due
from digest.model.due_dates import DueDate, DueRow
from digest.model.settings import WEEKDAYS, Edition

DAILY = Edition()
DATED = Edition(catch_up="dated")
TODAY = date(2026, 11, 20)  # a Friday
FIRST = date(2026, 11, 2)


def at(clock: str, day: date = TODAY) -> datetime:
    """A moment of a day."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=UTC)


def days(*numbers: int) -> tuple[date, ...]:
    """Days of November 2026."""
    return tuple(date(2026, 11, number) for number in numbers)


def day(number: int) -> str:
    """One of them, as rows and papers have it."""
    return f"2026-11-{number:02}"


@pytest.mark.parametrize(
    ("clock", "expected"), [("06:59", ()), ("07:00", days(20)), ("23:59", days(20))]
)
def test_a_date_is_due_from_its_hour_on(clock: str, expected: tuple[date, ...]) -> None:
    """One minute before nothing, at the hour and later that date."""
    rows = [DueRow(day(19), "issued")]
    assert expected == due.dates(DAILY, at(clock), FIRST, rows)


def test_an_issued_date_is_done() -> None:
    """Whatever wakes us again, and however late."""
    assert () == due.dates(DAILY, at("07:01"), FIRST, [DueRow(day(20), "issued")])


@pytest.mark.parametrize("state", ["issued", "caught up", "missed", "empty"])
def test_a_date_with_a_row_is_done_once_it_has_passed(state: str) -> None:
    """What became of yesterday is not asked again."""
    assert days(20) == due.dates(DAILY, at("07:01"), FIRST, [DueRow(day(19), state)])


@pytest.mark.parametrize("state", ["caught up", "missed", "empty"])
def test_what_a_clock_that_was_ahead_wrote_of_today_is_not_believed(state: str) -> None:
    """Today was not over when it was written: only an issue stands."""
    rows = [DueRow(day(19), "issued"), DueRow(day(20), state)]
    assert days(20) == due.dates(DAILY, at("07:01"), FIRST, rows)


@pytest.mark.parametrize("state", ["issued", "caught up", "missed", "empty", "open"])
def test_rows_of_days_to_come_keep_nobody_waiting(state: str) -> None:
    """A battery was flat and the year was 2036: the days until then are due all the same."""
    rows = [DueRow(day(19), "issued"), DueRow("2036-01-01", state)]
    assert days(20) == due.dates(DAILY, at("07:01"), FIRST, rows)
    assert () == due.dates(DAILY, at("06:59"), FIRST, rows)


def test_a_clock_behind_the_first_paper_makes_nothing_due() -> None:
    """A machine that woke in 1970 publishes no issue of that year."""
    assert () == due.dates(DAILY, at("07:01", date(1970, 1, 1)), FIRST, [DueRow(day(19), "issued")])


def test_a_date_left_open_stays_due_until_midnight() -> None:
    """What comes before the day is over makes it issued; after that it is empty."""
    rows = [DueRow(day(19), "issued"), DueRow(day(20), "open")]
    assert days(20) == due.dates(DAILY, at("23:59"), FIRST, rows)
    assert () == due.overdue_open(rows, TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert () == due.dates(DAILY, at("00:10", tomorrow), FIRST, rows)
    assert (day(20),) == due.overdue_open(rows, tomorrow)


def test_nothing_is_due_before_the_first_paper() -> None:
    """A folder that waits for its first page for weeks has missed nothing."""
    assert () == due.dates(DAILY, at("07:00"), None, [])


def test_no_date_before_the_first_paper_is_due() -> None:
    """The day of the run that took it in is the first."""
    assert days(18, 19, 20) == due.dates(DAILY, at("07:00"), date(2026, 11, 18), [])


def test_dates_without_a_row_were_missed() -> None:
    """All of them since the newest row, today's only from its hour on."""
    rows = [DueRow(day(16), "issued")]
    assert days(17, 18, 19, 20) == due.dates(DAILY, at("07:00"), FIRST, rows)
    assert days(17, 18, 19) == due.dates(DAILY, at("06:59"), FIRST, rows)


def test_a_day_edition_keeps_to_its_weekdays() -> None:
    """Saturday and Sunday are not missed where only working days are asked for."""
    working = Edition(days=("mon", "tue", "wed", "thu", "fri"))
    found = due.dates(working, at("08:00", date(2026, 11, 24)), FIRST, [DueRow(day(19), "issued")])
    assert days(20, 23, 24) == found


def test_a_week_edition_is_due_on_the_first_of_its_days() -> None:
    """The others say nothing."""
    weekly = Edition(period="week", days=("sun", "mon"))
    assert days(8, 15) == due.dates(weekly, at("08:00"), FIRST, [])


def test_a_month_edition_is_due_on_the_first() -> None:
    """Whatever weekday that is."""
    monthly = Edition(period="month", days=("mon",))
    found = due.dates(monthly, at("08:00", date(2027, 1, 5)), FIRST, [])
    assert (date(2026, 12, 1), date(2027, 1, 1)) == found


@pytest.mark.parametrize(
    ("edition", "now", "expected"),
    [
        (DAILY, "06:59", "2026-11-20 07:00"),
        (DAILY, "07:00", "2026-11-21 07:00"),
        (Edition(at="23:30", days=("mon",)), "12:00", "2026-11-23 23:30"),
        (Edition(period="week", days=("fri", "mon")), "07:30", "2026-11-27 07:00"),
        (Edition(period="month"), "12:00", "2026-12-01 07:00"),
    ],
)
def test_next_due_is_after_now(edition: Edition, now: str, expected: str) -> None:
    """The wall-clock moment a person may wait for."""
    assert expected == due.next_due(edition, at(now)).isoformat(" ", "minutes")


def test_papers_make_the_date_issued() -> None:
    """All of them, whatever page date they have."""
    expected = DueDate(date=day(20), state="issued", papers=(0, 1, 2), makes_issue=True)
    assert (expected,) == due.assign(DAILY, days(20), TODAY, [day(20), None, day(3)])


def test_without_papers_the_date_is_left_open() -> None:
    """Something may still come today."""
    assert (DueDate(date=day(20), state="open"),) == due.assign(DAILY, days(20), TODAY, [])


def test_with_note_an_issue_says_that_there_is_nothing() -> None:
    """The note takes the date."""
    expected = DueDate(date=day(20), state="issued", makes_issue=True)
    assert (expected,) == due.assign(Edition(when_empty="note"), days(20), TODAY, [])


def test_catching_up_makes_one_issue() -> None:
    """The newest date takes everything, and the others say by which."""
    found = due.assign(DAILY, days(18, 19, 20), TODAY, [day(18), None])
    assert (
        DueDate(date=day(18), state="caught up", by_date=day(20)),
        DueDate(date=day(19), state="caught up", by_date=day(20)),
        DueDate(date=day(20), state="issued", papers=(0, 1), makes_issue=True),
    ) == found


def test_before_todays_hour_the_newest_missed_date_is_issued() -> None:
    """Waking at night catches up yesterday, and leaves today to its hour."""
    found = due.assign(DAILY, days(18, 19), TODAY, [day(18)])
    assert ["caught up", "issued"] == [duty.state for duty in found]


def test_missed_days_without_papers_are_missed() -> None:
    """There was nothing to catch up; today stays open."""
    found = due.assign(DAILY, days(18, 19, 20), TODAY, [])
    assert ["missed", "missed", "open"] == [duty.state for duty in found]


def test_a_note_is_for_today_only() -> None:
    """Nobody wants ten issues saying that ten days ago nothing came."""
    found = due.assign(Edition(when_empty="note"), days(18, 19), TODAY, [])
    assert ["missed", "missed"] == [duty.state for duty in found]


def test_dated_each_takes_its_own() -> None:
    """Candidates go to the first date not before their page; undated and later ones to the
    newest; a date that gets none is missed.
    """
    shown = [day(20), day(18), None, day(17), day(25)]
    assert (
        DueDate(date=day(17), state="issued", papers=(3,), makes_issue=True),
        DueDate(date=day(18), state="issued", papers=(1,), makes_issue=True),
        DueDate(date=day(19), state="missed"),
        DueDate(date=day(20), state="issued", papers=(0, 2, 4), makes_issue=True),
    ) == due.assign(DATED, days(17, 18, 19, 20), TODAY, shown)


def test_dates_older_than_catch_up_days_are_missed() -> None:
    """Seven days back is caught up, eight is not; their papers go to those that are."""
    found = due.assign(DATED, days(12, 13, 20), TODAY, [day(12), day(20)])
    assert (
        DueDate(date=day(12), state="missed"),
        DueDate(date=day(13), state="issued", papers=(0,), makes_issue=True),
        DueDate(date=day(20), state="issued", papers=(1,), makes_issue=True),
    ) == found


def test_papers_wait_when_no_date_takes_them() -> None:
    """A month edition asleep for two weeks after the 1st misses it; the next one has all."""
    found = due.assign(Edition(period="month"), days(1), TODAY, [day(1), None])
    assert (DueDate(date=day(1), state="missed"),) == found


EDITIONS = st.builds(
    Edition,
    period=st.sampled_from(("day", "week", "month")),
    days=st.lists(st.sampled_from(WEEKDAYS), min_size=1, unique=True).map(tuple),
    when_empty=st.sampled_from(("skip", "note")),
    catch_up=st.sampled_from(("one", "dated")),
    catch_up_days=st.integers(0, 10),
)
PAGE_DATES = st.lists(
    st.none() | st.dates(date(2026, 10, 20), date(2026, 11, 25)).map(date.isoformat), max_size=8
)


@given(
    edition=EDITIONS,
    due_days=st.lists(st.integers(1, 20), unique=True).map(sorted),
    page_dates=PAGE_DATES,
)
def test_no_candidate_is_dropped_or_doubled(
    edition: Edition, due_days: list[int], page_dates: list[str | None]
) -> None:
    """Each due date gets one duty; each paper is taken once, or waits where no date is
    young enough to take it.
    """
    found = due.assign(edition, days(*due_days), TODAY, page_dates)
    assert [day(number) for number in due_days] == [duty.date for duty in found]
    taken = sorted(number for duty in found for number in duty.papers)
    young = any(20 - number <= edition.catch_up_days for number in due_days)
    assert (list(range(len(page_dates))) if young else []) == taken
    assert all(duty.makes_issue for duty in found if duty.papers)


@given(edition=EDITIONS, wakes=st.lists(st.integers(1, 30 * 24), min_size=1, unique=True))
def test_every_scheduled_date_gets_one_final_row(edition: Edition, wakes: list[int]) -> None:
    """However rarely something wakes us, dates are settled in order, each once."""
    rows: dict[str, str] = {}
    for hours in sorted(wakes):
        local = at("00:00", FIRST) + timedelta(hours=hours)
        kept = [DueRow(name, state) for name, state in sorted(rows.items())]
        rows |= dict.fromkeys(due.overdue_open(kept, local.date()), "empty")
        for duty in due.assign(
            edition, due.dates(edition, local, FIRST, kept), local.date(), [None] * (hours % 2)
        ):
            assert rows.get(duty.date, "open") == "open"
            rows[duty.date] = duty.state
    last = at("00:00", FIRST) + timedelta(hours=max(wakes))
    expected = [
        one.isoformat()
        for one in (FIRST + timedelta(days=n) for n in range(31))
        if due.is_scheduled(edition, one)
        and datetime.combine(one, due.hour(edition), tzinfo=UTC) <= last
    ]
    assert expected == sorted(rows)
