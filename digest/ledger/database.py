"""Opening the ledger: its form, its safety settings, its transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from digest.errors import ForeignLedger, LedgerError, NewerLedger
from digest.ledger import schema

Database = sqlite3.Connection

FILE = "ledger.sqlite3"
_BUSY_SECONDS = 30.0
_OF_THE_DISK = frozenset(
    {
        sqlite3.SQLITE_BUSY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY,
    }
)  # fmt: skip


@contextmanager
def opened(folder: Path) -> Iterator[Database]:
    """The ledger as `open_to_write` gives it, closed at the end.

    What the disk refuses meanwhile (it is full, or cannot be written) is raised as
    `LedgerError` too; what was committed before stays, and the next run goes on from there.
    """
    try:
        with closing(open_to_write(folder)) as database:
            yield database
    except sqlite3.DatabaseError as error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF not in _OF_THE_DISK:
            raise
        raise _refused(folder / FILE, error) from error


def open_to_write(folder: Path) -> Database:
    """The ledger in this folder, made or brought to the present form.

    A rollback journal and full synchronisation: what is committed survives a power cut.
    Raises `ForeignLedger`, `NewerLedger` or `LedgerError`; the file is then untouched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    database = _connect(path, f"{path.absolute().as_uri()}?mode=rwc")
    try:
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA foreign_keys = ON")
        _migrate(database, path)
    except BaseException:
        database.close()
        raise
    return database


def open_to_read(folder: Path) -> Database | None:
    """The ledger, read-only; None where there is none yet."""
    path = folder / FILE
    if not path.exists():
        return None
    database = _connect(path, f"{path.absolute().as_uri()}?mode=ro")
    if _version(database, path) != len(schema.STEPS):
        database.close()
        raise LedgerError(str(path), "it is of an earlier form", hint="digest run updates it")
    return database


def copy(folder: Path, target: Path) -> None:
    """A copy of the ledger in another folder, by SQLite's online backup."""
    source = open_to_read(folder)
    if source is None:
        return
    target.mkdir(parents=True, exist_ok=True)
    with closing(source), closing(sqlite3.connect(target / FILE)) as made:
        source.backup(made)


@contextmanager
def transaction(database: Database) -> Iterator[None]:
    """All or nothing; takes the write lock at once, so two writers never both decide."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if database.in_transaction:  # a full disk has ended it already
            database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")


def _connect(path: Path, uri: str) -> Database:
    """The database, which is ours or empty; nothing was written to find out."""
    with ExitStack() as on_error:
        try:
            database = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None)
            on_error.callback(database.close)
            _version(database, path)
        except sqlite3.DatabaseError as error:
            raise _refused(path, error) from error
        on_error.pop_all()
    return database


def _refused(path: Path, error: sqlite3.DatabaseError) -> LedgerError:
    """What SQLite could not do, and what is to be done about it."""
    if error.sqlite_errorcode == sqlite3.SQLITE_READONLY_ROLLBACK:
        reason, hint = "a run was interrupted while it wrote", "the next digest run tidies up"
    elif error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        reason, hint = f"not usable as a database: {error}", "keep it; restore a backup"
    else:
        hint = "once there is room and the file can be read and written, the next run goes on"
        reason = str(error)
    return LedgerError(str(path), reason, hint=hint)


def _version(database: Database, path: Path) -> int:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if application != schema.APPLICATION_ID and (application or tables):
        raise ForeignLedger(str(path), "the database of another program", hint="it is untouched")
    if version > len(schema.STEPS):
        raise NewerLedger(
            str(path),
            f"written by a later version (form {version}, this one knows {len(schema.STEPS)})",
            hint="update papers-digest",
        )
    return int(version)


def _migrate(database: Database, path: Path) -> None:
    """Takes the steps that are missing, each with the record that it was taken."""
    if _version(database, path) == len(schema.STEPS):
        return
    with transaction(database):
        taken = _version(database, path)
        for step in schema.STEPS[taken:]:
            for statement in step.split(";\n"):
                database.execute(statement)
        database.execute(f"PRAGMA application_id = {schema.APPLICATION_ID}")
        database.execute(f"PRAGMA user_version = {len(schema.STEPS)}")
