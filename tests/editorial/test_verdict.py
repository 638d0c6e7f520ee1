"""One word for what a run, or an issue, amounts to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from digest.editorial import verdict
from digest.editorial.verdict import Circumstances
from digest.model.issues import VERDICTS, Accounting
from digest.model.settings import Inbox

EVERYTHING = {"short": True, "unreadable": 1, "rest_day": True, "overdue": True}


@pytest.mark.parametrize(
    ("expected", "sums", "issues", "circumstances"),
    [
        ("partial", {"dumps": 1, "entries": 2, "new": 2}, 1, EVERYTHING),
        ("new", {"dumps": 1, "entries": 1, "new": 1}, 0, EVERYTHING | {"short": False}),
        ("new", {}, 1, EVERYTHING | {"short": False}),
        ("unreadable", {}, 0, EVERYTHING | {"short": False}),
        (
            "revised",
            {"dumps": 1, "entries": 1, "changed": 1},
            0,
            {"unreadable": 1, "rest_day": True, "overdue": True},
        ),
        ("weekend", {}, 0, {"rest_day": True, "overdue": True}),
        ("weekend", {"dumps": 1, "entries": 3, "known": 3}, 0, {"rest_day": True}),
        ("no-input", {}, 0, {"overdue": True}),
        ("stale", {"dumps": 1, "entries": 3, "known": 3}, 0, {}),
        ("stale", {"dumps": 1}, 0, {"unreadable": 1}),
        ("quiet", {}, 0, {}),
    ],
)
def test_the_first_that_holds(
    expected: str, sums: dict[str, int], issues: int, circumstances: dict[str, Any]
) -> None:
    """In the order of the design; each word says which kind of day it was."""
    assert expected == verdict.of_run(Accounting(**sums), issues, Circumstances(**circumstances))


def test_every_verdict_can_be_given() -> None:
    """No word of the list is left without a day, and none is given that is not in it."""
    short = Circumstances(short=True)
    given = {
        verdict.of_run(Accounting(dumps=dumps, new=new, changed=changed), 0, circumstances)
        for dumps in (0, 1)
        for new in (0, 1)
        for changed in (0, 1)
        for circumstances in (
            short, Circumstances(), Circumstances(unreadable=1), Circumstances(rest_day=True),
            Circumstances(overdue=True),
        )
    }  # fmt: skip
    assert set(VERDICTS) == given


@pytest.mark.parametrize(
    ("entries", "stated", "habit", "expected"),
    [
        (9, 30, (), True),
        (10, 30, (), False),
        (5, None, (30, 30, 30, 30, 30), True),
        (12, None, (30, 30, 30, 30, 30), False),
        (5, None, (30, 30, 30, 30), False),
        (0, None, (), False),
        (0, 30, (), False),
        (0, None, (30, 30, 30, 30, 30), False),
        (12, None, (1, 30, 30, 30, 500), False),
    ],
)
def test_falling_short(
    entries: int, stated: int | None, habit: tuple[int, ...], expected: bool
) -> None:
    """Less than a third of what the page states, or of its source's median of five or more.

    A dump that is empty falls short of nothing.
    """
    assert expected is verdict.falls_short(entries, stated, habit)


def pages(*weekdays: int, weeks: int = 8, before: date) -> set[str]:
    """Pages on these weekdays of the last weeks."""
    back = (before - timedelta(days=n) for n in range(1, weeks * 7 + 1))
    return {day.isoformat() for day in back if day.weekday() in weekdays}


SATURDAY = date(2026, 11, 21)


def test_a_weekday_kept_free_is_a_day_of_rest() -> None:
    """A source that brings pages from Monday to Friday rests on Saturday, not on Friday."""
    working = pages(0, 1, 2, 3, 4, before=SATURDAY)
    assert verdict.is_rest_day(SATURDAY, working, Inbox())
    assert not verdict.is_rest_day(SATURDAY - timedelta(days=1), working, Inbox())


def test_one_saturday_with_a_page_is_no_rest() -> None:
    """A source that works on some Saturdays may work on this one."""
    working = pages(0, 1, 2, 3, 4, before=SATURDAY) | {"2026-11-07"}
    assert not verdict.is_rest_day(SATURDAY, working, Inbox())


def test_a_young_source_has_no_day_of_rest() -> None:
    """Two weeks tell nothing."""
    assert not verdict.is_rest_day(
        SATURDAY, pages(0, 1, 2, 3, 4, weeks=2, before=SATURDAY), Inbox()
    )
    assert not verdict.is_rest_day(SATURDAY, set(), Inbox())


def test_what_the_operator_says_is_a_day_of_rest() -> None:
    """Configured weekdays and holidays need no history."""
    assert verdict.is_rest_day(SATURDAY, set(), Inbox(rest_days=("sat",)))
    assert verdict.is_rest_day(SATURDAY, set(), Inbox(holidays=("2026-11-21",)))
    assert not verdict.is_rest_day(SATURDAY, set(), Inbox(rest_days=("sun",)))


MONDAY = datetime(2026, 11, 23, 6, tzinfo=ZoneInfo("Europe/Berlin"))
FRIDAY = datetime(2026, 11, 20, 8, tzinfo=ZoneInfo("Europe/Berlin"))


def test_nothing_is_overdue_without_an_expectation_or_a_first_dump() -> None:
    """However long it takes."""
    assert not verdict.is_overdue(FRIDAY, MONDAY, set(), Inbox())
    assert not verdict.is_overdue(None, MONDAY, set(), Inbox(expect_every="1h"))


@pytest.mark.parametrize(
    ("expect_every", "inbox", "expected"),
    [
        ("69h", {}, True),
        ("70h", {}, False),
        ("21h", {"rest_days": ("sat", "sun")}, True),
        ("22h", {"rest_days": ("sat", "sun")}, False),
        ("46h", {"holidays": ("2026-11-21",)}, False),
        ("45h", {"holidays": ("2026-11-21",)}, True),
    ],
)
def test_overdue_counts_the_hours_of_working_days(
    expect_every: str, inbox: dict[str, tuple[str, ...]], expected: bool
) -> None:
    """From Friday 08:00 to Monday 06:00 there are 70 hours, 22 of them on working days."""
    found = msgspec.structs.replace(Inbox(expect_every=expect_every), **inbox)
    assert expected is verdict.is_overdue(FRIDAY, MONDAY, set(), found)


def test_learnt_days_of_rest_do_not_count_either() -> None:
    """A source that never works on weekends is not overdue on a Monday morning."""
    working = pages(0, 1, 2, 3, 4, before=SATURDAY)
    assert not verdict.is_overdue(FRIDAY, MONDAY, working, Inbox(expect_every="24h"))
    assert verdict.is_overdue(FRIDAY, MONDAY, set(), Inbox(expect_every="24h"))


def test_an_hour_that_the_clock_skips_is_no_waiting() -> None:
    """In the night of 29 March 2026 the hour from two to three did not exist in Berlin."""
    zone = ZoneInfo("Europe/Berlin")
    before, after = datetime(2026, 3, 29, 1, tzinfo=zone), datetime(2026, 3, 29, 4, tzinfo=zone)
    assert verdict.is_overdue(before, after, set(), Inbox(expect_every="1h"))
    assert not verdict.is_overdue(before, after, set(), Inbox(expect_every="2h"))
