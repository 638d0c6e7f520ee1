"""Dumps that lack papers, and sources that are late."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from digest.editorial import sources
from digest.editorial.sources import Punctuality
from digest.model.papers import Shortfall
from tests.support.builders import dump, sighting

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOUR = 3600
DAY = "2026-11-22"  # a Sunday


def hours_ago(*hours: int) -> list[str]:
    """Return the moments so many hours before now."""
    return [(NOW - timedelta(hours=ago)).isoformat() for ago in hours]


def days_before(day: str, count: int, entries: int, *, every: int = 7) -> dict[str, int]:
    """Return so many earlier days, a week apart, each with these entries."""
    newest = date.fromisoformat(day)
    return {
        (newest - timedelta(days=every * back)).isoformat(): entries for back in range(1, count + 1)
    }


@pytest.mark.parametrize(
    ("entries", "stated", "expected"),
    [(29, 30, Shortfall.EVIDENT), (30, 30, Shortfall.NONE), (0, 30, Shortfall.NONE)],
)
def test_a_stated_number_is_evidence(entries: int, stated: int, expected: Shortfall) -> None:
    """A dump with fewer lacks papers, but an empty page is complete."""
    page = dump(*[sighting(str(n)) for n in range(entries)], stated=stated)
    assert expected == sources.judge_completeness(page, DAY, {}).shortfall


def test_a_cut_file_is_evidence() -> None:
    """However many papers are left."""
    shortage = sources.judge_completeness(dump(sighting(), is_cut=True), DAY, {})
    assert Shortfall.EVIDENT == shortage.shortfall
    assert "ends inside a record" in shortage.reason


@pytest.mark.parametrize(
    ("entries", "earlier", "expected"),
    [
        (3, days_before(DAY, 8, 10), Shortfall.UNUSUAL),
        (4, days_before(DAY, 8, 10), Shortfall.NONE),
        (3, days_before(DAY, 7, 10), Shortfall.NONE),
        (3, days_before(DAY, 60, 10, every=1) | days_before(DAY, 8, 9), Shortfall.NONE),
        (3, days_before(DAY, 9, 10) | days_before(DAY, 1, 8), Shortfall.NONE),
        (1, days_before(DAY, 8, 9), Shortfall.NONE),
        (0, days_before(DAY, 8, 10), Shortfall.NONE),
        (3, days_before(DAY, 8, 10) | {DAY: 5}, Shortfall.NONE),
    ],
)
def test_habit_judges_by_the_days_of_a_weekday(
    entries: int, earlier: dict[str, int], expected: Shortfall
) -> None:
    """Below a third of the lowest of eight, and of what came on the day itself, is unusual."""
    page = dump(*[sighting(str(n)) for n in range(entries)])
    assert expected == sources.judge_completeness(page, DAY, earlier).shortfall


def test_the_reason_names_the_numbers() -> None:
    """The operator sees what was compared."""
    shortage = sources.judge_completeness(dump(sighting()), DAY, days_before(DAY, 8, 10))
    assert "it has 1; on each of 8 Sundays it had 10 or more" == shortage.reason


@pytest.mark.parametrize(("last", "late"), [(72, False), (73, True)])
def test_a_source_is_late_after_three_times_its_usual_gap(last: int, late: bool) -> None:
    """The usual gap is the median, so one long pause changes nothing."""
    moments = hours_ago(last, last + 24, last + 48, last + 500, last + 524)
    expected = Punctuality(last * HOUR, 24 * HOUR, late)
    assert expected == sources.punctuality(moments, NOW, None)


def test_a_source_with_four_dumps_has_no_habit() -> None:
    """It is not late, however long ago its last dump came."""
    moments = hours_ago(900, 901, 902, 903)
    assert Punctuality(900 * HOUR, None, late=False) == sources.punctuality(moments, NOW, None)


@pytest.mark.parametrize(("expected", "late"), [(2 * HOUR, False), (2 * HOUR - 1, True)])
def test_the_operators_own_limit_decides(expected: int, late: bool) -> None:
    """With or without a habit."""
    for moments in (hours_ago(2), hours_ago(2, 3, 4, 5, 6)):
        assert late is sources.punctuality(moments, NOW, expected).late


def test_a_dump_from_the_future_came_just_now() -> None:
    """A clock that was ahead makes no source late."""
    assert Punctuality(0, None, late=False) == sources.punctuality(hours_ago(-5), NOW, 1)
