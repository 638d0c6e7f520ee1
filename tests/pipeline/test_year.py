"""Runs on many days in a row: each paper is issued once, on the date that the rule gives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from benchmarks import year


def run_days(place: Path, days: int, figure: Callable[[str], None]) -> year.Outcome:
    """Run on this many days, and check that the issues do not differ from the rule."""
    outcome = year.Year(place / "year", list(year.invented(days))).live()
    assert [] == outcome.differences
    assert days == outcome.counts["days"]
    figure(f"{outcome}: each paper once, on the date the rule gives")
    return outcome


def test_six_days_follow_the_rule(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """With outages at every step of a run."""
    run_days(tmp_path, 6, figure)


def test_a_difference_from_the_rule_is_reported(tmp_path: Path) -> None:
    """A paper that was never taken in, and a date that is not in the ledger."""
    lives = year.Year(tmp_path / "year", list(year.invented(1)))
    lives.live()
    daily = lives.rules["daily"]
    daily.issued["2001.99999"], daily.states[date(2026, 3, 1)] = date(2026, 3, 1), "missed"
    lives.seen.add("2001.99999")
    differences = lives.outcome(0).differences
    assert "daily: 2001.99999 is in None, should be in 2026-03-01" in differences
    assert "daily: 2026-03-01 is None, should be missed" in differences


@pytest.mark.soak
def test_a_year_of_days_follows_the_rule(tmp_path: Path, figure: Callable[[str], None]) -> None:
    """The dates of a year are issued, empty or missed, each at least once."""
    counts = run_days(tmp_path, 365, figure).counts
    assert {f"dates {state}" for state in ("issued", "empty", "missed")} <= counts.keys()
