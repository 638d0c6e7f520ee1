"""Backups of the ledger by SQLite's online backup: made, checked, kept, let go, put back."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from digest.errors import DamagedLedger, LedgerError, NewerLedger, NotALedger
from digest.storage.ledger import integrity, locations

Database = sqlite3.Connection

_PATIENCE = 5.0  # seconds a ledger that is to be replaced may be held by another program


def copy(source: Database, target: Path) -> None:
    """Everything the ledger holds, as one file; a copy cut off half-way is left where it is.

    Waits for another program that holds the source no longer than the connection's own
    patience: `sqlite3.Connection.backup` by itself would wait for ever.
    """
    with closing(sqlite3.connect(target, isolation_level=None)) as made:
        made.execute("PRAGMA journal_mode = OFF")  # whoever puts it in place syncs it as a whole
        made.execute("PRAGMA synchronous = OFF")
        source.execute("BEGIN")
        try:
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            source.backup(made)
        finally:
            source.execute("ROLLBACK")


def make(source: Database, folder: Path, moment: datetime) -> Path:
    """A backup of this state folder's ledger, under its final name only once it is sound.

    The working folder's lock must be held. Raises `DamagedLedger` where the ledger itself is
    not whole, so that it never takes the place of a good backup, else `LedgerError`.
    """
    place = folder / locations.BACKUPS
    place.mkdir(exist_ok=True)
    _stage(source, folder / locations.FILE, place / locations.STAGED)
    path = locations.free_name(place, moment)
    locations.put_in_place(place / locations.STAGED, path)
    return path


def is_due(source: Database, folder: Path, every: timedelta, moment: datetime) -> bool:
    """Whether something was taken in since the last backup, and that lies so long back.

    Before the first backup the first intake counts in its place. A tenth of the time is given
    as a present: cron is never on the second, and a day less three seconds is a day. Backups
    from the future, of a clock that was wrong, do not count.
    """
    sql = "SELECT moment FROM intake ORDER BY number"
    first = source.execute(f"{sql} LIMIT 1").fetchone()
    if first is None:
        return False
    last = next((one.moment for one in locations.backups(folder) if one.moment <= moment), None)
    since = last or datetime.fromisoformat(first[0])
    if moment - since < every * 0.9:
        return False
    (newest,) = source.execute(f"{sql} DESC LIMIT 1").fetchone()
    return last is None or datetime.fromisoformat(newest).replace(microsecond=0) > last


def prune(folder: Path, most: int, days: int, moment: datetime) -> list[Path]:
    """Lets backups go: all but the newest ``most``, and those older than ``days``.

    The newest one stays however old it is; those from the future are the first to go.
    """
    kept = sorted(
        locations.backups(folder), key=lambda one: (one.moment <= moment, one), reverse=True
    )
    oldest = moment - timedelta(days=days)
    gone = [
        backup.path
        for place, backup in enumerate(kept)
        if place > 0 and (place >= most or backup.moment < oldest)
    ]
    for path in gone:
        path.unlink(missing_ok=True)
    return gone


def newest_sound(folder: Path) -> Path | None:
    """The newest backup that is whole."""
    for backup in locations.backups(folder):
        with suppress(LedgerError):
            integrity.check(backup.path)
            return backup.path
    return None


def restore(folder: Path, chosen: Path, moment: datetime) -> Path | None:
    """Puts a backup in the ledger's place; gives where the replaced one is now, if there was any.

    A sound one becomes a backup like the others, a damaged one goes to ``replaced/`` as it is.
    The working folder's lock must be held. At every moment there is one ledger or the other.
    Raises `LedgerError` for a backup that is not sound, with nothing changed.
    """
    integrity.check(chosen)
    folder.mkdir(parents=True, exist_ok=True)
    path, staged = folder / locations.FILE, folder / locations.STAGED
    with closing(sqlite3.connect(_read_only(chosen), uri=True)) as source:
        _stage(source, chosen, staged)
    replaced = _kept_aside(path, moment) if path.exists() else None
    locations.put_in_place(staged, path)
    return replaced


def _read_only(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def _stage(source: Database, origin: Path, staged: Path) -> None:
    """A checked copy under a name that nobody takes for a backup."""
    staged.unlink(missing_ok=True)
    try:
        copy(source, staged)
        integrity.check(staged)
    except sqlite3.DatabaseError as error:
        staged.unlink(missing_ok=True)
        raise integrity.as_ledger_error(origin, error) or error from error
    except DamagedLedger:
        staged.unlink(missing_ok=True)
        integrity.check(origin)  # a copy has the damage of what it is a copy of
        raise
    except BaseException:
        staged.unlink(missing_ok=True)
        raise


def _kept_aside(path: Path, moment: datetime) -> Path:
    """The ledger that is to be replaced, somewhere else too.

    What an interrupted run left to be undone is undone by opening it to write; where that
    fails, the journal goes with the file it belongs to. Left behind, SQLite would play it
    back into the ledger that comes now.
    """
    try:
        with closing(sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None)) as present:
            integrity.schema_version(present, path)
            return make(present, path.parent, moment)
    except sqlite3.DatabaseError as error:
        expected = integrity.as_ledger_error(path, error, _PATIENCE)
        if not isinstance(expected, DamagedLedger):
            raise expected or error from error
    except (DamagedLedger, NotALedger, NewerLedger):
        pass
    return _moved_aside(path, moment)


def _moved_aside(path: Path, moment: datetime) -> Path:
    place = path.parent / locations.REPLACED
    place.mkdir(exist_ok=True)
    aside = locations.free_name(place, moment)
    if locations.journal(path).exists():
        locations.journal(path).replace(locations.journal(aside))
    try:
        os.link(path, aside)
    except OSError:  # a file system without links
        shutil.copyfile(path, aside)
    locations.keep(aside)  # before the other ledger takes its name: there is no third copy
    return aside
