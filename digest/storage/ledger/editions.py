"""Editions: their cursors, and how many papers were left out since the last issue.

A paper that an edition has to judge although its cursor has passed it has a row in the table
`waiting`: it was withdrawn when the cursor passed, or its issue was taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digest.model.issues import issue_key
from digest.storage.ledger.queries import Queries, insert_new


class Cursor(NamedTuple):
    """The place of an edition in the sequence of intakes, and its counters.

    ``cursor`` is the last intake it has judged, ``summed`` the last intake that the accounting
    of its issues includes, ``number`` that of its newest issue, 0 before the first. ``filtered``
    and ``muted`` count the papers that filters and the profile left out since that issue.
    """

    cursor: int
    summed: int
    number: int
    filtered: int
    muted: int


class IssueRow(NamedTuple):
    """The facts about an issue that decide whether and how it is taken back.

    ``id`` is its row, ``kind`` "live" or "history". ``can_return`` is whether the ledger knows
    where the edition stood before it.
    """

    id: int
    number: int
    date: str
    ordinal: int
    moment: str
    kind: str
    papers: int
    is_published: bool
    can_return: bool

    @property
    def key(self) -> str:
        """Return the name of the issue's files."""
        return issue_key(self.date, self.ordinal)


class Editions(Queries):
    """Editions and their cursors."""

    def cursor(self, edition: str) -> Cursor:
        """Return an edition's cursor. For an edition without a row it is the last intake."""
        sql = "SELECT cursor, summed, number, filtered, muted FROM edition WHERE name = ?"
        row = self._execute(sql, (edition,)).fetchone()
        # Without a row it was added to the settings just now, and must not issue years of papers.
        last = self._last_intake()
        return Cursor(*row) if row else Cursor(last, last, 0, 0, 0)

    def has_unconfigured(self, editions: Sequence[str]) -> bool:
        """Return whether one of these editions has no row yet."""
        configured = {name for (name,) in self._execute("SELECT name FROM edition")}
        return not configured.issuperset(editions)

    def configure(self, editions: Sequence[str]) -> None:
        """Add a row for each edition that has none. It takes papers of later intakes only."""
        last = self._last_intake()
        # since, cursor and summed: all three begin at the last intake there is.
        rows = [(name, last, last, last, 0, 0, 0) for name in editions]
        columns = "name, since, cursor, summed, number, filtered, muted"
        self._executemany(insert_new("edition", columns), rows)

    def advance_cursor(self, edition: str, upto: int, filtered: int, muted: int = 0) -> None:
        """Move the cursor to the intake ``upto`` without an issue, as all papers were left out.

        Adds the numbers of papers left out, ``filtered`` and ``muted``, to those of the edition.
        """
        self._settle_waiting(edition, upto)
        sql = """
            UPDATE edition SET cursor = ?, filtered = filtered + ?, muted = muted + ?
            WHERE name = ?
        """
        self._execute(sql, (upto, filtered, muted, edition))

    def advance_past_issue(self, edition: str, upto: int, issue: int) -> None:
        """Move the cursor to the intake ``upto`` after an issue, given by its row.

        Stores where the edition stood before, so that the issue can be taken back.
        """
        sql = """
            INSERT INTO before_issue (issue, cursor, summed, filtered, muted)
            SELECT ?, cursor, summed, filtered, muted FROM edition WHERE name = ?
        """
        self._execute(sql, (issue, edition))
        self._settle_waiting(edition, upto)
        # This issue states how many papers were left out, so their numbers begin again.
        sql = "UPDATE edition SET cursor = ?, summed = ?, filtered = 0, muted = 0 WHERE name = ?"
        self._execute(sql, (upto, upto, edition))

    def newest_issue(self, edition: str) -> IssueRow | None:
        """Return the issue of an edition that was made last; None before the first.

        It has the highest number. Its date may be before that of another one.
        """
        sql = """
            SELECT id, number, date, ordinal, moment, kind, papers, published = 1,
                EXISTS (SELECT 1 FROM before_issue WHERE issue = issue.id)
            FROM issue WHERE edition = ? ORDER BY number DESC LIMIT 1
        """
        row = self._execute(sql, (edition,)).fetchone()
        return IssueRow(*row) if row else None

    def delete_issue(self, edition: str, issue: int) -> list[int]:
        """Delete the newest issue of an edition, given by its row; return its papers' numbers.

        The edition stands where it stood before, and the papers are candidates again. A paper
        that was merged into another one since is given by the number of that one. What is
        recorded with an issue elsewhere is corrected by the caller, before this.
        """
        row = {"edition": edition, "issue": issue}
        sql = """
            SELECT DISTINCT coalesce(alias_of, id) FROM issued JOIN paper ON id = paper
            WHERE issue = :issue ORDER BY 1
        """
        papers = [number for (number,) in self._execute(sql, row).fetchall()]
        sql = """
            UPDATE edition SET number = number - 1, (cursor, summed, filtered, muted) =
                (SELECT cursor, summed, filtered, muted FROM before_issue WHERE issue = :issue)
            WHERE name = :edition
        """
        self._execute(sql, row)
        for table in ("before_issue", "issued"):
            self._execute(f"DELETE FROM {table} WHERE issue = :issue", row)
        self._execute("DELETE FROM issue WHERE id = :issue", row)
        self._wait_again(edition, papers)
        return papers

    def _wait_again(self, edition: str, papers: Sequence[int]) -> None:
        """Correct which papers behind the cursor wait, after it was set back."""
        # The papers of intakes after the cursor are candidates without a row.
        behind = "(SELECT cursor FROM edition WHERE name = :edition)"
        sql = f"""
            DELETE FROM waiting WHERE edition = :edition
            AND EXISTS (SELECT 1 FROM paper WHERE id = waiting.paper AND intake > {behind})
        """
        self._execute(sql, {"edition": edition})
        # An earlier issue of the same run may have moved the cursor past all of them.
        sql = f"""
            INSERT INTO waiting (edition, paper)
            SELECT :edition, id FROM paper WHERE id = :paper AND intake <= {behind}
            ON CONFLICT DO NOTHING
        """
        self._executemany(sql, [{"edition": edition, "paper": paper} for paper in papers])

    def _settle_waiting(self, edition: str, upto: int) -> None:
        """Prepare a move of the cursor to ``upto``: everything but withdrawn papers was judged.

        A withdrawn paper that the cursor passes waits, in case it is brought back.
        """
        # EXISTS: SQLite would read all papers for IN.
        sql = """
            DELETE FROM waiting WHERE edition = ?
            AND EXISTS (SELECT 1 FROM paper WHERE id = waiting.paper AND withdrawn IS NULL)
        """
        self._execute(sql, (edition,))
        sql = """
            INSERT INTO waiting (edition, paper)
            SELECT :edition, paper.id
            FROM intake CROSS JOIN paper ON paper.intake = intake.number
            WHERE number > (SELECT cursor FROM edition WHERE name = :edition)
                AND number <= :upto AND kind = 'live' AND withdrawn IS NOT NULL
            ON CONFLICT DO NOTHING
        """
        self._execute(sql, {"edition": edition, "upto": upto})

    def _last_intake(self) -> int:
        (number,) = self._execute("SELECT coalesce(max(number), 0) FROM intake").fetchone()
        return int(number)
