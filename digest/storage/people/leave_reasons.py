"""Queries on the reasons that people gave for leaving. Nothing says who gave one."""

from __future__ import annotations

from digest.storage.ledger.queries import Queries, insert


class LeaveReasons(Queries):
    """The table of reasons."""

    def add(self, day: str, reason: str, words: str) -> None:
        """Record a reason, one of a list, and what somebody wrote besides."""
        self._execute(insert("leave_reason", "day, reason, words"), (day, reason, words))

    def counts(self) -> dict[str, int]:
        """Return how often each reason was given, the most frequent first."""
        sql = "SELECT reason, count(*) FROM leave_reason GROUP BY reason ORDER BY 2 DESC, 1"
        return dict(self._execute(sql))

    def newest(self, most: int) -> list[tuple[str, str, str]]:
        """Return day, reason and words of the newest that have words."""
        sql = (
            "SELECT day, reason, words FROM leave_reason WHERE words <> '' ORDER BY id DESC LIMIT ?"
        )
        return self._execute(sql, (most,)).fetchall()
