"""Where the ledger's files stand in the state folder: itself, its backups, what was replaced."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

FILE = "ledger.sqlite3"
BACKUPS = "backups"
REPLACED = "replaced"  # damaged ledgers a backup took the place of
STAGED = ".ledger.sqlite3.digest-staged"

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"ledger-(\d{8}T\d{6}Z)(?:-(\d+))?\.sqlite3")


class Backup(NamedTuple):
    """A backup by its name: of which moment it is, the how manieth of that, and its file."""

    moment: datetime  # UTC, in whole seconds
    ordinal: int
    path: Path


def backups(folder: Path) -> list[Backup]:
    """The backups in a state folder, the newest first. Says nothing of their soundness."""
    place = folder / BACKUPS
    names = os.listdir(place) if place.is_dir() else ()  # noqa: PTH208 - names are all we need
    matches = filter(None, map(_NAME.fullmatch, names))
    found = [Backup(_moment(match[1]), int(match[2] or 1), place / match[0]) for match in matches]
    return sorted(found, reverse=True)


def free_name(place: Path, moment: datetime) -> Path:
    """A name for the ledger as it was at this moment that no file there has."""
    stem = f"ledger-{moment.astimezone(UTC).strftime(_STAMP)}"
    path, ordinal = place / f"{stem}.sqlite3", 1
    while path.exists():
        ordinal += 1
        path = place / f"{stem}-{ordinal}.sqlite3"
    return path


def journal(path: Path) -> Path:
    """Where SQLite keeps what is to be undone of an interrupted transaction."""
    return path.with_name(f"{path.name}-journal")


def put_in_place(staged: Path, path: Path) -> None:
    """Gives a complete file its final name; a power cut leaves it whole or not there."""
    _sync(staged, os.O_RDONLY)
    staged.replace(path)
    _sync(path.parent, os.O_RDONLY | os.O_DIRECTORY)


def keep(path: Path) -> None:
    """Sync a complete file and the folder that holds its name: a power cut takes neither."""
    _sync(path, os.O_RDONLY)
    _sync(path.parent, os.O_RDONLY | os.O_DIRECTORY)


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
