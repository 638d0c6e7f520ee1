"""Backups of the ledger by SQLite's online backup: make, check, prune and restore them."""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import closing, suppress
from datetime import datetime, timedelta
from pathlib import Path

from digest.errors import DamagedLedger, LedgerError, NewerLedger, NotALedger
from digest.storage import staging
from digest.storage.ledger import Ledger, integrity, locations

_TIMEOUT = 5.0  # seconds to wait for a program that holds the ledger to be replaced


def copy(ledger: Ledger, target: Path) -> None:
    """Copy the whole ledger to the file ``target``, without a check and without a sync.

    An interrupted copy is left behind. Raises `sqlite3.OperationalError` when another program
    still holds the ledger after the connection's own timeout.
    """
    source = ledger.connection
    with closing(sqlite3.connect(target, isolation_level=None)) as destination:
        # No caller uses an incomplete copy, so it needs no journal and no sync on the way.
        destination.execute("PRAGMA journal_mode = OFF")
        destination.execute("PRAGMA synchronous = OFF")
        source.execute("BEGIN")
        try:
            # Takes the read lock within the timeout: `backup` by itself would wait for ever.
            source.execute("SELECT count(*) FROM sqlite_schema").fetchone()
            source.backup(destination)
        finally:
            source.execute("ROLLBACK")


def make(ledger: Ledger, folder: Path, moment: datetime) -> Path:
    """Make a backup of the ledger in the state folder ``folder`` and return its path.

    The file gets its final name, that of ``moment``, only after it was checked. The caller holds
    the working folder's lock. Raises `DamagedLedger` when the ledger itself is damaged, so that a
    bad copy never counts as a backup, and `LedgerError` when SQLite fails.
    """
    place = folder / locations.BACKUPS
    staging.make_folder(place)
    with staging.staging_folder(place, folder) as staging_place:
        staged = Path(staging_place.new_path())
        _stage(ledger, folder / locations.FILE, staged)
        path = locations.free_name(place, moment)
        locations.put_in_place(staged, path)
    return path


def export(ledger: Ledger, folder: Path, target: Path) -> None:
    """Write a checked copy of the ledger to the file ``target``, for another machine.

    The same content gives the same bytes: the copy holds no times of files in the output, so
    the next publication looks at every page. ``folder`` is the state folder. The caller holds
    the working folder's lock. Raises `DamagedLedger` when the ledger is damaged, and
    `LedgerError` when SQLite fails. ``target`` is then what it was.
    """
    with staging.staging_folder(target.parent, folder) as staging_place:
        first, second = (Path(staging_place.new_path()) for _ in range(2))
        _stage(ledger, folder / locations.FILE, first)
        try:
            with closing(sqlite3.connect(first, isolation_level=None)) as copied:
                Ledger(copied).published_files.forget_times()
                # The order of writing decides where rows stand in a file; VACUUM orders them.
                copied.execute("VACUUM INTO ?", (str(second),))
        except sqlite3.DatabaseError as error:
            raise integrity.as_ledger_error(target, error) or error from error
        locations.put_in_place(second, target)


def is_due(ledger: Ledger, folder: Path, every: timedelta, moment: datetime) -> bool:
    """Return whether ``every`` has passed since the last backup, and there was an intake since.

    Before the first backup, the time counts from the first intake. Backups dated after
    ``moment`` were made while the clock was wrong and do not count. Nine tenths of ``every`` are
    enough.
    """
    first = ledger.intakes.first_moment()
    if first is None:
        return False
    backups = locations.list_backups(folder)
    last = next((backup.moment for backup in backups if backup.moment <= moment), None)
    since = last or datetime.fromisoformat(first)
    # Cron is never exact to the second: a day less three seconds must count as a day.
    if moment - since < every * 0.9:
        return False
    newest = datetime.fromisoformat(ledger.intakes.last_moment() or first)
    # Names of backups hold whole seconds.
    return last is None or newest.replace(microsecond=0) > last


