"""The verdict of a run or an issue, rest days, and missing input."""

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

EVERYTHING = {"incomplete": True, "unreadable": 1, "rest_day": True, "overdue": True}


@pytest.mark.parametrize(
    ("expected", "sums", "issues", "circumstances"),
    [
        ("partial", {"dumps": 1, "entries": 2, "new": 2}, 1, EVERYTHING),
        ("new", {"dumps": 1, "entries": 1, "new": 1}, 0, EVERYTHING | {"incomplete": False}),
        ("new", {}, 1, EVERYTHING | {"incomplete": False}),
        ("unreadable", {}, 0, EVERYTHING | {"incomplete": False}),
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
def test_the_first_case_that_holds_is_the_verdict(
    expected: str, sums: dict[str, int], issues: int, circumstances: dict[str, Any]
) -> None:
    """The other circumstances do not matter then."""
    assert expected == verdict.decide_verdict(
        Accounting(**sums), issues, Circumstances(**circumstances)
    )


def test_the_verdicts_are_those_of_the_list() -> None:
    """Each word of the list is a possible verdict, and there is no other."""
    short = Circumstances(incomplete=True)
    possible = {
        verdict.decide_verdict(Accounting(dumps=dumps, new=new, changed=changed), 0, circumstances)
        for dumps in (0, 1)
        for new in (0, 1)
        for changed in (0, 1)
        for circumstances in (
            short, Circumstances(), Circumstances(unreadable=1), Circumstances(rest_day=True),
            Circumstances(overdue=True),
        )
    }  # fmt: skip
    assert set(VERDICTS) == possible


def pages(*weekdays: int, weeks: int = 8, before: date) -> set[str]:
    """Return page dates on these weekdays of the last weeks."""
    days = (before - timedelta(days=n) for n in range(1, weeks * 7 + 1))
    return {day.isoformat() for day in days if day.weekday() in weekdays}


SATURDAY = date(2026, 11, 21)


def test_a_weekday_without_pages_is_a_rest_day() -> None:
    """Of a source with pages from Monday to Friday that is Saturday, and not Friday."""
    working = pages(0, 1, 2, 3, 4, before=SATURDAY)
    assert verdict.is_rest_day(SATURDAY, working, Inbox())
    assert not verdict.is_rest_day(SATURDAY - timedelta(days=1), working, Inbox())


def test_a_weekday_with_one_page_is_no_rest_day() -> None:
    """There may be another page on this one."""
    working = pages(0, 1, 2, 3, 4, before=SATURDAY) | {"2026-11-07"}
    assert not verdict.is_rest_day(SATURDAY, working, Inbox())


def test_a_young_source_has_no_rest_days() -> None:
    """Three weeks are too few to learn them from, four are enough."""
    for weeks, expected in ((3, False), (4, True)):
        working = pages(0, 1, 2, 3, 4, weeks=weeks, before=SATURDAY)
        assert expected is verdict.is_rest_day(SATURDAY, working, Inbox())
    assert not verdict.is_rest_day(SATURDAY, set(), Inbox())


def test_a_day_is_a_rest_day_if_a_source_says_so() -> None:
    """Not if another source has had a page on that weekday."""
    said = {SATURDAY.isoformat()}
    assert verdict.is_rest_day(SATURDAY, set(), Inbox(), said)
    assert not verdict.is_rest_day(SATURDAY + timedelta(days=1), set(), Inbox(), said)
    assert not verdict.is_rest_day(SATURDAY, pages(5, before=SATURDAY), Inbox(), said)


def test_configured_days_are_rest_days() -> None:
    """Weekdays and holidays need no history."""
    assert verdict.is_rest_day(SATURDAY, set(), Inbox(rest_days=("sat",)))
    assert verdict.is_rest_day(SATURDAY, set(), Inbox(holidays=("2026-11-21",)))
    assert not verdict.is_rest_day(SATURDAY, set(), Inbox(rest_days=("sun",)))


MONDAY = datetime(2026, 11, 23, 6, tzinfo=ZoneInfo("Europe/Berlin"))
FRIDAY = "2026-11-20T08:00:00+01:00"


def test_nothing_is_overdue_without_an_expectation_or_a_first_dump() -> None:
    """However long ago the last dump came."""
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
def test_rest_days_do_not_count_as_waiting(
    expect_every: str, inbox: dict[str, tuple[str, ...]], expected: bool
) -> None:
    """From Friday 08:00 to Monday 06:00 there are 70 hours, 22 of them on working days."""
    configured = msgspec.structs.replace(Inbox(expect_every=expect_every), **inbox)
    assert expected is verdict.is_overdue(FRIDAY, MONDAY, set(), configured)


def test_learnt_rest_days_do_not_count_as_waiting() -> None:
    """A source without pages on weekends is not overdue on a Monday morning."""
    working = pages(0, 1, 2, 3, 4, before=SATURDAY)
    assert not verdict.is_overdue(FRIDAY, MONDAY, working, Inbox(expect_every="24h"))
    assert verdict.is_overdue(FRIDAY, MONDAY, set(), Inbox(expect_every="24h"))


def test_an_hour_that_the_clock_skips_does_not_count_as_waiting() -> None:
    """In Berlin the hour from two to three did not exist on 29 March 2026."""
    zone = ZoneInfo("Europe/Berlin")
    before, after = "2026-03-29T01:00:00+01:00", datetime(2026, 3, 29, 4, tzinfo=zone)
    assert verdict.is_overdue(before, after, set(), Inbox(expect_every="1h"))
    assert not verdict.is_overdue(before, after, set(), Inbox(expect_every="2h"))
