"""A folder's dates: pages to drop, `digest run --due` at a moment, and what became of each date."""

from __future__ import annotations

import sqlite3

from tests.support.folders import Folder, page

DAY = "2026-11-18"  # a Wednesday
Made = tuple[str, str, int]  # edition, date, papers


def due(folder: Folder, now: str, *, status: int = 0) -> list[Made]:
    """The issues of `digest run --due` at this moment."""
    report = folder.run(now, "--due", status=status)
    return [(made["edition"], made["date"], made["papers"]) for made in report["issues"]]


def rows(folder: Folder, edition: str = "daily") -> dict[str, str]:
    """What the ledger says became of an edition's dates."""
    sql = "SELECT date, state, by_date FROM due WHERE edition = ? ORDER BY date"
    ledger = sqlite3.connect(folder.root / "state" / "ledger.sqlite3")
    found = ledger.execute(sql, (edition,)).fetchall()
    ledger.close()
    return {date: f"{state} {by_date}" if by_date else state for date, state, by_date in found}


def drop(folder: Folder, day: str, *numbers: int) -> None:
    """A page of this day with these papers."""
    folder.drop(f"{day} {numbers}.txt", page(day, numbers))
