"""Editions: their cursors, and how many papers were left out since the last issue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

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
        sql = """
            UPDATE edition SET cursor = ?, filtered = filtered + ?, muted = muted + ?
            WHERE name = ?
        """
        self._execute(sql, (upto, filtered, muted, edition))

    def _last_intake(self) -> int:
        (number,) = self._execute("SELECT coalesce(max(number), 0) FROM intake").fetchone()
        return int(number)
