"""Backups of the ledger: by themselves after a run, by command, and put back."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import msgspec

from digest.errors import DamagedLedger, LedgerError
from digest.model import settings as spans
from digest.model.settings import Settings
from digest.pipeline.context import RunContext
from digest.pipeline.progress import StepLogger
from digest.storage import inbox, lock, output
from digest.storage.ledger import (
    backups,
    database,
    integrity,
    locations,
)


class Restored(msgspec.Struct, frozen=True, kw_only=True):
    """What was put in the ledger's place, where the one before is now, what is to be read again."""

    backup: Path
    replaced: Path | None
    brought_back: tuple[str, ...]


def when_due(state: RunContext, tell: StepLogger) -> None:
    """Makes the backup that is due and lets old ones go.

    What the disk refuses is told and is no reason to fail: everything is published. A ledger
    that is not whole is one, and `DamagedLedger` is raised.
    """
    kept = state.settings.state
    folder = state.root / kept.path
    every = timedelta(seconds=spans.seconds(kept.backup_every))
    if not kept.backups or not backups.is_due(state.ledger, folder, every, state.moment):
        return
    try:
        made = backups.make(state.ledger, folder, state.moment)
        gone = backups.prune(folder, kept.backups, kept.backup_days, state.moment)
        tell("backup", file=made.name, bytes=made.stat().st_size, removed=len(gone))
    except DamagedLedger:
        raise
    except (LedgerError, OSError) as error:
        tell("backup", level="warning", reason=f"none could be made: {error}")


def make(settings: Settings, moment: datetime) -> Path:
    """A backup now, after a run that is at work; old ones go, but never for ``backups = 0``.

    Raises `LedgerError` where there is nothing to keep, it is not whole, or there is no room.
    """
    folder, kept = Path(settings.root, settings.state.path), settings.state
    with lock.hold(settings, lock.TIMEOUT), database.opened_to_read(folder) as ledger:
        if ledger is None:
            raise LedgerError(
                str(folder / locations.FILE), "not there yet", hint="digest run makes it"
            )
        made = backups.make(ledger, folder, moment)
    if kept.backups:
        backups.prune(folder, kept.backups, kept.backup_days, moment)
    return made


def listed(settings: Settings) -> list[tuple[locations.Backup, str]]:
    """The backups, newest first, each with what is wrong with it, or nothing."""
    return [
        (backup, _problem(backup.path))
        for backup in locations.list_backups(Path(settings.root, settings.state.path))
    ]


def restore(settings: Settings, moment: datetime, chosen: Path | None) -> Restored:
    """Puts a backup, else the newest sound one, in the ledger's place.

    Dumps that were put away since are brought back to the inbox. The next publication removes
    the pages of issues that this ledger does not know. Raises `LedgerError` where no backup is
    sound, with nothing changed.
    """
    with lock.hold(settings, lock.TIMEOUT):
        return _restore(settings, moment, chosen)


def _restore(settings: Settings, moment: datetime, chosen: Path | None) -> Restored:
    folder = Path(settings.root, settings.state.path)
    backup = chosen or backups.newest_sound(folder)
    if backup is None:
        raise LedgerError(str(folder / locations.BACKUPS), "no sound backup is there")
    replaced = backups.restore(folder, backup, moment)
    with database.opened(folder) as ledger:
        with ledger.transaction():
            ledger.published_files.forget_publication(
                output.dated_files(Path(settings.root, "output"))
            )
        brought_back = inbox.unarchive(
            Path(settings.root, settings.inbox.path),
            ledger.intakes.is_known_content,
        )
    return Restored(backup=backup, replaced=replaced, brought_back=tuple(brought_back))


def _problem(path: Path) -> str:
    try:
        integrity.check(path)
    except LedgerError as error:
        return error.reason
    return ""
