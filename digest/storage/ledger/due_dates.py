"""Due rows: the scheduled dates of each edition and their outcomes."""

from __future__ import annotations

from digest.model.due_dates import DueDate, DueRow
from digest.storage.ledger.queries import Queries


class DueDates(Queries):
    """Due rows of the editions: one for each edition and scheduled date that a run has decided.

    Dates are ``YYYY-MM-DD`` in the site's time zone.
    """

    def rows(self, edition: str, today: str) -> list[DueRow]:
        """Return the rows that a run needs today, oldest first.

        These are today's row, the newest row before it, and every open row.
        """
        # Older rows are final, and rows in the future were written while the clock was wrong.
        sql = """
            SELECT date, state FROM due WHERE edition = :edition AND (state = 'open' OR
                date = :today OR
                date = (SELECT max(date) FROM due WHERE edition = :edition AND date < :today))
            ORDER BY date
        """
        rows = self._execute(sql, {"edition": edition, "today": today})
        return [DueRow(date, state) for date, state in rows]

    def first_moment(self, edition: str) -> str | None:
        """Return the moment of the live run that took in the edition's first paper, or None."""
        # A run that found only known papers does not begin an edition, hence new > 0.
        sql = """
            SELECT moment FROM intake JOIN edition ON intake.number > edition.since
            WHERE edition.name = ? AND kind = 'live' AND new > 0 ORDER BY intake.number LIMIT 1
        """
        row = self._execute(sql, (edition,)).fetchone()
        return row[0] if row else None

    def settled_and_caught_up_before(
        self, edition: str, date: str
    ) -> tuple[str | None, str | None]:
        """Return two dates before this one: the newest settled date, and the first after that.

        Each is None if there is none. All dates after the settled one are caught up by the issue
        of this date, so it covers their days too.
        """
        sql = """
            SELECT max(date) FROM due
            WHERE edition = :edition AND date < :date AND coalesce(by_date, '') <> :date
        """
        places = {"edition": edition, "date": date}
        (settled,) = self._execute(sql, places).fetchone()
        sql = """
            SELECT min(date) FROM due
            WHERE edition = :edition AND date < :date AND date > :settled
        """
        (caught_up,) = self._execute(sql, {**places, "settled": settled or ""}).fetchone()
        return settled, caught_up

    def record_due_date(self, edition: str, due_date: DueDate) -> None:
        """Record the outcome of a date, in place of an earlier outcome unless that was "issued"."""
        # An issued date is final: its issue is published, whatever is decided later.
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
                "date": due_date.date,
                "state": due_date.state,
                "by_date": due_date.by_date,
                "issue": due_date.issue,
            },
        )

    def reopen(self, edition: str, issue: int, today: str) -> None:
        """Delete the row of an issue that is taken back, and those of the dates it caught up.

        So their dates are due again. ``issue`` is its row. Deletes the later rows without an issue
        too, because a date is not due once a later one is settled, and those after ``today``,
        which were written while the clock was wrong.
        """
        row = {"edition": edition, "issue": issue, "today": today}
        sql = """
            WITH undone (day) AS (SELECT date FROM due WHERE edition = :edition AND issue = :issue)
            DELETE FROM due WHERE edition = :edition AND (
                by_date = (SELECT day FROM undone)
                OR (issue IS NULL AND (date > :today OR date > (SELECT day FROM undone))))
        """
        self._execute(sql, row)
        self._execute("DELETE FROM due WHERE edition = :edition AND issue = :issue", row)
