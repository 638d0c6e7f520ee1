"""Make backups of the people database; list and restore them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from digest.errors import PeopleError
from digest.model.settings import Settings
from digest.storage import lock
from digest.storage.ledger import locations
from digest.storage.people import People, backups, database


def make(settings: Settings, moment: datetime) -> Path:
    """Make a backup now and return its path; delete those older than `backups.DAYS`.

    Waits up to a minute for a run in progress, then raises `Busy`. Raises `PeopleError` if there
    are no people yet, or the database or its copy cannot be used.
    """
    folder = settings.state_folder
    with lock.hold(settings, lock.TIMEOUT), _people(folder) as people:
        path = backups.make(people, folder, moment)
    backups.prune(folder, moment)
    return path


def export(settings: Settings, target: Path) -> None:
    """Write a checked copy of the database to the file ``target``, which nobody else can read.

    Raises as `make` does, and `OSError` if the file cannot be written.
    """
    folder = settings.state_folder
    with lock.hold(settings, lock.TIMEOUT), _people(folder) as people:
        backups.export(people, folder, target)


def list_backups(settings: Settings) -> list[tuple[locations.Backup, str]]:
    """Check all backups; return each with the reason why it cannot be used, or "", newest first."""
    copies = backups.list_backups(settings.state_folder)
    return [(copy, _problem(copy.path)) for copy in copies]


def restore(settings: Settings, moment: datetime, chosen: Path | None) -> backups.RestoredPeople:
    """Replace the people database by the ``chosen`` backup, or by the newest sound one.

    See `backups.restore` for what is applied to it. Raises `PeopleError`, with nothing changed,
    if there is no sound backup, and `Busy` if a run or the sender holds the folder for a minute.
    """
    folder = settings.state_folder
    with lock.hold(settings, lock.TIMEOUT), lock.hold_file(folder / lock.SENDER, lock.TIMEOUT):
        backup = chosen or backups.newest_sound(folder)
        if backup is None:
            raise PeopleError(str(folder / backups.FOLDER), "there is no sound backup")
        restored = backups.restore(folder, backup, moment)
    backups.prune(folder, moment)
    return restored


@contextmanager
def _people(folder: Path) -> Iterator[People]:
    if not database.exists(folder):
        hint = "digest subscribers add, or [mail] to, creates it"
        raise PeopleError(str(folder / database.FILE), "does not exist yet", hint=hint)
    with database.opened(folder) as people:
        yield people


def _problem(path: Path) -> str:
    try:
        database.check(path)
    except PeopleError as error:
        return error.reason
    return ""
