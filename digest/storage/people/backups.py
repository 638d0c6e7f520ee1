"""Backups of the people database: make, check, prune and restore them.

They lie in a folder of their own, which nobody else can read, and for a few days only.
"""

from __future__ import annotations

import os
import secrets
import sqlite3
from collections.abc import Collection
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from digest.errors import PeopleError
from digest.model.people import Subscriber
from digest.storage import staging
from digest.storage.ledger import locations
from digest.storage.people import People, database
from digest.storage.people.departure_log import DepartureLog

FOLDER = "people-backups"
DAYS = 7  # that a backup is kept
_NAME = "people"
_BESIDE = ("-wal", "-shm", "-journal")  # endings of what SQLite keeps beside a database


class RestoredPeople(msgspec.Struct, frozen=True, kw_only=True):
    """What a restore did.

    ``replaced`` is where the former database is now, or None if there was none. ``unsure`` is
    how many people are asked to confirm again, because the departure log was missing or not that
    of the backup; ``unknown`` is how many deliveries may have been made since the backup.
    """

    backup: Path
    replaced: Path | None
    is_log_complete: bool
    unsure: int
    unknown: int


def make(people: People, folder: Path, moment: datetime) -> Path:
    """Make a checked backup in the state folder ``folder`` and return its path.

    The caller holds the lock of the working folder. Raises `PeopleError`.
    """
    place = folder / FOLDER
    staging.make_folder(place)
    place.chmod(0o700)
    with staging.staging_folder(folder, folder) as staging_place:
        staged = _stage(people, staging_place)
        path = locations.free_name(place, moment, _NAME)
        locations.put_in_place(staged, path)
    return path


def export(people: People, folder: Path, target: Path) -> None:
    """Write a checked copy to the file ``target``, readable by its owner alone.

    ``folder`` is the state folder. The caller holds the lock of the working folder. Raises
    `PeopleError`, and `OSError` if the file cannot be written; ``target`` is then what it was.
    """
    with staging.staging_folder(target.parent, folder) as place:
        locations.put_in_place(_stage(people, place), target)


def list_backups(folder: Path) -> list[locations.Backup]:
    """Return the backups in a state folder, the newest first. Does not check them."""
    return locations.list_copies(folder / FOLDER, _NAME)


def prune(folder: Path, moment: datetime) -> list[Path]:
    """Delete the backups and the replaced databases that are older than `DAYS`.

    Returns their paths. Unlike those of the ledger, the newest one goes as well.
    """
    copies = [*list_backups(folder), *locations.list_copies(folder / locations.REPLACED, _NAME)]
    longest = timedelta(days=DAYS)
    expired = [copy.path for copy in copies if moment - copy.moment > longest]
    for path in expired:
        _unlink(path)
    return expired


def newest_sound(folder: Path) -> Path | None:
    """Return the newest backup that passes `database.check`, or None."""
    for backup in list_backups(folder):
        with suppress(PeopleError):
            database.check(backup.path)
            return backup.path
    return None


def forget(
    folder: Path, folded: str, person: Subscriber | None, but: Collection[Path] = ()
) -> list[Path]:
    """Delete an address, and the person who has it now, from all copies in a state folder.

    They may have had another address when a copy was made. The others in them stay. A damaged
    copy, from which nobody can be deleted, is deleted whole. The copies in ``but`` are left as
    they are. Returns the copies that there are. Raises `PeopleError`.
    """
    for copy in locations.list_copies(folder / locations.REPLACED, _NAME):
        _unlink(copy.path)
    copies = list_backups(folder)
    for copy in (each for each in copies if each.path not in but):
        try:
            _finish(copy.path)
            database.check(copy.path)
        except (PeopleError, sqlite3.Error):
            _unlink(copy.path)
            continue
        with database.opened_file(copy.path, DepartureLog(folder)) as people:
            _delete(people, folded, person)
    return [copy.path for copy in copies]


