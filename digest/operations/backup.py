"""Make backups of the ledger, after a run or by command; list and restore them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from digest.errors import DamagedLedger, LedgerError
from digest.model import settings as durations
from digest.model.settings import Settings
from digest.pipeline.context import RunContext
from digest.pipeline.progress import StepLogger
from digest.storage import archive, lock, output
from digest.storage.ledger import (
    Ledger,
    backups,
    database,
    integrity,
    locations,
)


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """The result of a restore.

    ``replaced`` is where the former ledger is now, or None if there was none. ``brought_back``
    are the printable names of the files that were moved back to the inbox.
    """

    backup: Path
    replaced: Path | None
    brought_back: tuple[str, ...]


def make_if_due(context: RunContext, log: StepLogger) -> None:
    """Make a backup at the end of a run if one is due, and delete old ones.

    Does nothing with ``backups = 0``. Disk errors are logged and do not fail the run, because
    everything is published by then. Raises `DamagedLedger` if the ledger is damaged.
    """
    state = context.settings.state
    folder = context.settings.state_folder
    every = timedelta(seconds=durations.seconds(state.backup_every))
    if not state.backups or not backups.is_due(context.ledger, folder, every, context.moment):
        return
    try:
        path = backups.make(context.ledger, folder, context.moment)
        size = path.stat().st_size
    except DamagedLedger:
        raise  # a `LedgerError` as well, but nothing may be published from a damaged ledger
    except (LedgerError, OSError) as error:
        log("backup", level="warning", reason=f"no backup was made: {error}")
        return
    try:
        pruned = backups.prune(folder, state.backups, state.backup_days, context.moment)
    except OSError as error:
        reason = f"{path.name} was made, but old backups were not deleted: {error}"
        log("backup", level="warning", reason=reason)
        return
    log("backup", file=path.name, bytes=size, removed=len(pruned))


def make(settings: Settings, moment: datetime) -> Path:
    """Make a backup now and return its path; delete old ones.

    Waits up to a minute for a run in progress, then raises `Busy`. With ``backups = 0`` nothing
    is deleted. Raises `LedgerError` if there is no ledger yet, if it is damaged, or if SQLite
    cannot write the copy.
    """
    folder, state = settings.state_folder, settings.state
    with lock.hold(settings, lock.TIMEOUT), _ledger(folder) as ledger:
        path = backups.make(ledger, folder, moment)
    # With 0 only the operator makes backups, by command, and decides when to delete them.
    if state.backups:
        backups.prune(folder, state.backups, state.backup_days, moment)
    return path


def export(settings: Settings, target: Path) -> None:
    """Write a checked copy of the ledger to the file ``target``; the same content, same bytes.

    The copy is no backup of this folder: none is deleted for it. Raises as `make` does, and
    `OSError` if the file cannot be written.
    """
    folder = settings.state_folder
    with lock.hold(settings, lock.TIMEOUT), _ledger(folder) as ledger:
        backups.export(ledger, folder, target)


@contextmanager
def _ledger(folder: Path) -> Iterator[Ledger]:
    """Open the ledger to read it. Raises `LedgerError` if there is none yet."""
    with database.opened_to_read(folder) as ledger:
        if ledger is None:
            file = str(folder / locations.FILE)
            raise LedgerError(file, "does not exist yet", hint="the first digest run creates it")
        yield ledger


def list_backups(settings: Settings) -> list[tuple[locations.Backup, str]]:
    """Check all backups; return each with the reason why it cannot be used, or "", newest first."""
    return [
        (backup, _problem(backup.path)) for backup in locations.list_backups(settings.state_folder)
    ]


def restore(settings: Settings, moment: datetime, chosen: Path | None) -> Restored:
    """Replace the ledger by the ``chosen`` backup, or by the newest sound one.

    Files in the inbox's ``done`` folder that were taken in after the backup are moved back to
    the inbox, so that the next run takes them in again. The next publication removes the pages
    of issues that the backup does not have.

    Raises `LedgerError`, with nothing changed, if the chosen backup, or every backup, cannot be
    used. Raises `Busy` if another run holds the folder for a minute.
    """
    with lock.hold(settings, lock.TIMEOUT):
        return _restore(settings, moment, chosen)


def _restore(settings: Settings, moment: datetime, chosen: Path | None) -> Restored:
    folder = settings.state_folder
    backup = chosen or backups.newest_sound(folder)
    if backup is None:
        raise LedgerError(str(folder / locations.BACKUPS), "there is no sound backup")
    replaced = backups.restore(folder, backup, moment)
    with database.opened(folder) as ledger:
        with ledger.transaction():
            # The restored ledger has no record of the pages made after the backup. Without one,
            # no publication would remove them.
            published = ledger.published_files.manifest()
            logged = output.logged_files(Path(settings.root, "output"), folder, published)
            ledger.published_files.forget_publication(list(logged))
        unarchived = archive.unarchive(
            Path(settings.root, settings.inbox.path),
            ledger.intakes.is_known_content,
        )
    return Restored(backup=backup, replaced=replaced, brought_back=tuple(unarchived))


def _problem(path: Path) -> str:
    """Return the reason why a backup cannot be used, or an empty string."""
    try:
        integrity.check(path)
    except LedgerError as error:
        return error.reason
    return ""
