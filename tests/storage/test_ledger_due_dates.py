"""Due rows: one for each date of an edition; an issued one is final."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from digest.model.due_dates import DueDate, DueRow
from digest.storage.ledger import Ledger
from tests.support.builders import dump, ledger, sighting, take_in


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """Give a ledger with one edition."""
    with closing(ledger(tmp_path, "daily")) as new:
        yield new


def record(opened: Ledger, *rows: tuple[str, str], edition: str = "daily") -> None:
    """Record these dates with their states."""
    for date, state in rows:
        opened.due_dates.record_due_date(edition, DueDate(date=date, state=state))  # type: ignore[arg-type]


def rows(opened: Ledger, today: str = "2026-11-20") -> list[DueRow]:
    """Return the rows that matter on this day."""
    return opened.due_dates.rows("daily", today)


def test_rows_are_those_of_today_the_newest_before_and_open_ones(opened: Ledger) -> None:
    """Older rows, and rows in the future from a wrong clock, are not read."""
    record(
        opened,
        ("2026-11-17", "open"),
        ("2026-11-18", "issued"),
        ("2026-11-19", "empty"),
        ("2026-11-20", "missed"),
        ("2026-11-21", "empty"),
    )
    record(opened, ("2026-11-20", "issued"), edition="weekly")
    earlier = [DueRow("2026-11-17", "open"), DueRow("2026-11-19", "empty")]
    assert [*earlier, DueRow("2026-11-20", "missed")] == rows(opened)
    assert [DueRow("2026-11-17", "open"), DueRow("2026-11-21", "empty")] == rows(
        opened, "2026-11-25"
    )


@pytest.mark.parametrize("before", ["open", "empty", "caught up", "missed"])
def test_a_date_without_an_issue_can_still_get_one(opened: Ledger, before: str) -> None:
    """An open date until midnight; the others after a clock that was ahead was corrected."""
    record(opened, ("2026-11-20", before), ("2026-11-20", "issued"))
    assert [DueRow("2026-11-20", "issued")] == rows(opened)


@pytest.mark.parametrize("after", ["open", "empty", "caught up", "missed"])
def test_an_issued_date_is_final(opened: Ledger, after: str) -> None:
    """A state that is recorded later does not replace it."""
    record(opened, ("2026-11-20", "issued"), ("2026-11-20", after))
    assert [DueRow("2026-11-20", "issued")] == rows(opened)


def test_an_unknown_state_cannot_be_recorded(opened: Ledger) -> None:
    """The schema allows the five states."""
    with pytest.raises(sqlite3.IntegrityError):
        record(opened, ("2026-11-20", "forgotten"))


def test_the_first_moment_is_of_the_first_live_run_with_a_new_paper(opened: Ledger) -> None:
    """Backfills, runs without a new paper, and runs before the edition do not count."""
    assert opened.due_dates.first_moment("daily") is None
    moments = [f"2026-11-{day}T07:30:00+00:00" for day in range(10, 16)]
    take_in(opened, dump(sighting("A")), moment=moments[0], kind="history")
    take_in(opened, dump(sighting("A")), moment=moments[1])
    take_in(opened, dump(sighting("B")), moment=moments[2])
    opened.editions.configure(["weekly"])
    take_in(opened, dump(sighting("B")), moment=moments[3])
    take_in(opened, dump(sighting("C")), moment=moments[4])
    take_in(opened, dump(sighting("D")), moment=moments[5])
    assert moments[2] == opened.due_dates.first_moment("daily")
    assert moments[4] == opened.due_dates.first_moment("weekly")


def test_a_date_follows_the_newest_date_that_it_does_not_catch_up(opened: Ledger) -> None:
    """Of the dates that it catches up, the oldest is returned. A missed date is not one of them."""
    before = partial(opened.due_dates.settled_and_caught_up_before, "daily")
    assert (None, None) == before("2026-11-30")
    for caught_up in ("2026-11-16", "2026-11-23"):
        row = DueDate(date=caught_up, state="caught up", by_date="2026-11-30")
        opened.due_dates.record_due_date("daily", row)
    record(opened, ("2026-11-30", "issued"))
    assert (None, "2026-11-16") == before("2026-11-30")
    assert ("2026-11-16", None) == before("2026-11-23")  # another issue has caught it up
    record(opened, ("2026-11-02", "empty"), ("2026-11-09", "missed"))
    assert ("2026-11-09", "2026-11-16") == before("2026-11-30")
    assert ("2026-11-30", None) == before("2026-12-07")
