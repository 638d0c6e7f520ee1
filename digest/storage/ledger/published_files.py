"""Published files: the files written to the output, and facts about the working folder."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping

from digest.model.files import PublishedFile
from digest.storage.ledger.queries import Queries, upsert

# Size and time of a file that was not written yet. No file has them, so it counts as modified.
_UNWRITTEN = (-1, 0)
TAKEN_BACK = "taken back"  # the fact that says why all pages are to be written, "" if they are
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

    def in_folder(self, folder: str) -> list[str]:
        """Return the paths of the files in a folder, and in those below it."""
        # A range, so that the primary key is used: "0" follows "/".
        sql = "SELECT path FROM page WHERE path > ? AND path < ? ORDER BY path"
        return [path for (path,) in self._execute(sql, (f"{folder}/", f"{folder}0"))]

    def marks(self) -> list[tuple[str, int, int]]:
        """Return path, size in bytes and time of change in nanoseconds of each file.

        The size of a file that was not written yet is -1.
        """
        return self._execute("SELECT path, size, modified_ns FROM page").fetchall()

    def hashes(self) -> list[tuple[str, bytes]]:
        """Return path and hash of each file."""
        return self._execute("SELECT path, hash FROM page ORDER BY path").fetchall()


class PublishedFiles(Queries):
    """Files that were written to the output, and facts about the working folder."""

    def manifest(self) -> Manifest:
        """Return the published files by path, without reading them yet."""
        return Manifest(self._connection)

    def record_publication(
        self,
        written: Iterable[tuple[str, PublishedFile]],
        removed: Iterable[str],
        blocked: Iterable[str] = (),
    ) -> None:
        """Record the files that a publication wrote, removed, and could not write.

        A blocked file counts as modified until it is written.
        """
        rows = [(path, *page) for path, page in written]
        rows += [(path, *_UNWRITTEN, b"") for path in blocked]
        self._executemany(upsert("page", "path", "size, modified_ns, hash"), rows)
        self._executemany("DELETE FROM page WHERE path = ?", [(path,) for path in removed])

    def mark(self) -> str | None:
        """Return a hash of paths, sizes and times of the published files; None without files.

        It differs after each publication that wrote or removed a file, and after no other.
        """
        sql = "SELECT path, size, modified_ns FROM page ORDER BY path"
        mark = hashlib.blake2b(digest_size=16)
        row = None
        for row in self._execute(sql):
            mark.update("\0".join(map(str, row)).encode() + b"\n")
        return mark.hexdigest() if row else None

    def forget_publication(self, also: Iterable[tuple[str, bytes]]) -> None:
        """Make the next publication render and compare every page, as after a change of templates.

        Called after a restore. ``also`` are path and hash of files in the output that the
        restored ledger may not know. The next publication removes those that it does not write
        and that still have their hash.
        """
        self._execute("DELETE FROM fact WHERE name = ?", (RENDERED_WITH,))
        rows = [(path, *_UNWRITTEN, content_hash) for path, content_hash in also]
        self._executemany(upsert("page", "path", "size, modified_ns, hash"), rows)

    def forget_times(self) -> None:
        """Make every file count as modified, because the output of another machine has other times.

        The next publication writes each page that is missing or differs.
        """
        self._execute("UPDATE page SET size = ?, modified_ns = ?", _UNWRITTEN)

    def fact(self, name: str) -> str | None:
        """Return the value of a fact about the working folder, such as `RENDERED_WITH`, or None."""
        row = self._execute("SELECT value FROM fact WHERE name = ?", (name,)).fetchone()
        return row[0] if row else None

    def set_fact(self, name: str, value: str) -> None:
        """Store the value of a fact in place of the earlier one."""
        self._execute(upsert("fact", "name", "value"), (name, value))
