"""Published files: the files written to the output, and facts about the working folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from digest.model.files import PublishedFile
from digest.storage.ledger.queries import Queries, insert_new, upsert

RENDERED_WITH = "rendered with"  # the fact that identifies the last publication's templates


class Manifest(Mapping[str, PublishedFile]):
    """Every published file by its path below the output folder; each look-up is a query.

    The table is not read at once, because a run needs only its own pages, and an archive of ten
    years has 26,000.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute

    def __getitem__(self, path: str) -> PublishedFile:
        sql = "SELECT size, modified_ns, hash FROM page WHERE path = ?"
        row = self._execute(sql, (path,)).fetchone()
        if row is None:
            raise KeyError(path)
        return PublishedFile(*row)

    def __iter__(self) -> Iterator[str]:
        # All rows are fetched first, because the caller may write while it iterates.
        rows = self._execute("SELECT path FROM page ORDER BY path").fetchall()
        return (path for (path,) in rows)

    def __len__(self) -> int:
        return int(self._execute("SELECT count(*) FROM page").fetchone()[0])

    def marks(self) -> list[tuple[str, int, int]]:
        """Return path, size in bytes and time of change in nanoseconds of each file."""
        return self._execute("SELECT path, size, modified_ns FROM page").fetchall()


class PublishedFiles(Queries):
    """Files that were written to the output, and facts about the working folder."""

    def manifest(self) -> Manifest:
        """Return the published files by path, without reading them yet."""
        return Manifest(self._connection)

    def record_publication(
        self, written: Iterable[tuple[str, PublishedFile]], removed: Iterable[str]
    ) -> None:
        """Record the files that a publication wrote and removed."""
        rows = [(path, *page) for path, page in written]
        self._executemany(upsert("page", "path", "size, modified_ns, hash"), rows)
        self._executemany("DELETE FROM page WHERE path = ?", [(path,) for path in removed])

    def forget_publication(self, also: Iterable[str]) -> None:
        """Make the next publication render and compare every page, as after a change of templates.

        Called after a restore. ``also`` are the paths of dated files in the output, which the
        restored ledger may not know. The next publication deletes those that it does not write.
        """
        self._execute("DELETE FROM fact WHERE name = ?", (RENDERED_WITH,))
        # No file has the size -1, so each of them counts as modified.
        rows = [(path, -1, 0, b"") for path in also]
        self._executemany(insert_new("page", "path, size, modified_ns, hash"), rows)

    def fact(self, name: str) -> str | None:
        """Return the value of a fact about the working folder, such as `RENDERED_WITH`, or None."""
        row = self._execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Store the value of a fact in place of the earlier one."""
        self._execute(upsert("fact", "name", "value"), (name, value))
