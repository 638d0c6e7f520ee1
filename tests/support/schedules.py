"""Drop pages, run `digest run --due` at a moment, and read the state of each scheduled date."""

from __future__ import annotations

import sqlite3

from tests.support.folders import Folder, page

DAY = "2026-11-18"  # a Wednesday
IssueRow = tuple[str, str, int]  # edition, date, papers


def due(folder: Folder, now: str, *, status: int = 0) -> list[IssueRow]:
    """Run `digest run --due` at this moment and return the issues it makes."""
    report = folder.run(now, "--due", status=status)
    return [(issue["edition"], issue["date"], issue["papers"]) for issue in report["issues"]]


def rows(folder: Folder, edition: str = "daily") -> dict[str, str]:
    """Return the state of each scheduled date of an edition, as the ledger has it."""
    sql = "SELECT date, state, by_date FROM due WHERE edition = ? ORDER BY date"
    ledger = sqlite3.connect(folder.root / "state" / "ledger.sqlite3")
    due_rows = ledger.execute(sql, (edition,)).fetchall()
    ledger.close()
    return {date: f"{state} {by_date}" if by_date else state for date, state, by_date in due_rows}


def drop(folder: Folder, day: str, *numbers: int) -> None:
    """Drop a page of this day with the papers of these numbers."""
    folder.drop(f"{day} {numbers}.txt", page(day, numbers))
