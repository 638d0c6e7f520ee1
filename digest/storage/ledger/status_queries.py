"""How the ledger is: sums, sources, editions, what could not be read, and its files.

Asked at the end of every run, so nothing here reads more than the newest rows it names.
"""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple

from digest.model.status import BackupStatus, RejectStatus, SourceDump
from digest.storage.ledger import locations
from digest.storage.ledger.queries import Queries


class Newest(NamedTuple):
    """An edition's newest issue by date."""

    date: str
    ordinal: int
    papers: int
    verdict: str

    @property
    def key(self) -> str:
        """The name of the issue's files."""
        return self.date if self.ordinal == 1 else f"{self.date}-{self.ordinal}"


class StatusQueries(Queries):
    """Newest rows of each subject, for the status."""

    def sources(self) -> list[str]:
        """All sources that ever brought anything, by name."""
        sql = """
            WITH RECURSIVE name (found) AS (
                SELECT min(source) FROM dump WHERE entries > 0
                UNION ALL
                SELECT (SELECT min(source) FROM dump WHERE source > found AND entries > 0)
                FROM name WHERE found IS NOT NULL
            ) SELECT found FROM name WHERE found IS NOT NULL
        """
        return [source for (source,) in self._execute(sql)]

    def brought(self, source: str, limit: int) -> list[SourceDump]:
        """The last live dumps of a source that held anything, newest first."""
        sql = """
            SELECT moment, dump.entries FROM dump JOIN intake ON number = intake
            WHERE source = ? AND dump.entries > 0 AND kind = 'live' ORDER BY dump.id DESC LIMIT ?
        """
        return [SourceDump(*row) for row in self._execute(sql, (source, limit))]

    def newest_page(self, source: str) -> str | None:
        """The newest page date that live intakes have brought of a source."""
        sql = """
            SELECT page_date FROM dump JOIN intake ON number = intake
            WHERE source = ? AND page_date IS NOT NULL AND kind = 'live'
            ORDER BY page_date DESC LIMIT 1
        """
        row = self._execute(sql, (source,)).fetchone()
        return row[0] if row else None

    def newest_issue(self, edition: str) -> Newest | None:
        """What an edition's newest issue says in short; None before the first."""
        sql = """
            SELECT date, ordinal, papers, verdict FROM issue WHERE edition = ?
            ORDER BY date DESC, ordinal DESC LIMIT 1
        """
        row = self._execute(sql, (edition,)).fetchone()
        return Newest(*row) if row else None

    def last_due(self, edition: str) -> tuple[str, str] | None:
        """The newest scheduled date that was judged, and what became of it."""
        sql = "SELECT date, state FROM due WHERE edition = ? ORDER BY date DESC LIMIT 1"
        found: tuple[str, str] | None = self._execute(sql, (edition,)).fetchone()
        return found

    def quarantine(self) -> list[tuple[bytes, str, str, str]]:
        """Return content, name, reason and moment of each quarantined file, the newest first."""
        sql = "SELECT content, name, reason, moment FROM quarantine ORDER BY moment DESC, name"
        return self._execute(sql).fetchall()

    def rejects(self, limit: int) -> tuple[int, list[RejectStatus]]:
        """How many records the last intake rejected, and the first of them."""
        row = self._execute(
            "SELECT number, rejected FROM intake ORDER BY number DESC LIMIT 1"
        ).fetchone()
        if row is None or not row[1]:
            return 0, []
        sql = """
            SELECT name, line, reason
            FROM (SELECT rowid AS place, * FROM reject ORDER BY rowid DESC LIMIT :all) AS last
            JOIN dump ON dump.id = last.dump WHERE intake = :intake ORDER BY place LIMIT :limit
        """
        found = self._execute(sql, {"all": row[1], "intake": row[0], "limit": limit})
        return row[1], [RejectStatus(dump=name, line=line, reason=why) for name, line, why in found]

    def counts(self) -> dict[str, int]:
        """How much the ledger holds. No row of these tables is ever deleted, so ids count them."""
        sql = """
            SELECT (SELECT coalesce(max(id), 0) FROM dump),
                   (SELECT coalesce(max(id), 0) FROM paper)
                   - (SELECT count(*) FROM paper WHERE alias_of IS NOT NULL),
                   (SELECT coalesce(max(id), 0) FROM issue)
        """
        return dict(zip(("dump", "paper", "issue"), self._execute(sql).fetchone(), strict=True))


def size(folder: Path) -> int:
    """The ledger's bytes on the disk; 0 before the first run."""
    try:
        return (folder / locations.FILE).stat().st_size
    except FileNotFoundError:
        return 0


def backups(folder: Path, zone: tzinfo | None) -> tuple[BackupStatus, ...]:
    """The backups of the ledger, newest first, each with the moment it is of."""
    try:
        return tuple(
            BackupStatus(
                name=one.path.name,
                size=one.path.stat().st_size,
                moment=one.moment.astimezone(zone).isoformat(),
            )
            for one in locations.backups(folder)
        )
    except OSError:  # one that was let go at this moment, or a folder we may not read
        return ()
