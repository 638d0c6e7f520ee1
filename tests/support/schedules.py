"""Drop pages of a day, run by the schedule, and read the state of each date."""

from __future__ import annotations

import sqlite3

from tests.support.folders import Folder, page

DAY = "2026-11-18"  # a Wednesday
IssueFacts = tuple[str, str, int]  # edition, date, papers


def due(folder: Folder, now: str, *, status: int = 0) -> list[IssueFacts]:
    """Run `digest run --due` at this moment; return the issues it made."""
    report = folder.run(now, "--due", status=status)
    return [(issue["edition"], issue["date"], issue["papers"]) for issue in report["issues"]]


def rows(folder: Folder, edition: str = "daily") -> dict[str, str]:
    """Return the state of each date of an edition, from the ledger.

    A date caught up by another one has both: "caught up 2026-11-20".
    """
    sql = "SELECT date, state, by_date FROM due WHERE edition = ? ORDER BY date"
    ledger = sqlite3.connect(folder.root / "state" / "ledger.sqlite3")
    states = ledger.execute(sql, (edition,)).fetchall()
    ledger.close()
    return {date: f"{state} {by_date}" if by_date else state for date, state, by_date in states}


def drop(folder: Folder, day: str, *numbers: int) -> None:
    """Drop a page of this day with these papers."""
    folder.drop(f"{day} {numbers}.txt", page(day, numbers))
