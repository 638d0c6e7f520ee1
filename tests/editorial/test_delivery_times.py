"""When a delivery is tried again, when it is too late, and how many a day are sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import delivery_times

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
RETRY = ("5m", "30m", "2h")


def test_moments_are_spelled_in_utc() -> None:
    """So that texts sort as the moments do."""
    berlin = timezone(timedelta(hours=1))
    assert "2026-11-20T06:30:00+00:00" == delivery_times.spell(
        datetime(2026, 11, 20, 7, 30, tzinfo=berlin)
    )


HOURS = st.integers(-14, 14).map(lambda hour: timezone(timedelta(hours=hour)))
MOMENTS = st.builds(
    lambda minutes, zone: (NOW + timedelta(minutes=minutes)).astimezone(zone),
    st.integers(0, 2000),
    HOURS,
)


@given(st.lists(MOMENTS, min_size=2))
def test_spelled_moments_sort_as_moments(moments: list[datetime]) -> None:
    """Whatever their offsets."""
    expected = [delivery_times.spell(moment) for moment in sorted(moments)]
    assert expected == sorted(map(delivery_times.spell, moments))
    assert [datetime.fromisoformat(text) for text in expected] == sorted(moments)


def test_pauses_grow_and_the_last_one_stays() -> None:
    """As `retry` says."""
    minutes = [
        (delivery_times.next_try(attempts, RETRY, NOW) - NOW) // timedelta(minutes=1)
        for attempts in range(5)
    ]
    assert [5, 30, 120, 120, 120] == minutes


def test_a_day_after_its_time_a_mail_is_too_late() -> None:
    """Not at the very moment."""
    planned = "2026-11-19T07:00:00+00:00"
    assert not delivery_times.is_too_late(planned, "24h", NOW)
    assert delivery_times.is_too_late(planned, "24h", NOW + timedelta(seconds=1))


def test_a_ramp_ends() -> None:
    """After its last day there is no limit."""
    assert [50, 200, None, None] == [delivery_times.most_on_day((50, 200), day) for day in range(4)]
    assert delivery_times.most_on_day((), 0) is None


def test_a_person_is_told_once_a_week_that_nothing_came() -> None:
    """Not sooner than seven days after."""
    assert delivery_times.was_told_lately("2026-11-13T07:00:01+00:00", NOW)
    assert not delivery_times.was_told_lately("2026-11-13T07:00:00+00:00", NOW)
