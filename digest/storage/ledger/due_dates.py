"""Due rows: what became of each scheduled date of each edition."""

from __future__ import annotations

import sqlite3

from digest.model.due_dates import DueDate, DueRow

Database = sqlite3.Connection


def rows(database: Database, edition: str, today: str) -> list[DueRow]:
    """What decides about an edition today, oldest first.

    Today's row, the newest one before, and those still open.
    """
    sql = """
        SELECT date, state FROM due WHERE edition = :edition AND (state = 'open' OR
            date = :today OR
            date = (SELECT max(date) FROM due WHERE edition = :edition AND date < :today))
        ORDER BY date
    """
    found = database.execute(sql, {"edition": edition, "today": today})
    return [DueRow(date, state) for date, state in found]


def first_moment(database: Database, edition: str) -> str | None:
    """The moment of the run that took in the edition's first paper; None before that."""
    sql = """
        SELECT moment FROM intake JOIN edition ON intake.number > edition.since
        WHERE edition.name = ? AND kind = 'live' AND new > 0 ORDER BY intake.number LIMIT 1
    """
    row = database.execute(sql, (edition,)).fetchone()
    return row[0] if row else None


def looks_back_to(database: Database, edition: str, date: str) -> tuple[str | None, str | None]:
    """The newest date before this one that was issued or had nothing; the oldest after that one.

    The dates between them were missed or are caught up by this one.
    """
    sql = """
        SELECT max(date) FROM due
        WHERE edition = ? AND date < ? AND state IN ('issued', 'open', 'empty')
    """
    (settled,) = database.execute(sql, (edition, date)).fetchone()
    sql = "SELECT min(date) FROM due WHERE edition = ? AND date < ? AND date > ?"
    (pending,) = database.execute(sql, (edition, date, settled or "")).fetchone()
    return settled, pending


def record(database: Database, edition: str, duty: DueDate) -> None:
    """What became of a date; replaces any row but one of an issue, which stands."""
    sql = """
        INSERT INTO due VALUES (:edition, :date, :state, :by_date, :issue)
        ON CONFLICT (edition, date) DO UPDATE
        SET state = excluded.state, by_date = excluded.by_date, issue = excluded.issue
        WHERE due.state <> 'issued'
    """
    database.execute(
        sql,
        {
            "edition": edition,
            "date": duty.date,
            "state": duty.state,
            "by_date": duty.by_date,
            "issue": duty.issue,
        },
    )
