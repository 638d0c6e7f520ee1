"""What was written to the output, and small facts about the working folder."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from digest.model.files import Written

Database = sqlite3.Connection

RENDERED_WITH = "rendered with"  # the fact by which a publication knows the last one's templates


def pages(database: Database) -> dict[str, Written]:
    """Everything we wrote, by path below the output folder."""
    rows = database.execute("SELECT path, size, modified_ns, hash FROM page")
    return {path: Written(*rest) for path, *rest in rows}


def record(
    database: Database, written: Iterable[tuple[str, Written]], removed: Iterable[str]
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
