"""Opening the ledger: its safety settings, its transactions, what the disk refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path

from digest.errors import DigestError, LedgerError
from digest.storage.ledger import Ledger, integrity, locations, schema

FILE = locations.FILE
_PATIENCE = 30.0  # seconds to wait for another program that holds the file


@contextmanager
def opened(folder: Path, *, patience: float = _PATIENCE) -> Iterator[Ledger]:
    """The ledger as `open_to_write` gives it, closed at the end.

    What the disk refuses meanwhile (it is full, or cannot be written, or gave back something
    else than was written) is raised as `LedgerError` too; what was committed before stays,
    and the next run goes on from there.
    """
    with (
        translate_errors(folder / FILE, patience),
        closing(open_to_write(folder, patience=patience)) as found,
    ):
        yield found


@contextmanager
def opened_to_read(folder: Path, *, patience: float = _PATIENCE) -> Iterator[Ledger | None]:
    """The ledger as `open_to_read` gives it, closed at the end; refusals as in `opened`."""
    with translate_errors(folder / FILE, patience), ExitStack() as at_end:
        found = open_to_read(folder, patience=patience)
        if found is not None:
            at_end.callback(found.close)
        yield found


def open_to_write(
    folder: Path, *, steps: Sequence[str] = schema.MIGRATIONS, patience: float = _PATIENCE
) -> Ledger:
    """The ledger in this folder, made or brought to the present form.

    A rollback journal and full synchronisation: what is committed survives a power cut.
    Raises `LedgerError`; the file is then untouched.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / FILE
    integrity.check_present(path)
    with ExitStack() as on_error, translate_errors(path, patience):
        database = _connect(path, "rwc", patience, len(steps))
        on_error.callback(database.close)
        database.execute("PRAGMA journal_mode = DELETE")
        database.execute("PRAGMA synchronous = FULL")
        database.execute("PRAGMA foreign_keys = ON")
        if integrity.schema_version(database, path, len(steps)) < len(steps):
            from digest.storage.ledger import migrations

            migrations.migrate(database, path, steps)
        on_error.pop_all()
    return Ledger(database)


def open_to_read(
    folder: Path, *, steps: Sequence[str] = schema.MIGRATIONS, patience: float = _PATIENCE
) -> Ledger | None:
    """The ledger, read-only; None where there is none yet."""
    path = folder / FILE
    integrity.check_present(path)
    if not path.exists():
        return None
    with translate_errors(path, patience):
        database = _connect(path, "ro", patience, len(steps))
        if integrity.schema_version(database, path, len(steps)) < len(steps):
            database.close()
            raise LedgerError(str(path), "it is of an earlier form", hint="digest run updates it")
    return Ledger(database)


def copy(folder: Path, target: Path) -> None:
    """A copy of the ledger in another folder, by SQLite's online backup."""
    from digest.storage.ledger import backups

    with opened_to_read(folder) as source:
        if source is not None:
            target.mkdir(parents=True, exist_ok=True)
            backups.copy(source.connection, target / FILE)


@contextmanager
def translate_errors(path: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Refusals of the file and the disk as `LedgerError`.

    Of any other failure the damage may be the cause, where what a row says makes no sense:
    then the file is looked through.
    """
    try:
        yield
    except DigestError:
        raise
    except Exception as error:
        if expected := integrity.as_ledger_error(path, error, patience):
            raise expected from error
        if path.exists() and not isinstance(error, OSError):
            integrity.check(path)
        raise


def _connect(path: Path, mode: str, patience: float, known: int) -> sqlite3.Connection:
    """The database, which is ours or empty; nothing was written to find out."""
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    with ExitStack() as on_error:
        database = sqlite3.connect(uri, uri=True, timeout=patience, isolation_level=None)
        on_error.callback(database.close)
        integrity.schema_version(database, path, known)
        on_error.pop_all()
    return database
