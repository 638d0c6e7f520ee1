"""Queries for the status: sums, sources, editions, quarantine, and the ledger's files.

They are executed at the end of every run, so they read as few rows as possible.
"""

from __future__ import annotations

from datetime import tzinfo
from pathlib import Path
from typing import NamedTuple

from digest.model.issues import issue_key
from digest.model.status import BackupStatus, HistoryStatus, RejectStatus, SourceDump
from digest.storage.ledger import locations
from digest.storage.ledger.queries import Queries


class NewestIssue(NamedTuple):
    """An edition's newest issue by date."""

    date: str
    ordinal: int
    papers: int
    verdict: str

    @property
    def key(self) -> str:
        """Return the name of the issue's files."""
        return issue_key(self.date, self.ordinal)


class StatusQueries(Queries):
    """The newest rows of each subject."""

    def list_sources(self) -> list[str]:
        """Return all sources whose dumps had entries, by name."""
        # The recursion takes one step of the index per source; DISTINCT would read all dumps.
        sql = """
            WITH RECURSIVE name (found) AS (
                SELECT min(source) FROM dump WHERE entries > 0
                UNION ALL
                SELECT (SELECT min(source) FROM dump WHERE source > found AND entries > 0)
                FROM name WHERE found IS NOT NULL
            ) SELECT found FROM name WHERE found IS NOT NULL
        """
        return [source for (source,) in self._execute(sql)]

    def last_dumps(self, source: str, limit: int) -> list[SourceDump]:
        """Return the last live dumps of a source that had entries, the newest first."""
        sql = """
            SELECT moment, dump.entries FROM dump JOIN intake ON number = intake
            WHERE source = ? AND dump.entries > 0 AND kind = 'live' ORDER BY dump.id DESC LIMIT ?
        """
        return [SourceDump(*row) for row in self._execute(sql, (source, limit))]

    def newest_page_date(self, source: str) -> str | None:
        """Return the newest page date of a source's live dumps, or None."""
        sql = """
            SELECT page_date FROM dump JOIN intake ON number = intake
            WHERE source = ? AND page_date IS NOT NULL AND kind = 'live'
            ORDER BY page_date DESC LIMIT 1
        """
        row = self._execute(sql, (source,)).fetchone()
        return row[0] if row else None

    def history(self) -> HistoryStatus | None:
        """Return what backfills took in; None if there was none."""
        sql = "SELECT coalesce(sum(new), 0), max(moment) FROM intake WHERE kind = 'history'"
        papers, moment = self._execute(sql).fetchone()
        if moment is None:
            return None
        # Reads every dump, which takes a millisecond for ten years of them.
        sql = """
            SELECT count(*), min(page_date), max(page_date) FROM dump
            WHERE intake IN (SELECT number FROM intake WHERE kind = 'history')
        """
        dumps, first, last = self._execute(sql).fetchone()
        return HistoryStatus(dumps=dumps, papers=papers, first=first, last=last, moment=moment)

    def newest_issue(self, edition: str) -> NewestIssue | None:
        """Return an edition's newest issue; None before the first."""
        sql = """
            SELECT date, ordinal, papers, verdict FROM issue WHERE edition = ?
            ORDER BY date DESC, ordinal DESC LIMIT 1
        """
        row = self._execute(sql, (edition,)).fetchone()
        return NewestIssue(*row) if row else None

    def last_due(self, edition: str) -> tuple[str, str] | None:
        """Return the newest scheduled date that has a due row, and its state."""
        sql = "SELECT date, state FROM due WHERE edition = ? ORDER BY date DESC LIMIT 1"
        row: tuple[str, str] | None = self._execute(sql, (edition,)).fetchone()
        return row

    def list_quarantine(self) -> list[tuple[bytes, str, str, str]]:
        """Return content, name, reason and moment of each quarantined file, the newest first."""
        sql = "SELECT content, name, reason, moment FROM quarantine ORDER BY moment DESC, name"
        return self._execute(sql).fetchall()

    def last_rejects(self, limit: int) -> tuple[int, list[RejectStatus]]:
        """Return how many records the last intake rejected, and the first ``limit`` of them."""
        row = self._execute(
            "SELECT number, rejected FROM intake ORDER BY number DESC LIMIT 1"
        ).fetchone()
        if row is None or not row[1]:
            return 0, []
        # The last intake's rejects are the last rows: by rowid no other row is read.
        sql = """
            SELECT name, line, reason
            FROM (SELECT rowid AS place, * FROM reject ORDER BY rowid DESC LIMIT :all) AS last
            JOIN dump ON dump.id = last.dump WHERE intake = :intake ORDER BY place LIMIT :limit
        """
        rows = self._execute(sql, {"all": row[1], "intake": row[0], "limit": limit})
        rejects = [RejectStatus(dump=name, line=line, reason=reason) for name, line, reason in rows]
        return row[1], rejects

    def count_rows(self) -> dict[str, int]:
        """Return how many dumps, papers (without aliases) and issues the ledger holds."""
        # No dump or paper is ever deleted, so the greatest id is their number.
        sql = """
            SELECT (SELECT coalesce(max(id), 0) FROM dump),
                   (SELECT coalesce(max(id), 0) FROM paper)
                   - (SELECT count(*) FROM paper WHERE alias_of IS NOT NULL),
                   (SELECT count(*) FROM issue)
        """
        return dict(zip(("dump", "paper", "issue"), self._execute(sql).fetchone(), strict=True))


def ledger_size(folder: Path) -> int:
    """Return the size of the ledger's file in bytes; 0 before the first run."""
    try:
        return (folder / locations.FILE).stat().st_size
    except FileNotFoundError:
        return 0


def list_backup_statuses(folder: Path, zone: tzinfo | None) -> tuple[BackupStatus, ...]:
    """Return the backups in a state folder, the newest first, with moments in this zone."""
    try:
        return tuple(
            BackupStatus(
                name=backup.path.name,
                size=backup.path.stat().st_size,
                moment=backup.moment.astimezone(zone).isoformat(),
            )
            for backup in locations.list_backups(folder)
        )
    except OSError:  # one that is being pruned now, or a folder that we may not read
        return ()