def prune(folder: Path, most: int, days: int, moment: datetime) -> list[Path]:
    """Delete the backups beyond the newest ``most`` and those older than ``days`` days.

    Returns their paths. The newest one always stays. Backups dated after ``moment`` were made
    while the clock was wrong, so they count as the oldest.
    """
    backups = sorted(
        locations.list_backups(folder),
        key=lambda backup: (backup.moment <= moment, backup),
        reverse=True,
    )
    longest = timedelta(days=days)
    expired = [
        backup.path
        for place, backup in enumerate(backups)
        if place > 0 and (place >= most or moment - backup.moment > longest)
    ]
    for path in expired:
        path.unlink(missing_ok=True)
    return expired


def newest_sound(folder: Path) -> Path | None:
    """Return the newest backup that passes `integrity.check`, or None."""
    for backup in locations.list_backups(folder):
        with suppress(LedgerError):
            integrity.check(backup.path)
            return backup.path
    return None


def restore(folder: Path, backup: Path, moment: datetime) -> Path | None:
    """Put a backup in the ledger's place; return where the replaced ledger is now, if any.

    A sound ledger becomes a backup like the others, a damaged one is moved to ``replaced/``.
    The caller holds the working folder's lock. A complete ledger is in place at every moment.
    Raises `LedgerError` when the backup is not sound; nothing is changed then.
    """
    integrity.check(backup)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / locations.FILE
    with staging.staging_folder(folder, folder) as staging_place:
        staged = Path(staging_place.new_path())
        with closing(Ledger(sqlite3.connect(_read_only(backup), uri=True))) as source:
            _stage(source, backup, staged)
        replaced = _keep_replaced(path, moment) if path.exists() else None
        locations.put_in_place(staged, path)
    return replaced


def _read_only(path: Path) -> str:
    return f"{path.absolute().as_uri()}?mode=ro"


def _stage(ledger: Ledger, origin: Path, staged: Path) -> None:
    """Copy the ledger of the file ``origin`` to ``staged`` and check the copy."""
    try:
        copy(ledger, staged)
        integrity.check(staged)
    except sqlite3.DatabaseError as error:
        raise integrity.as_ledger_error(origin, error) or error from error
    except DamagedLedger:
        # Raises with the name of the original if that is damaged too, as a copy repeats damage.
        integrity.check(origin)
        raise


def _keep_replaced(path: Path, moment: datetime) -> Path:
    """Save the ledger that is about to be replaced; return where it is saved."""
    try:
        # Opened to write, so that SQLite first undoes what an interrupted run left behind.
        with closing(
            Ledger(sqlite3.connect(path, timeout=_TIMEOUT, isolation_level=None))
        ) as present:
            integrity.schema_version(present.connection, path)
            return make(present, path.parent, moment)
    except sqlite3.DatabaseError as error:
        expected = integrity.as_ledger_error(path, error, _TIMEOUT)
        if not isinstance(expected, DamagedLedger):
            raise expected or error from error
    except (DamagedLedger, NotALedger, NewerLedger):
        pass
    return _move_aside(path, moment)


def _move_aside(path: Path, moment: datetime) -> Path:
    """Save a damaged ledger in ``replaced/`` with its journal, and return its new path.

    The file also keeps its old name, until the caller puts the backup there.
    """
    place = path.parent / locations.REPLACED
    place.mkdir(exist_ok=True)
    aside = locations.free_name(place, moment)
    # A journal left behind would be played back into the ledger that takes this one's place.
    if locations.journal(path).exists():
        locations.journal(path).replace(locations.journal(aside))
    # Not renamed: if the restore is killed now, the folder must still have a ledger.
    try:
        os.link(path, aside)
    except OSError:  # a file system without links
        shutil.copyfile(path, aside)
    staging.sync_file(aside)  # before the backup takes the ledger's name: no other copy exists
    return aside
