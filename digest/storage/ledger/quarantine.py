"""Quarantine: files in which nothing could be read."""

from __future__ import annotations

from datetime import datetime

from digest.storage.ledger.queries import Queries, upsert


class Quarantine(Queries):
    """Quarantined files by the hash of their content.

    ``version`` stands for the parsers and their limits. When it changes, a run reads the file
    again.
    """

    def is_quarantined(self, content: bytes, version: str) -> bool:
        """Return whether this version has already failed to read this content."""
        sql = "SELECT 1 FROM quarantine WHERE content = ? AND version = ?"
        return self._execute(sql, (content, version)).fetchone() is not None

    def record_quarantine(
        self, name: str, content: bytes, reason: str, version: str, moment: str
    ) -> None:
        """Record a file in which this version could not read anything."""
        # One row for each content: the failure of a later version replaces the earlier one.
        row = (content, name, reason, version, moment)
        self._execute(upsert("quarantine", "content", "name, reason, version, moment"), row)

    def release(self, content: bytes) -> bool:
        """Delete the record of a content that can be read now; return whether there was one."""
        sql = "DELETE FROM quarantine WHERE content = ?"
        return self._execute(sql, (content,)).rowcount > 0

    def count_since(self, moment: str | None) -> int:
        """Return how many files were quarantined after this moment; all of them for None."""
        rows = self._execute("SELECT moment FROM quarantine").fetchall()
        if moment is None:
            return len(rows)
        last = datetime.fromisoformat(moment)
        # Issues store their moment in whole seconds.
        return sum(datetime.fromisoformat(at).replace(microsecond=0) > last for (at,) in rows)
