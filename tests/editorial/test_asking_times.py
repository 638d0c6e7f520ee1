"""When a source is asked next."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import asking_times

HOUR = 3600
NOW = datetime.fromisoformat("2026-11-20T08:00+00:00")


@pytest.mark.parametrize(
    ("quiet", "burst", "failures", "hours"),
    [
        (0, 0, 0, 3.0),
        (9, 0, 0, 3.0),
        (10, 0, 0, 6.0),
        (19, 0, 0, 6.0),
        (20, 0, 0, 12.0),
        (400, 0, 0, 12.0),
        (0, 2, 0, 3.0),
        (0, 3, 0, 1.5),
        (0, 0, 1, 0.25),
        (0, 0, 2, 0.5),
        (0, 0, 3, 1.0),
        (30, 0, 5, 3.0),
        (0, 9, 99, 3.0),
    ],
)
def test_the_span_follows_what_the_source_brings(
    quiet: int, burst: int, failures: int, hours: float
) -> None:
    """Of a source that is set to three hours."""
    span = asking_times.span(3 * HOUR, HOUR, quiet=quiet, burst=burst, failures=failures)
    assert hours * HOUR == span


@pytest.mark.parametrize(("every", "span"), [(4, 2), (3, 2), (2, 2), (1, 1)])
def test_a_burst_shortens_the_span_to_the_least_of_the_kind(every: int, span: int) -> None:
    """But a source that the operator set to less is asked as it is set."""
    hours = asking_times.span(every * HOUR, 2 * HOUR, quiet=0, burst=3, failures=0) / HOUR
    assert span == hours


def test_looks_are_counted_in_a_row() -> None:
    """One of the other sort begins at the beginning."""
    assert (4, 0) == asking_times.count_look(3, 0, brought_new=False)
    assert (0, 3) == asking_times.count_look(0, 2, brought_new=True)
    assert (0, 1) == asking_times.count_look(30, 0, brought_new=True)
    assert (1, 0) == asking_times.count_look(0, 7, brought_new=False)


def due(last: str | None, following: str | None, every: int | None = None) -> bool:
    """Return whether a source with these moments is due at eight."""
    moments = [
        moment and datetime.fromisoformat(f"2026-11-{moment}+00:00") for moment in (last, following)
    ]
    return asking_times.is_due(
        NOW, last_look=moments[0] or None, next_look=moments[1] or None, every=every
    )


def test_a_source_is_due_at_its_moment() -> None:
    """At the second, not before it."""
    assert due("20T05:00", "20T08:00")
    assert not due("20T05:00", "20T08:01")
    assert due(None, None)
    assert due("20T05:00", None)


def test_a_look_in_the_future_counts_for_nothing() -> None:
    """The clock was set back, and would keep the source waiting until it has caught up."""
    assert due("27T05:00", "27T08:00")


def test_a_shorter_span_in_the_configuration_is_obeyed_at_once() -> None:
    """At most four times what is set now, whatever was planned before."""
    assert not due("20T05:00", "27T05:00", HOUR)
    assert due("20T03:59", "27T05:00", HOUR)
    assert not due("20T03:59", "27T05:00", None)


@given(
    every=st.integers(60, 10**12),
    least=st.integers(60, 10**9),
    quiet=st.integers(0, 10**6),
    burst=st.integers(0, 10**6),
    failures=st.integers(0, 10**6),
)
def test_every_span_can_be_added_to_a_moment(
    every: int, least: int, quiet: int, burst: int, failures: int
) -> None:
    """It lies between half and four times what is set, or is a pause after a failure."""
    span = asking_times.span(every, least, quiet=quiet, burst=burst, failures=failures)
    assert NOW < NOW + timedelta(seconds=span)
    assert min(every // 2, asking_times.AFTER_FAILURE) <= span <= 4 * every
