"""Runs of the first step: intakes, the dumps they read, the files remembered."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import msgspec

from digest.model.files import SeenFile
from digest.model.issues import Accounting
from digest.model.papers import Dump

Database = sqlite3.Connection

_SUMS = ", ".join(f"coalesce(sum({name}), 0)" for name in Accounting.__struct_fields__)
_HABIT = 60  # dumps looked back on


class History(NamedTuple):
    """What live runs have brought so far: each source's last dumps, and all recent pages."""

    entries: dict[str, list[int]]
    page_dates: frozenset[str]
    newest_moment: str | None

    def habit(self, source: str) -> list[int]:
        """How many entries the last dumps of a source held."""
        return self.entries.get(source, [])


def history(database: Database) -> History:
    """The last `_HABIT` dumps that held anything."""
    sql = (
        "SELECT source, page_date, dump.entries, moment FROM dump JOIN intake ON number = intake"
        " WHERE kind = 'live' AND dump.entries > 0 ORDER BY id DESC LIMIT ?"
    )
    rows = database.execute(sql, (_HABIT,)).fetchall()
    entries: dict[str, list[int]] = {}
    for source, _, count, _ in rows:
        entries.setdefault(source, []).append(count)
    dates = frozenset(page_date for _, page_date, _, _ in rows if page_date)
    return History(entries, dates, rows[0][3] if rows else None)


def files(database: Database, version: str) -> dict[str, SeenFile]:
    """The inbox files that were read before, by name.

    Without those that another version of the product could not read: they are tried again.
    """
    sql = (
        "SELECT name, size, modified_ns, content FROM file WHERE content NOT IN"
        " (SELECT content FROM quarantine WHERE version <> ?)"
    )
    return {name: SeenFile(*rest) for name, *rest in database.execute(sql, (version,))}


def read_files(database: Database) -> dict[str, SeenFile]:
    """The inbox files whose content was taken in, by name."""
    sql = "SELECT file.name, size, modified_ns, content FROM file JOIN dump USING (content)"
    return {name: SeenFile(*rest) for name, *rest in database.execute(sql)}


def remember(database: Database, seen: Iterable[tuple[str, SeenFile]]) -> None:
    """Files read now, so that an unchanged one costs a look at its time next run."""
    rows = [(name, *file) for name, file in seen]
    database.executemany("INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)", rows)


def is_known_content(database: Database, content: bytes) -> bool:
    """Whether these bytes were taken in before, under whatever name."""
    found = database.execute("SELECT 1 FROM dump WHERE content = ?", (content,)).fetchone()
    return found is not None


def begin(database: Database, moment: str, kind: str, version: str) -> int:
    """A new intake, to be completed by `finish` in the same transaction."""
    sql = "INSERT INTO intake VALUES (NULL, ?, ?, ?, 0, 0, 0, 0, 0, 0, 0)"
    return int(database.execute(sql, (moment, kind, version)).lastrowid or 0)


def finish(database: Database, number: int, accounting: Accounting) -> None:
    """The sums of an intake, once all its dumps are in."""
    parts = msgspec.structs.asdict(accounting)
    assignments = ", ".join(f"{name} = :{name}" for name in parts)
    sql = f"UPDATE intake SET {assignments} WHERE number = :number"
    database.execute(sql, {**parts, "number": number})


def record_dump(
    database: Database,
    intake: int,
    dump: Dump,
    content: bytes,
    *,
    modified: str | None,
    short: bool,
) -> int:
    """A dump that was read, with its rejects; gives its number."""
    cursor = database.execute(
        "INSERT INTO dump VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            intake, dump.name, content, modified, dump.format_name, dump.source, dump.page_date,
            msgspec.json.encode(dump.evidence).decode(), dump.stated, dump.entries, short,
        ),
    )  # fmt: skip
    number = int(cursor.lastrowid or 0)
    rows = [(number, reject.line, reject.reason) for reject in dump.rejects]
    database.executemany("INSERT INTO reject VALUES (?, ?, ?)", rows)
    return number


def newest_page_dates(database: Database) -> dict[str, str]:
    """Per source, the newest page date that live intakes have brought so far."""
    sql = (
        "SELECT source, max(page_date) FROM dump JOIN intake ON number = intake"
        " WHERE kind = 'live' AND page_date IS NOT NULL GROUP BY source"
    )
    return dict(database.execute(sql).fetchall())


def since(database: Database, cursor: int) -> tuple[Accounting, bool]:
    """The sums over all live intakes after this one, and whether a dump of them fell short."""
    sql = f"SELECT {_SUMS} FROM intake WHERE number > ? AND kind = 'live'"
    sums = Accounting(*database.execute(sql, (cursor,)).fetchone())
    sql = (
        "SELECT coalesce(max(short), 0) FROM dump JOIN intake ON number = intake"
        " WHERE number > ? AND kind = 'live'"
    )
    (short,) = database.execute(sql, (cursor,)).fetchone()
    return sums, bool(short)


def last(database: Database) -> int:
    """The number of the newest intake; 0 before the first."""
    (number,) = database.execute("SELECT coalesce(max(number), 0) FROM intake").fetchone()
    return int(number)


def quarantined(database: Database, content: bytes, version: str) -> bool:
    """Whether this version of the product has already failed on these bytes."""
    sql = "SELECT 1 FROM quarantine WHERE content = ? AND version = ?"
    return database.execute(sql, (content, version)).fetchone() is not None


def record_quarantine(
    database: Database, name: str, content: bytes, reason: str, version: str, moment: str
) -> None:
    """A file in which nothing could be read."""
    row = (content, name, reason, version, moment)
    database.execute("INSERT OR REPLACE INTO quarantine VALUES (?, ?, ?, ?, ?)", row)


def release(database: Database, content: bytes) -> bool:
    """Forgets that these bytes could not be read; True if that was so."""
    sql = "DELETE FROM quarantine WHERE content = ?"
    return database.execute(sql, (content,)).rowcount > 0


def unreadable_since(database: Database, moment: str | None) -> int:
    """How many files in quarantine came there after this moment; all of them for None.

    To the second, which is how exactly issues know theirs.
    """
    rows = database.execute("SELECT moment FROM quarantine").fetchall()
    if moment is None:
        return len(rows)
    last = datetime.fromisoformat(moment)
    return sum(datetime.fromisoformat(at).replace(microsecond=0) > last for (at,) in rows)
