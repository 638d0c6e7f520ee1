"""Check that a file is a sound ledger of ours; turn SQLite's errors into `LedgerError`."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

from digest.errors import DamagedLedger, LedgerError, LedgerLocked, NewerLedger, NotALedger
from digest.model.issues import Issue
from digest.storage.ledger import locations, schema
from digest.storage.ledger.encoding import corruption, decode

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_LOCKED = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_OF_THE_DISK = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
)
# Title and abstract only have to be fetched: Python raises on bytes that are not UTF-8.
_JSON: dict[str, type[Any]] = {
    "SELECT body FROM issue": Issue,
    "SELECT title, abstract, facts FROM paper": dict,
    "SELECT phrases FROM title_phrase": dict,
    "SELECT name, heirs FROM retired": list,
}
_DEFINITIONS = "SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"
# The first is raised by Python, without an error code of SQLite, which has none for the second.
_DAMAGE = ("Could not decode to UTF-8", "unsupported file format")


def schema_version(
    connection: sqlite3.Connection, path: Path, known: int = len(schema.MIGRATIONS)
) -> int:
    """Return how many migrations a database has had; 0 when it is empty. Writes nothing.

    Raises `NotALedger` for another program's database, and `NewerLedger` when it has had more
    than ``known``. ``path`` is for the error.
    """
    # The tables first: another process may be making all three, in one transaction.
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != schema.APPLICATION_ID and (application or tables):
        raise NotALedger(
            str(path),
            "this is the database of another program",
            hint="it was not changed; move it out of the state folder",
        )
    if version > known:
        raise NewerLedger(
            str(path),
            f"it was written by a later version (schema {version}, this version knows {known})",
            hint="update papers-digest",
        )
    return int(version)


def check(path: Path) -> None:
    """Check the whole file with SQLite's ``integrity_check``, then its schema and its texts.

    Writes nothing. Raises `LedgerError` when it is not a ledger, is damaged or cannot be read.
    Does not notice a changed letter in a text, because SQLite keeps no checksums.
    """
    try:
        # Read-only: a damaged file stays as it is, so that its rows may still be rescued.
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, uri=True)) as connection:
            version = schema_version(connection, path)
            if version == 0:
                raise damaged(path, "it is empty")
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            # An earlier schema has other definitions, and may lack one of the columns.
            if verdict == "ok" and version == len(schema.MIGRATIONS):
                _check_schema(connection)
                _check_texts(connection)
    except sqlite3.DatabaseError as error:
        raise as_ledger_error(path, error) or error from error
    except UnicodeDecodeError as error:  # SQLite's message repeats the damaged bytes
        raise damaged(path, str(error)) from error
    if verdict != "ok":
        raise damaged(path, " ".join(verdict.split()))


def _check_schema(connection: sqlite3.Connection) -> None:
    """Compare the definitions of the tables and indexes with those of a new ledger."""
    with closing(sqlite3.connect(":memory:")) as new:
        for migration in schema.MIGRATIONS:
            new.executescript(migration)
        altered = set(new.execute(_DEFINITIONS)) - set(connection.execute(_DEFINITIONS))
    if altered:
        name, _ = min(altered)
        raise corruption(f"the definition of {name} is missing or was altered")


def _check_texts(connection: sqlite3.Connection) -> None:
    """Decode the texts that pages are made from."""
    for query, kind in _JSON.items():
        # A cursor that an error leaves open would hold the lock of the file.
        with closing(connection.execute(query)) as rows:
            for *_, text in rows:
                record = decode(text, kind)
                if isinstance(record, Issue):
                    _check_issue(record)


def _check_issue(issue: Issue) -> None:
    """Check that sub-headings and picks are papers of the issue, as pages rely on."""
    parts = (part for section in issue.sections for part in section.parts)
    guids = {*issue.picks, *(guid for part in parts for guid in part.papers)}
    if not guids <= {item.guid for item in issue.papers}:
        raise corruption(f"the issue {issue.key} names a paper that it does not hold")


def as_ledger_error(path: Path, error: Exception, timeout: float = 0.0) -> LedgerError | None:
    """Return the `LedgerError` for an error of SQLite; None if file and disk are not its cause.

    Its hint says what an operator can do. ``timeout`` is how many seconds the connection waited
    for another program.
    """
    if not isinstance(error, sqlite3.DatabaseError):
        return None
    code = getattr(error, "sqlite_errorcode", 0)
    # Asked before its family of codes, SQLITE_READONLY, which stands for a read-only disk.
    if code == sqlite3.SQLITE_READONLY_ROLLBACK:
        reason, hint = "a run was interrupted while it wrote", "the next digest run repairs it"
    elif code & 0xFF in _DAMAGED or str(error).startswith(_DAMAGE):
        return damaged(path, str(error))
    elif code & 0xFF in _LOCKED:
        return LedgerLocked(str(path), str(error), timeout)
    elif code & 0xFF in _OF_THE_DISK:
        reason = str(error)
        hint = "make room on the disk and check the file's permissions; the next run continues"
    else:
        return None
    return LedgerError(str(path), reason, hint=hint)


def damaged(path: Path, reason: str) -> DamagedLedger:
    """Return the error for a damaged ledger. It names the newest backup, which is not checked."""
    backups = locations.list_backups(path.parent)
    return DamagedLedger(
        str(path),
        f"not usable as a database: {reason}",
        backup=str(backups[0].path) if backups else None,
    )


def check_present(path: Path) -> None:
    """Raise `DamagedLedger` when the ledger is missing or empty but there are backups of it.

    A new ledger would publish every paper once more. To begin anew on purpose, an operator
    moves the backups away.
    """
    if not (path.exists() and path.stat().st_size) and locations.list_backups(path.parent):
        reason = "missing" if not path.exists() else "empty"
        raise DamagedLedger(
            str(path),
            f"it is {reason}, but there are backups of it",
            backup=str(locations.list_backups(path.parent)[0].path),
        )
