"""What was written to the output, and small facts about the working folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from digest.model.files import PublishedFile
from digest.storage.ledger.queries import Queries, insert_new, upsert

RENDERED_WITH = "rendered with"  # the fact by which a publication knows the last one's templates


class Manifest(Mapping[str, PublishedFile]):
    """Everything we wrote, by path below the output folder; each is looked up when asked for.

    A run asks for its own pages, and an archive of ten years has 26,000.
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
        rows = self._execute("SELECT path FROM page ORDER BY path").fetchall()
        return (path for (path,) in rows)

    def __len__(self) -> int:
        return int(self._execute("SELECT count(*) FROM page").fetchone()[0])

    def marks(self) -> list[tuple[str, int, int]]:
        """Path, size in bytes and time of change in nanoseconds of each, as we left it."""
        return self._execute("SELECT path, size, modified_ns FROM page").fetchall()


class PublishedFiles(Queries):
    """Files that were written to the output, and facts about the working folder."""

    def manifest(self) -> Manifest:
        """Return the published files by path; nothing is read before it is asked for."""
        return Manifest(self._connection)

    def record(self, written: Iterable[tuple[str, PublishedFile]], removed: Iterable[str]) -> None:
        """What a publication wrote and removed."""
        rows = [(path, *page) for path, page in written]
        self._executemany(upsert("page", "path", "size, modified_ns, hash"), rows)
        self._executemany("DELETE FROM page WHERE path = ?", [(path,) for path in removed])

    def forget_publication(self, also: Iterable[str]) -> None:
        """Make the next publication look at every page and at these files."""
        self._execute("DELETE FROM fact WHERE name = ?", (RENDERED_WITH,))
        rows = [(path, -1, 0, b"") for path in also]
        self._executemany(insert_new("page", "path, size, modified_ns, hash"), rows)

    def fact(self, name: str) -> str | None:
        """A remembered value, such as what the output was last rendered with."""
        row = self._execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Remembers a value in place of the earlier one."""
        self._execute(upsert("fact", "name", "value"), (name, value))
