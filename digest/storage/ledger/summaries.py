"""Summaries by language models, so that nobody is asked twice for the same one."""

from __future__ import annotations

from collections.abc import Iterable

from digest.storage.ledger.queries import Queries, upsert


class Summaries(Queries):
    """Summaries that were checked, by the hash of the question."""

    def find_summaries(self, hashes: Iterable[bytes]) -> dict[bytes, str]:
        """Return the summaries that are stored for these hashes."""
        sql = "SELECT text FROM summary WHERE hash = ?"
        rows = {key: self._execute(sql, (key,)).fetchone() for key in hashes}
        return {key: str(row[0]) for key, row in rows.items() if row}

    def record_summary(self, key: bytes, moment: str, model: str, text: str) -> None:
        """Store a summary, in place of one with the same hash."""
        row = (key, moment, model, text)
        self._execute(upsert("summary", "hash", "moment, model, text"), row)