def _finish(path: Path) -> None:
    """Take back what a kill has left half done in a copy: it was a deletion, and is done again."""
    with closing(sqlite3.connect(path, timeout=database.TIMEOUT)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()


def _unlink(path: Path) -> None:
    for ending in ("", *_BESIDE):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _delete(people: People, folded: str, person: Subscriber | None) -> None:
    with people.transaction():
        people.forget_elsewhere(folded)
        known = person and people.subscribers.find_token(person.token)
        for each in (people.subscribers.find(folded), known):
            if each is not None:
                people.subscribers.delete(each.id)


def restore(folder: Path, backup: Path, moment: datetime) -> RestoredPeople:
    """Put the content of a backup in the place of the database.

    Departures, suppressions and forgettings are applied from the departure log. Without the
    backup's own log, whoever is active by other than the configuration waits to confirm again.
    Deliveries that were open become unknown, and no issue up to ``moment`` is mailed, because
    nobody knows who has them.

    The former database is kept: a sound one among the backups, a damaged one in ``replaced/``.
    The caller holds the lock of the working folder and that of the sender. Raises `PeopleError`
    if the backup is not sound; nothing is changed then.
    """
    database.check(backup)
    folder.mkdir(parents=True, exist_ok=True)
    log = DepartureLog(folder)
    with staging.staging_folder(folder, folder) as place:
        staged = Path(place.new_path())
        with database.opened_file(staged, log) as people:
            _overwrite(people, backup)
        with database.opened_file(staged, log) as people:  # migrated, if it is an earlier one
            result = _correct(people, backup, moment)
        replaced = _keep_replaced(folder, moment)
        with database.opened_file(folder / database.FILE, log) as people:
            _overwrite(people, staged)
    return msgspec.structs.replace(result, replaced=replaced)


def _correct(people: People, backup: Path, moment: datetime) -> RestoredPeople:
    """Apply to a copy what happened since, as far as it is known, and what cannot be known."""
    # In UTC, as all moments of deliveries: they are compared as texts.
    text = moment.astimezone(UTC).isoformat(timespec="seconds")
    is_complete, unsure = people.departures.is_log_complete(), 0
    with people.transaction():
        if people.departures.has_other_log() or is_complete:
            people.departures.catch_up()
        else:
            # A new salt: the new log is not that of other backups of the lost one.
            people.departures.start_log(secrets.token_hex(16))
        if not is_complete:
            unsure = people.subscribers.ask_again(text)
        unknown = people.deliveries.doubt_open(text)
        people.letters.doubt_open(text)
        people.mailings.set_restored(text)
    return RestoredPeople(
        backup=backup,
        replaced=None,
        is_log_complete=is_complete,
        unsure=unsure,
        unknown=unknown,
    )


def _stage(people: People, place: staging.StagingFolder) -> Path:
    """Copy the database to a new file, ordered and without what was deleted, and check it."""
    staged = Path(place.new_path())
    # SQLite takes an empty file as it is; made by itself, everybody could read it.
    os.close(staging.open_or_create(staged, os.O_WRONLY | os.O_EXCL, 0o600))
    people.connection.execute("VACUUM INTO ?", (str(staged),))
    database.check(staged)
    return staged


def _overwrite(people: People, source: Path) -> None:
    """Replace the whole content of an open database by that of another file, at once."""
    uri = f"{source.absolute().as_uri()}?mode=ro"
    with people.transaction():
        pass  # waits until no other program writes
    with closing(sqlite3.connect(uri, uri=True)) as copied:
        copied.backup(people.connection, progress=_give_up)


def _give_up(status: int, _remaining: int, _total: int) -> None:
    """Stop a copy that another program keeps waiting: `backup` would try for ever."""
    if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
        raise sqlite3.OperationalError("another program has locked it; try again later")


def _keep_replaced(folder: Path, moment: datetime) -> Path | None:
    """Save the database that is about to be replaced; return where it is saved."""
    path = folder / database.FILE
    if not path.exists():
        return None
    try:
        database.check(path)
    except PeopleError as error:
        if database.is_locked(error):
            raise
        return _move_aside(path, moment)
    with database.opened(folder) as people:
        return make(people, folder, moment)


def _move_aside(path: Path, moment: datetime) -> Path:
    """Move a damaged database into ``replaced/``, with what SQLite keeps beside it."""
    place = path.parent / locations.REPLACED
    place.mkdir(exist_ok=True)
    aside = locations.free_name(place, moment, _NAME)
    path.replace(aside)
    for ending in _BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    staging.sync(path.parent)
    return aside
