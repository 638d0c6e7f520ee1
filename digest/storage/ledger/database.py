"""Open the ledger with its safety settings; raise errors of file and disk as `LedgerError`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from digest.errors import DigestError, LedgerError
from digest.storage.ledger import Ledger, integrity, locations, schema

FILE = locations.FILE
TIMEOUT = 30.0  # seconds to wait for another program that holds the file


@contextmanager
def opened(folder: Path, *, timeout: float = TIMEOUT) -> Iterator[Ledger]:
    """Open the ledger as `open_to_write` does, and close it at the end.

    Failures of the disk inside the block (full, not writable, corrupt) are raised as
    `LedgerError` too. What was committed before stays, and the next run goes on from there.
    """
    with (
        translate_errors(folder / FILE, timeout),
        closing(open_to_write(folder, timeout=timeout)) as ledger,
    ):
        yield ledger


@contextmanager
def opened_to_read(folder: Path, *, timeout: float = TIMEOUT) -> Iterator[Ledger | None]:
    """Open the ledger as `open_to_read` does, and close it at the end; errors as in `opened`."""
    with translate_errors(folder / FILE, timeout), ExitStack() as at_end:
        ledger = open_to_read(folder, timeout=timeout)
        if ledger is not None:
            at_end.callback(ledger.close)
        yield ledger


def open_to_write(
    folder: Path, *, migrations: Sequence[str] = schema.MIGRATIONS, timeout: float = TIMEOUT
) -> Ledger:
    """Open the ledger in this folder; create it or migrate it to the present schema first.

    Tests give other ``migrations``. Raises `LedgerError`, with the file as it was.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    integrity.check_present(path)
    with ExitStack() as on_error, translate_errors(path, timeout):
        connection = _connect(path, "rwc", timeout, len(migrations))
        on_error.callback(connection.close)
        # A rollback journal and full synchronisation: what is committed survives a power cut.
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        if integrity.schema_version(connection, path, len(migrations)) < len(migrations):
            # Imported here: nearly every run finds the present schema.
            from digest.storage.ledger.migrations import migrate

            migrate(connection, path, migrations)
        on_error.pop_all()
    return Ledger(connection)


def open_to_read(
    folder: Path, *, migrations: Sequence[str] = schema.MIGRATIONS, timeout: float = TIMEOUT
) -> Ledger | None:
    """Open the ledger read-only; return None when there is none yet.

    Raises `LedgerError`, also for a ledger of an earlier schema: only a run migrates it.
    """
    path = folder / FILE
    integrity.check_present(path)
    if not path.exists():
        return None
    with translate_errors(path, timeout):
        connection = _connect(path, "ro", timeout, len(migrations))
        if integrity.schema_version(connection, path, len(migrations)) < len(migrations):
            connection.close()
            raise LedgerError(
                str(path), "it was written by an earlier version", hint="digest run updates it"
            )
    return Ledger(connection)


def copy(folder: Path, target: Path) -> None:
    """Copy the ledger of a state folder into the folder ``target``, for a dry run.

    Copies nothing if there is no ledger yet. Raises `LedgerError` as `opened_to_read` does.
    """
    from digest.storage.ledger import backups

    with opened_to_read(folder) as ledger:
        if ledger is not None:
            target.mkdir(parents=True, exist_ok=True)
            backups.copy(ledger, target / FILE)


@contextmanager
def translate_errors(path: Path, timeout: float = TIMEOUT) -> Iterator[None]:
    """Raise SQLite's errors about the file and the disk as `LedgerError`.

    Any other exception is raised as it is, unless a check then finds the file damaged: in that
    case `DamagedLedger` is raised. ``timeout`` is how many seconds the connection waits for
    another program, which the message states.
    """
    try:
        yield
    except DigestError:
        raise
    except Exception as error:
        if expected := integrity.as_ledger_error(path, error, timeout):
            try:
                raise expected from error
            finally:
                # Else traceback and frame keep each other alive, and with them open cursors, which
                # hold the lock of the file until the garbage collector runs.
                del expected
        # Any other exception may come from a corrupt row: check the file before re-raising.
        if path.exists() and not isinstance(error, OSError):
            integrity.check(path)
        raise


def _connect(path: Path, mode: str, timeout: float, known: int) -> sqlite3.Connection:
    """Connect to the file, which must be empty or a ledger of at most ``known`` migrations."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    with ExitStack() as on_error:
        connection = sqlite3.connect(uri, uri=True, timeout=timeout, isolation_level=None)
        on_error.callback(connection.close)
        # Before any setting is made: another program's database must stay untouched.
        integrity.schema_version(connection, path, known)
        on_error.pop_all()
    return connection
