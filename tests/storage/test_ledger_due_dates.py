"""Due rows: one for each date of an edition, and none that gives up an issue."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digest.model.due_dates import DueDate, DueRow
from digest.storage.ledger import Ledger
from tests.support.builders import dump, ledger, sighting, take_in


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with one edition."""
    with closing(ledger(tmp_path, "daily")) as found:
        yield found


def record(opened: Ledger, *rows: tuple[str, str], edition: str = "daily") -> None:
    """These dates with their states."""
    for date, state in rows:
        opened.due_dates.record_due_date(edition, DueDate(date=date, state=state))  # type: ignore[arg-type]


def found(opened: Ledger, today: str = "2026-11-20") -> list[DueRow]:
    """What decides today."""
    return opened.due_dates.rows("daily", today)


def test_what_decides_is_today_and_the_newest_row_before(opened: Ledger) -> None:
    """And what is open: years of rows cost nothing, and those of a wrong clock neither."""
    record(
        opened,
        ("2026-11-17", "open"),
        ("2026-11-18", "issued"),
        ("2026-11-19", "empty"),
        ("2026-11-20", "missed"),
        ("2026-11-21", "empty"),
    )
    record(opened, ("2026-11-20", "issued"), edition="weekly")
    left = [DueRow("2026-11-17", "open"), DueRow("2026-11-19", "empty")]
    assert [*left, DueRow("2026-11-20", "missed")] == found(opened)
    assert [DueRow("2026-11-17", "open"), DueRow("2026-11-21", "empty")] == found(
        opened, "2026-11-25"
    )


@pytest.mark.parametrize("before", ["open", "empty", "caught up", "missed"])
def test_a_date_without_an_issue_can_still_get_one(opened: Ledger, before: str) -> None:
    """An open one by what comes before midnight, the others where a clock had been ahead."""
    record(opened, ("2026-11-20", before), ("2026-11-20", "issued"))
    assert [DueRow("2026-11-20", "issued")] == found(opened)


@pytest.mark.parametrize("after", ["open", "empty", "caught up", "missed"])
def test_an_issued_date_is_final(opened: Ledger, after: str) -> None:
    """Nothing that anybody decides later takes its issue away."""
    record(opened, ("2026-11-20", "issued"), ("2026-11-20", after))
    assert [DueRow("2026-11-20", "issued")] == found(opened)


def test_no_other_state_can_be_recorded(opened: Ledger) -> None:
    """The ledger knows the five."""
    with pytest.raises(sqlite3.IntegrityError):
        record(opened, ("2026-11-20", "forgotten"))


def test_the_first_paper_of_an_edition(opened: Ledger) -> None:
    """The first live run with a new paper after it was configured.

    Pages without any, history and what came before do not count.
    """
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


def test_what_a_date_looks_back_to(opened: Ledger) -> None:
    """The newest date that was settled, and the oldest one missed since then."""
    assert (None, None) == opened.due_dates.settled_and_missed_before("daily", "2026-11-30")
    record(opened, ("2026-11-02", "missed"), ("2026-11-09", "caught up"), ("2026-11-30", "issued"))
    assert (None, "2026-11-02") == opened.due_dates.settled_and_missed_before("daily", "2026-11-16")
    record(opened, ("2026-10-26", "empty"), ("2026-11-23", "missed"))
    assert ("2026-10-26", "2026-11-02") == opened.due_dates.settled_and_missed_before(
        "daily", "2026-11-30"
    )
    assert ("2026-10-26", None) == opened.due_dates.settled_and_missed_before("daily", "2026-11-02")
    assert ("2026-11-30", None) == opened.due_dates.settled_and_missed_before("daily", "2026-12-07")
