"""Open the people database with its safety settings; raise SQLite's errors as `PeopleError`."""

from __future__ import annotations

import errno
import os
import secrets
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from digest.errors import PeopleError
from digest.storage import staging
from digest.storage.ledger.migrations import statements
from digest.storage.people import People
from digest.storage.people.departure_log import DepartureLog
from digest.storage.people.schema import APPLICATION_ID, MIGRATIONS

FILE = "people.sqlite3"
TIMEOUT = 30.0  # seconds to wait for another process that writes
_TRIES = 100
_making = threading.Lock()


def exists(folder: Path) -> bool:
    """Return whether a state folder has a people database."""
    return (folder / FILE).exists()


@contextmanager
def opened(folder: Path) -> Iterator[People]:
    """Open the database of a state folder and close it at the end; create or migrate it first.

    What the departure log says and the database does not know yet is applied. Its file is
    readable by its owner alone (0600). Raises `PeopleError` if it cannot be used, also for
    failures of the disk inside the block.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with opened_file(folder / FILE, DepartureLog(folder)) as people:
        _write_ahead(people)
        people.departures.catch_up()
        yield people


@contextmanager
def opened_file(path: Path, log: DepartureLog) -> Iterator[People]:
    """Open a database, which may be a copy, without a look at the departure log.

    Creates or migrates it first, and closes it at the end. Raises `PeopleError`.
    """
    with _errors_of(path):
        _make_if_missing(path)
        connection = sqlite3.connect(path, timeout=TIMEOUT, isolation_level=None)
        with closing(connection):
            _migrate(connection, path, log)
            # What is committed survives a power cut.
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA foreign_keys = ON")
            # What is deleted is overwritten: to forget a person is to forget them at once.
            connection.execute("PRAGMA secure_delete = ON")
            yield People(connection, log)


def _make_if_missing(path: Path) -> None:
    """Make an empty file that its owner alone can read; SQLite would make it readable by all.

    Its log and its index get the permissions of the database. Raises `OSError` for a link.
    """
    # An existing file is not opened: closing it again would free the locks that SQLite has on it
    # in other threads (https://www.sqlite.org/howtocorrupt.html, section 2.2). For the same
    # reason nobody else looks for it until a new one is closed.
    with _making:
        if path.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP), str(path))
        if not path.exists():
            with suppress(FileExistsError):  # by another process, meanwhile
                os.close(staging.open_or_create(path, os.O_RDWR | os.O_EXCL, 0o600))


def check(path: Path) -> None:
    """Check a whole file with SQLite's ``integrity_check``; writes nothing.

    Raises `PeopleError` if it is not a people database, is damaged or cannot be read.
    """
    with _errors_of(path):
        uri = f"{path.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(uri, timeout=TIMEOUT, uri=True)) as connection:
            if not _version(connection, path):
                raise PeopleError(str(path), "it is empty")
            (verdict,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            if verdict != "ok":
                raise PeopleError(str(path), f"it is damaged: {' '.join(verdict.split())}")


def is_locked(error: PeopleError) -> bool:
    """Return whether another program held the database for too long."""
    code = getattr(error.__cause__, "sqlite_errorcode", 0)
    return code & 0xFF in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}


@contextmanager
def opened_copy(folder: Path) -> Iterator[People]:
    """Open a copy of a state folder's database in memory, to try out what would happen.

    What is written is thrown away. Without a database the copy is that of a new one. Raises
    `PeopleError` if it cannot be used.
    """
    path = folder / FILE
    with _errors_of(path), closing(sqlite3.connect(":memory:", isolation_level=None)) as copy:
        if exists(folder):
            with opened(folder) as people:
                people.connection.backup(copy)
        _migrate(copy, path, log := DepartureLog(folder))
        yield People(copy, log)


def _write_ahead(people: People) -> None:
    """Switch the write-ahead log on, with which readers and the sender work side by side."""
    for tries_left in reversed(range(_TRIES)):
        try:
            people.connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or not tries_left:
                raise
            # SQLite does not wait for others that do the same with a new file, but here it does.
            with people.transaction():
                pass
        else:
            return


def _migrate(connection: sqlite3.Connection, path: Path, log: DepartureLog) -> None:
    """Apply the missing migrations in one transaction; give a new database its salt.

    That of the log, if there is one: the database was lost, but not who left.
    """
    if _version(connection, path) == len(MIGRATIONS):
        return
    connection.execute("BEGIN IMMEDIATE")
    version = _version(connection, path)  # another process may have migrated it meanwhile
    for migration in MIGRATIONS[version:]:
        for statement in statements(migration):
            connection.execute(statement)
    if not version:
        head = log.head()
        sql = "INSERT INTO fact (name, value) VALUES ('salt', ?)"
        connection.execute(sql, (head.salt if head else secrets.token_hex(16),))
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
    connection.execute("COMMIT")


def _version(connection: sqlite3.Connection, path: Path) -> int:
    # The tables first: another process may be making all three, in one transaction.
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID and (application or tables):
        raise PeopleError(str(path), "this is the database of another program")
    if version > len(MIGRATIONS):
        reason = "it was written by a later version"
        raise PeopleError(str(path), reason, hint="update papers-digest")
    return int(version)


@contextmanager
def _errors_of(path: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError):
            raise  # a bug of ours, not a fault of the file
        raise PeopleError(str(path), f"cannot be used: {error}") from error
