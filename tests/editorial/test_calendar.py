"""The names of periods and days, and the period that an issue covers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import calendar


@pytest.mark.parametrize(
    ("expected", "first", "last"),
    [
        ("Week of 16 November 2026", "2026-11-16", "2026-11-22"),
        ("Week of 28 December 2026", "2026-12-28", "2027-01-03"),
        ("November 2026", "2026-11-01", "2026-11-30"),
        ("February 2028", "2028-02-01", "2028-02-29"),
        ("October to November 2026", "2026-10-01", "2026-11-30"),
        ("December 2026 to January 2027", "2026-12-01", "2027-01-31"),
        ("9 to 22 November 2026", "2026-11-09", "2026-11-22"),
        ("26 October to 8 November 2026", "2026-10-26", "2026-11-08"),
        ("21 December 2026 to 3 January 2027", "2026-12-21", "2027-01-03"),
        ("Sunday 22 November 2026", "2026-11-22", "2026-11-22"),
    ],
)
def test_a_period_has_a_name(expected: str, first: str, last: str) -> None:
    """A week and a month have their own, others are named by both ends; no word comes twice."""
    assert expected == calendar.period_name(first, last)


@pytest.mark.parametrize(
    ("expected", "interval"),
    [
        ("Week of 16 November 2026", "2026-11-16/2026-11-22"),
        ("Since 19 November 2026", "2026-11-19/.."),
        ("Since 16 November 2026", "2026-11-16/.."),
    ],
)
def test_an_incomplete_period_is_named_by_its_first_day(expected: str, interval: str) -> None:
    """Its interval has no end."""
    assert expected == calendar.interval_name(interval)


def test_a_day_of_a_week_is_named_by_its_weekday() -> None:
    """A day outside the week, or within a longer period, is named by its date."""
    week, month = ("2026-11-16", "2026-11-22"), ("2026-11-01", "2026-11-30")
    assert "Tuesday" == calendar.day_name("2026-11-17", *week)
    assert "23 November" == calendar.day_name("2026-11-23", *week)
    assert "17 November" == calendar.day_name("2026-11-17", *month)


@pytest.mark.parametrize(
    ("expected", "period", "due", "settled", "caught_up"),
    [
        (("2026-11-16", "2026-11-22"), "week", "2026-11-23", "2026-11-16", None),
        (("2026-11-16", "2026-11-22"), "week", "2026-11-23", None, None),
        (("2026-11-02", "2026-11-22"), "week", "2026-11-23", "2026-11-02", "2026-11-09"),
        (("2026-11-02", "2026-11-22"), "week", "2026-11-23", None, "2026-11-09"),
        (("2026-11-01", "2026-11-30"), "month", "2026-12-01", None, None),
        (("2026-02-01", "2026-02-28"), "month", "2026-03-01", "2026-02-01", None),
        (("2026-12-01", "2026-12-31"), "month", "2027-01-01", None, None),
    ],
)
def test_an_issue_covers_the_days_since_the_last_settled_date(
    expected: tuple[str, str], period: str, due: str, settled: str | None, caught_up: str | None
) -> None:
    """Before any date was settled, it covers the period before; dates it catches up extend it."""
    assert expected == calendar.period_covered(period, due, settled, caught_up)


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(0, 400))
def test_a_period_has_each_of_its_days_once(first: date, length: int) -> None:
    """Both ends are included, and the days are in order."""
    last = first + timedelta(days=length)
    days = calendar.days_between(first.isoformat(), last.isoformat())
    assert (length + 1, first.isoformat(), last.isoformat()) == (len(days), days[0], days[-1])
    assert sorted(set(days)) == list(days)
