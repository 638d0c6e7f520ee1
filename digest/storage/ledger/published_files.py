"""What was written to the output, and small facts about the working folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from digest.model.files import PublishedFile

Database = sqlite3.Connection

RENDERED_WITH = "rendered with"  # the fact by which a publication knows the last one's templates


class Manifest(Mapping[str, PublishedFile]):
    """Everything we wrote, by path below the output folder; each is looked up when asked for.

    A run asks for its own pages, and an archive of ten years has 26,000.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def __getitem__(self, path: str) -> PublishedFile:
        sql = "SELECT size, modified_ns, hash FROM page WHERE path = ?"
        row = self._database.execute(sql, (path,)).fetchone()
        if row is None:
            raise KeyError(path)
        return PublishedFile(*row)

    def __iter__(self) -> Iterator[str]:
        rows = self._database.execute("SELECT path FROM page ORDER BY path").fetchall()
        return (path for (path,) in rows)

    def __len__(self) -> int:
        return int(self._database.execute("SELECT count(*) FROM page").fetchone()[0])

    def marks(self) -> list[tuple[str, int, int]]:
        """Path, size in bytes and time of change in nanoseconds of each, as we left it."""
        return self._database.execute("SELECT path, size, modified_ns FROM page").fetchall()


def record(
    database: Database, written: Iterable[tuple[str, PublishedFile]], removed: Iterable[str]
) -> None:
    """What a publication wrote and removed."""
    rows = [(path, *page) for path, page in written]
    database.executemany("INSERT OR REPLACE INTO page VALUES (?, ?, ?, ?)", rows)
    database.executemany("DELETE FROM page WHERE path = ?", [(path,) for path in removed])


def forget_publication(database: Database, also: Iterable[str]) -> None:
    """The next publication looks at every page, as the first one did, and at these files too."""
    database.execute("DELETE FROM fact WHERE name = ?", (RENDERED_WITH,))
    rows = [(path, -1, 0, b"") for path in also]
    database.executemany("INSERT OR IGNORE INTO page VALUES (?, ?, ?, ?)", rows)


def fact(database: Database, name: str) -> str | None:
    """A remembered value, such as what the output was last rendered with."""
    row = database.execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
    return row[0] if row else None


def set_fact(database: Database, name: str, value: str) -> None:
    """Remembers a value in place of the earlier one."""
    database.execute("INSERT OR REPLACE INTO fact VALUES (?, ?)", (name, value))
