"""The habits of sources: dumps with too few entries, and sources that are late."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from digest.editorial import sources
from digest.editorial.sources import Punctuality

NOW = datetime(2026, 11, 22, 8, tzinfo=UTC)
HOUR = 3600


def hours_ago(*hours: int) -> list[str]:
    """Return the moments so many hours before now."""
    return [(NOW - timedelta(hours=ago)).isoformat() for ago in hours]


@pytest.mark.parametrize(
    ("entries", "stated", "earlier", "expected"),
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
def test_a_dump_falls_short_with_less_than_a_third(
    entries: int, stated: int | None, earlier: tuple[int, ...], expected: bool
) -> None:
    """A third of what the page states, or of the source's median, if it has five dumps or more.

    An empty dump does not fall short.
    """
    assert expected is sources.falls_short(entries, stated, earlier)


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
