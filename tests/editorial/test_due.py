"""The schedule: every period, missed and empty days, and clocks that were wrong."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

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
    """Return a moment of a day."""
    return datetime.combine(day, time.fromisoformat(clock), tzinfo=UTC)


def days(*numbers: int) -> tuple[date, ...]:
    """Return days of November 2026."""
    return tuple(date(2026, 11, number) for number in numbers)


def day(number: int) -> str:
    """Return a day of November 2026 as rows and papers have it."""
    return f"2026-11-{number:02}"


@pytest.mark.parametrize(
    ("clock", "expected"), [("06:59", ()), ("07:00", days(20)), ("23:59", days(20))]
)
def test_a_date_is_due_from_its_hour_on(clock: str, expected: tuple[date, ...]) -> None:
    """One minute before the hour nothing is due; from the hour on, the date is."""
    rows = [DueRow(day(19), "issued")]
    assert expected == due.pending_dates(DAILY, at(clock), FIRST, rows)


def test_an_issued_date_is_not_due_again() -> None:
    """Further runs of the day find nothing due."""
    assert () == due.pending_dates(DAILY, at("07:01"), FIRST, [DueRow(day(20), "issued")])


@pytest.mark.parametrize("state", ["issued", "caught up", "missed", "empty"])
def test_a_past_date_with_a_row_is_settled(state: str) -> None:
    """Only today is due."""
    assert days(20) == due.pending_dates(DAILY, at("07:01"), FIRST, [DueRow(day(19), state)])


@pytest.mark.parametrize("state", ["caught up", "missed", "empty"])
def test_a_row_of_today_settles_nothing_unless_it_is_an_issue(state: str) -> None:
    """Its day is not over, so only a clock that was ahead can have written it."""
    rows = [DueRow(day(19), "issued"), DueRow(day(20), state)]
    assert days(20) == due.pending_dates(DAILY, at("07:01"), FIRST, rows)


@pytest.mark.parametrize("state", ["issued", "caught up", "missed", "empty", "open"])
def test_rows_in_the_future_are_ignored(state: str) -> None:
    """A flat battery once set the year to 2036; the days until then are due all the same."""
    rows = [DueRow(day(19), "issued"), DueRow("2036-01-01", state)]
    assert days(20) == due.pending_dates(DAILY, at("07:01"), FIRST, rows)
    assert () == due.pending_dates(DAILY, at("06:59"), FIRST, rows)


def test_a_clock_behind_the_first_paper_makes_nothing_due() -> None:
    """A machine that starts in 1970 publishes no issue of that year."""
    assert () == due.pending_dates(
        DAILY, at("07:01", date(1970, 1, 1)), FIRST, [DueRow(day(19), "issued")]
    )


def test_a_date_left_open_stays_due_until_midnight() -> None:
    """Papers that come before the day is over are issued; after that the date is empty."""
    rows = [DueRow(day(19), "issued"), DueRow(day(20), "open")]
    assert days(20) == due.pending_dates(DAILY, at("23:59"), FIRST, rows)
    assert () == due.expired_dates(rows, TODAY)
    tomorrow = TODAY + timedelta(days=1)
    assert () == due.pending_dates(DAILY, at("00:10", tomorrow), FIRST, rows)
    assert (day(20),) == due.expired_dates(rows, tomorrow)


def test_nothing_is_due_before_the_first_paper() -> None:
    """A folder without dumps for weeks has missed no date."""
    assert () == due.pending_dates(DAILY, at("07:00"), None, [])


def test_no_date_before_the_first_paper_is_due() -> None:
    """The first date is the day of the run that took the paper in."""
    assert days(18, 19, 20) == due.pending_dates(DAILY, at("07:00"), date(2026, 11, 18), [])


def test_all_dates_since_the_newest_row_are_due() -> None:
    """Today is one of them from its hour on."""
    rows = [DueRow(day(16), "issued")]
    assert days(17, 18, 19, 20) == due.pending_dates(DAILY, at("07:00"), FIRST, rows)
    assert days(17, 18, 19) == due.pending_dates(DAILY, at("06:59"), FIRST, rows)


def test_a_daily_edition_is_due_on_its_weekdays_only() -> None:
    """An edition of working days does not miss a Saturday or Sunday."""
    working = Edition(days=("mon", "tue", "wed", "thu", "fri"))
    dates = due.pending_dates(
        working, at("08:00", date(2026, 11, 24)), FIRST, [DueRow(day(19), "issued")]
    )
    assert days(20, 23, 24) == dates


def test_a_weekly_edition_is_due_on_the_first_of_its_days() -> None:
    """Its other days have no effect."""
    weekly = Edition(period="week", days=("sun", "mon"))
    assert days(8, 15) == due.pending_dates(weekly, at("08:00"), FIRST, [])


@pytest.mark.parametrize(("period", "first"), [("week", 16), ("month", 1)])
def test_an_edition_that_looks_back_is_not_due_on_its_first_day(period: Any, first: int) -> None:
    """No paper of it is older. A daily edition is due at once."""
    begun, morning = date(2026, 11, first), at("08:00", date(2026, 11, first))
    assert () == due.pending_dates(Edition(period=period), morning, begun, [])
    assert (begun,) == due.pending_dates(DAILY, morning, begun, [])


def test_a_monthly_edition_is_due_on_the_first() -> None:
    """Its weekdays have no effect."""
    monthly = Edition(period="month", days=("mon",))
    dates = due.pending_dates(monthly, at("08:00", date(2027, 1, 5)), FIRST, [])
    assert (date(2026, 12, 1), date(2027, 1, 1)) == dates


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
    """It is a wall-clock moment, never now itself."""
    assert expected == due.next_due(edition, at(now)).isoformat(" ", "minutes")


def test_papers_make_the_date_issued() -> None:
    """The issue takes all of them, whatever their page dates."""
    expected = DueDate(date=day(20), state="issued", papers=(0, 1, 2), makes_issue=True)
    assert (expected,) == due.assign_papers(DAILY, days(20), TODAY, [day(20), None, day(3)])


def test_without_papers_the_date_is_left_open() -> None:
    """Papers may still come today."""
    assert (DueDate(date=day(20), state="open"),) == due.assign_papers(DAILY, days(20), TODAY, [])


def test_a_note_is_issued_if_the_edition_wants_one() -> None:
    """It is an issue without papers, and settles the date."""
    expected = DueDate(date=day(20), state="issued", makes_issue=True)
    assert (expected,) == due.assign_papers(Edition(when_empty="note"), days(20), TODAY, [])


def test_missed_dates_are_caught_up_by_one_issue() -> None:
    """The newest date takes all papers, and the others name it."""
    decisions = due.assign_papers(DAILY, days(18, 19, 20), TODAY, [day(18), None])
    assert (
        DueDate(date=day(18), state="caught up", by_date=day(20)),
        DueDate(date=day(19), state="caught up", by_date=day(20)),
        DueDate(date=day(20), state="issued", papers=(0, 1), makes_issue=True),
    ) == decisions


def test_before_todays_hour_the_newest_missed_date_is_issued() -> None:
    """A run at night catches up yesterday, and leaves today to its hour."""
    decisions = due.assign_papers(DAILY, days(18, 19), TODAY, [day(18)])
    assert ["caught up", "issued"] == [decision.state for decision in decisions]


def test_missed_dates_without_papers_stay_missed() -> None:
    """There is nothing to catch up, and today stays open."""
    decisions = due.assign_papers(DAILY, days(18, 19, 20), TODAY, [])
    assert ["missed", "missed", "open"] == [decision.state for decision in decisions]


def test_a_note_is_for_today_only() -> None:
    """Nobody wants ten notes about ten days without papers."""
    decisions = due.assign_papers(Edition(when_empty="note"), days(18, 19), TODAY, [])
    assert ["missed", "missed"] == [decision.state for decision in decisions]


def test_each_missed_date_takes_its_own_papers() -> None:
    """A candidate goes to the first missed date that may hold it.

    Candidates of no missed date go to the newest; a date without any is missed.
    """
    earliest = [day(20), day(18), None, day(17), day(25)]
    assert (
        DueDate(date=day(17), state="issued", papers=(3,), makes_issue=True),
        DueDate(date=day(18), state="issued", papers=(1,), makes_issue=True),
        DueDate(date=day(19), state="missed"),
        DueDate(date=day(20), state="issued", papers=(0, 2, 4), makes_issue=True),
    ) == due.assign_papers(DATED, days(17, 18, 19, 20), TODAY, earliest)


def test_dates_older_than_catch_up_days_are_missed() -> None:
    """A date seven days ago is caught up, and takes the papers of one eight days ago."""
    decisions = due.assign_papers(DATED, days(12, 13, 20), TODAY, [day(12), day(20)])
    assert (
        DueDate(date=day(12), state="missed"),
        DueDate(date=day(13), state="issued", papers=(0,), makes_issue=True),
        DueDate(date=day(20), state="issued", papers=(1,), makes_issue=True),
    ) == decisions


def test_papers_wait_if_no_date_takes_them() -> None:
    """A monthly edition that first runs two weeks after the 1st misses it; the next has all."""
    decisions = due.assign_papers(Edition(period="month"), days(1), TODAY, [day(1), None])
    assert (DueDate(date=day(1), state="missed"),) == decisions


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
    """Each due date gets one decision, and each paper is taken once.

    All papers wait if no date is recent enough to take them.
    """
    decisions = due.assign_papers(edition, days(*due_days), TODAY, page_dates)
    assert [day(number) for number in due_days] == [decision.date for decision in decisions]
    papers = sorted(number for decision in decisions for number in decision.papers)
    any_recent = any(20 - number <= edition.catch_up_days for number in due_days)
    assert (list(range(len(page_dates))) if any_recent else []) == papers
    assert all(decision.makes_issue for decision in decisions if decision.papers)


@given(edition=EDITIONS, hours_of_runs=st.lists(st.integers(1, 30 * 24), min_size=1, unique=True))
def test_every_scheduled_date_gets_one_final_row(
    edition: Edition, hours_of_runs: list[int]
) -> None:
    """However rare runs are, dates are settled in order, each once."""
    rows: dict[str, str] = {}
    for hours in sorted(hours_of_runs):
        local = at("00:00", FIRST) + timedelta(hours=hours)
        stored = [DueRow(name, state) for name, state in sorted(rows.items())]
        rows |= dict.fromkeys(due.expired_dates(stored, local.date()), "empty")
        for decision in due.assign_papers(
            edition,
            due.pending_dates(edition, local, FIRST, stored),
            local.date(),
            [None] * (hours % 2),
        ):
            assert rows.get(decision.date, "open") == "open"
            rows[decision.date] = decision.state
    last = at("00:00", FIRST) + timedelta(hours=max(hours_of_runs))
    expected = [
        day_of_month.isoformat()
        for day_of_month in (FIRST + timedelta(days=n) for n in range(31))
        if due.is_scheduled(edition, day_of_month)
        and (edition.period == "day" or day_of_month > FIRST)
        and datetime.combine(day_of_month, due.due_time(edition), tzinfo=UTC) <= last
    ]
    assert expected == sorted(rows)


@pytest.mark.parametrize("edition", [DAILY, Edition(period="week"), Edition(period="month")])
def test_a_pause_of_thousands_of_years_costs_ten(edition: Edition) -> None:
    """The first date is kept, because a period is named by it; then come the last ten years."""
    found = due.pending_dates(edition, at("23:59", date(9999, 12, 31)), FIRST, [])
    assert len(found) < 3700
    assert due.is_scheduled(edition, found[0])
    assert date(9989, 12, 20) < found[1] < date(9990, 2, 1)
    assert date(9999, 12, 1) <= found[-1]
    assert sorted(set(found)) == list(found)


def test_a_pause_of_ten_years_leaves_out_no_date() -> None:
    """Only a longer one is the fault of a clock."""
    last = FIRST + timedelta(days=3660)
    found = due.pending_dates(DAILY, at("23:59", last), FIRST, [])
    assert [FIRST + timedelta(days=number) for number in range(3661)] == list(found)


@pytest.mark.parametrize("clock", ["00:00", "23:59"])
def test_the_last_day_of_the_calendar_has_no_next(clock: str) -> None:
    """No date can be after it, and an issued date of that day settles all."""
    last = date.max
    assert date.max == due.next_due(DAILY, at(clock, last)).date()
    assert () == due.pending_dates(DAILY, at(clock, last), FIRST, [DueRow("9999-12-31", "issued")])
