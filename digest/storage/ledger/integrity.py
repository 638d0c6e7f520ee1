"""Whether a file is a ledger of ours and whole, and what SQLite's refusals mean to an operator."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from digest.errors import DamagedLedger, LedgerError, LedgerLocked, NewerLedger, NotALedger
from digest.storage.ledger import locations, schema
from digest.storage.ledger.encoding import decoded

Database = sqlite3.Connection

_DAMAGED = frozenset({sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB})
_HELD = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_OF_THE_DISK = frozenset(
    {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY}
)
_NO_TEXT = "Could not decode to UTF-8"  # Python's own refusal, it bears no code of SQLite's


def schema_version(database: Database, path: Path, known: int = len(schema.MIGRATIONS)) -> int:
    """How many steps a database has taken; 0 where it is empty. Nothing is written to find out.

    Raises `ForeignLedger`, or `NewerLedger` where there are more than ``known``.
    """
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != schema.APPLICATION_ID and (application or tables):
        raise NotALedger(str(path), "the database of another program", hint="it is untouched")
    if version > known:
        raise NewerLedger(
            str(path),
            f"written by a later version (form {version}, this one knows {known})",
            hint="update papers-digest",
        )
    return int(version)


def check(path: Path) -> None:
    """Reads the whole file as SQLite's ``integrity_check`` does; writes nothing.

    Raises `LedgerError` for what is no ledger of ours, not whole, or cannot be read. It does
    not notice one letter of a text that became another: SQLite keeps no checksums.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as found:
            if schema_version(found, path) == 0:
                raise damaged(path, "it is empty")
            (said,) = found.execute("PRAGMA integrity_check(1)").fetchone()
            _check_texts(found)
    except sqlite3.DatabaseError as error:
        raise as_ledger_error(path, error) or error from error
    except UnicodeDecodeError as error:  # what SQLite says repeats the damaged bytes
        raise damaged(path, str(error)) from error
    if said != "ok":
        raise damaged(path, " ".join(said.split()))


def _check_texts(database: Database) -> None:
    """Reads everything an old issue is shown from, where the tables are those we know."""
    if schema_version(database, Path()) == len(schema.MIGRATIONS):
        for (body,) in database.execute("SELECT body FROM issue"):
            decoded(body, dict)
        for _, _, facts in database.execute("SELECT title, abstract, facts FROM paper"):
            decoded(facts, dict)


def as_ledger_error(path: Path, error: Exception, patience: float = 0.0) -> LedgerError | None:
    """What the file or the disk refused, and what is to be done; None for a fault of ours.

    ``patience`` is how many seconds were waited for another program.
    """
    if not isinstance(error, sqlite3.DatabaseError):
        return None
    code = getattr(error, "sqlite_errorcode", 0)
    if code == sqlite3.SQLITE_READONLY_ROLLBACK:
        reason, hint = "a run was interrupted while it wrote", "the next digest run tidies up"
    elif code & 0xFF in _DAMAGED or str(error).startswith(_NO_TEXT):
        return damaged(path, str(error))
    elif code & 0xFF in _HELD:
        return LedgerLocked(str(path), str(error), patience)
    elif code & 0xFF in _OF_THE_DISK:
        hint = "once there is room and the file can be read and written, the next run goes on"
        reason = str(error)
    else:
        return None
    return LedgerError(str(path), reason, hint=hint)


def damaged(path: Path, said: str) -> DamagedLedger:
    """The error for a ledger that is not whole; it names the newest backup, sound or not."""
    kept = locations.backups(path.parent)
    return DamagedLedger(
        str(path), f"not usable as a database: {said}", backup=str(kept[0].path) if kept else None
    )


def check_present(path: Path) -> None:
    """Raises `DamagedLedger` where the ledger is gone but its backups are still there.

    Beginning anew would show every paper once more; who wants that moves the backups away.
    """
    if not (path.exists() and path.stat().st_size) and locations.backups(path.parent):
        reason = "gone" if not path.exists() else "empty"
        raise DamagedLedger(
            str(path),
            f"it is {reason}, but there are backups of it",
            backup=str(locations.backups(path.parent)[0].path),
        )
