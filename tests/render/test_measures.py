"""Durations and sizes in words."""

from __future__ import annotations

import pytest

from digest.render import measures


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (0, "0 minutes"), (89, "1 minute"), (7199, "120 minutes"), (7200, "2 hours"),
        (172_799, "48 hours"), (172_800, "2 days"), (10**7, "116 days"),
    ],
)  # fmt: skip
def test_a_duration_has_one_fitting_unit(seconds: int, expected: str) -> None:
    """It is in minutes up to two hours, and in hours up to two days."""
    assert expected == measures.duration(seconds)


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, "1 byte"), (999, "999 bytes"), (14_210, "14.2 kB"), (3 * 10**6, "3.0 MB"),
     (12 * 10**9, "12.0 GB")],
)  # fmt: skip
def test_a_size_has_one_fitting_unit(number: int, expected: str) -> None:
    """A unit is a thousand of the one below."""
    assert expected == measures.size(number)
