"""A year of days through the product: each paper once, on the date that the rule gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from benchmarks import year


def lived(place: Path, days: int, figure: Callable[[str], None]) -> year.Outcome:
    """So many days, without any difference from the rule."""
    outcome = year.Year(place / "year", list(year.invented(days))).live()
    assert [] == outcome.differences
    assert days == outcome.counts["days"]
    figure(f"{outcome}: each paper once, on the date the rule gives")
    return outcome


def test_ten_days(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """With outages, at every moment that matters."""
    lived(tmp_path, 10, figure)


def test_a_difference_is_told(tmp_path: Path) -> None:
    """A paper that the product never took in, and a date that it never knew of."""
    lives = year.Year(tmp_path / "year", list(year.invented(1)))
    lives.live()
    daily = lives.rules["daily"]
    daily.issued["2001.99999"], daily.states[date(2026, 3, 1)] = date(2026, 3, 1), "missed"
    lives.seen.add("2001.99999")
    told = lives.outcome(0).differences
    assert "daily: 2001.99999 is in None, should be in 2026-03-01" in told
    assert "daily: 2026-03-01 is None, should be missed" in told


@pytest.mark.soak
def test_a_whole_year_of_days(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """The same for long: every way a date can end comes up."""
    counts = lived(tmp_path, 365, figure).counts
    assert {f"dates {state}" for state in ("issued", "empty", "missed")} <= counts.keys()
