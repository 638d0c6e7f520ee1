"""Due rows: what became of each scheduled date of each edition."""

from __future__ import annotations

from digest.model.due_dates import DueDate, DueRow
from digest.storage.ledger.queries import Queries


class DueDates(Queries):
    """Due rows of the editions."""

    def rows(self, edition: str, today: str) -> list[DueRow]:
        """What decides about an edition today, oldest first.

        Today's row, the newest one before, and those still open.
        """
        sql = """
            SELECT date, state FROM due WHERE edition = :edition AND (state = 'open' OR
                date = :today OR
                date = (SELECT max(date) FROM due WHERE edition = :edition AND date < :today))
            ORDER BY date
        """
        found = self._execute(sql, {"edition": edition, "today": today})
        return [DueRow(date, state) for date, state in found]

    def first_moment(self, edition: str) -> str | None:
        """The moment of the run that took in the edition's first paper; None before that."""
        sql = """
            SELECT moment FROM intake JOIN edition ON intake.number > edition.since
            WHERE edition.name = ? AND kind = 'live' AND new > 0 ORDER BY intake.number LIMIT 1
        """
        row = self._execute(sql, (edition,)).fetchone()
        return row[0] if row else None

    def looks_back_to(self, edition: str, date: str) -> tuple[str | None, str | None]:
        """Return the newest settled date before this one, and the oldest one between the two.

        Settled are dates that were issued or had nothing. Those between were missed, or are
        caught up by this one.
        """
        sql = """
            SELECT max(date) FROM due
            WHERE edition = ? AND date < ? AND state IN ('issued', 'open', 'empty')
        """
        (settled,) = self._execute(sql, (edition, date)).fetchone()
        sql = "SELECT min(date) FROM due WHERE edition = ? AND date < ? AND date > ?"
        (pending,) = self._execute(sql, (edition, date, settled or "")).fetchone()
        return settled, pending

    def record(self, edition: str, duty: DueDate) -> None:
        """What became of a date; replaces any row but one of an issue, which stands."""
        sql = """
            INSERT INTO due (edition, date, state, by_date, issue)
            VALUES (:edition, :date, :state, :by_date, :issue)
            ON CONFLICT (edition, date) DO UPDATE
            SET state = excluded.state, by_date = excluded.by_date, issue = excluded.issue
            WHERE due.state <> 'issued'
        """
        self._execute(
            sql,
            {
                "edition": edition,
                "date": duty.date,
                "state": duty.state,
                "by_date": duty.by_date,
                "issue": duty.issue,
            },
        )
