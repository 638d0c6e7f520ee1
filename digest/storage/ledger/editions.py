"""Editions: their cursors, and what was filtered since the last issue."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from digest.storage.ledger.queries import Queries, insert_new


class Cursor(NamedTuple):
    """How far an edition has judged.

    Also up to which intake its issues' feet have summed, and what its filters left out since.
    """

    cursor: int
    summed: int
    number: int
    filtered: int
    muted: int


class Editions(Queries):
    """Editions and their cursors."""

    def cursor(self, edition: str) -> Cursor:
        """Where an edition stands; one that is new starts after what was taken in before it."""
        sql = "SELECT cursor, summed, number, filtered, muted FROM edition WHERE name = ?"
        row = self._execute(sql, (edition,)).fetchone()
        last = self._last_intake()
        return Cursor(*row) if row else Cursor(last, last, 0, 0, 0)

    def unconfigured(self, editions: Sequence[str]) -> bool:
        """Whether one of these editions is not known yet."""
        known = {name for (name,) in self._execute("SELECT name FROM edition")}
        return not known.issuperset(editions)

    def configure(self, editions: Sequence[str]) -> None:
        """Makes a row for each edition that has none."""
        last = self._last_intake()
        rows = [(name, last, last, last, 0, 0, 0) for name in editions]
        columns = "name, since, cursor, summed, number, filtered, muted"
        self._executemany(insert_new("edition", columns), rows)

    def judge(self, edition: str, upto: int, filtered: int, muted: int = 0) -> None:
        """Moves the cursor over papers that were all left out, keeping their number."""
        sql = """
            UPDATE edition SET cursor = ?, filtered = filtered + ?, muted = muted + ?
            WHERE name = ?
        """
        self._execute(sql, (upto, filtered, muted, edition))

    def _last_intake(self) -> int:
        (number,) = self._execute("SELECT coalesce(max(number), 0) FROM intake").fetchone()
        return int(number)
