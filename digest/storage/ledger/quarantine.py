"""Files in which nothing could be read."""

from __future__ import annotations

from datetime import datetime

from digest.storage.ledger.queries import Queries, upsert


class Quarantine(Queries):
    """Quarantined files by the hash of their content."""

    def quarantined(self, content: bytes, version: str) -> bool:
        """Whether this version of the product has already failed on these bytes."""
        sql = "SELECT 1 FROM quarantine WHERE content = ? AND version = ?"
        return self._execute(sql, (content, version)).fetchone() is not None

    def record_quarantine(
        self, name: str, content: bytes, reason: str, version: str, moment: str
    ) -> None:
        """A file in which nothing could be read."""
        row = (content, name, reason, version, moment)
        self._execute(upsert("quarantine", "content", "name, reason, version, moment"), row)

    def release(self, content: bytes) -> bool:
        """Forgets that these bytes could not be read; True if that was so."""
        sql = "DELETE FROM quarantine WHERE content = ?"
        return self._execute(sql, (content,)).rowcount > 0

    def unreadable_since(self, moment: str | None) -> int:
        """How many files in quarantine came there after this moment; all of them for None.

        To the second, which is how exactly issues know theirs.
        """
        rows = self._execute("SELECT moment FROM quarantine").fetchall()
        if moment is None:
            return len(rows)
        last = datetime.fromisoformat(moment)
        return sum(datetime.fromisoformat(at).replace(microsecond=0) > last for (at,) in rows)
