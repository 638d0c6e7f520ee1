"""Paths of the ledger's files in the state folder: the ledger, its backups, replaced ones."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from digest.storage import staging

FILE = "ledger.sqlite3"
BACKUPS = "backups"
REPLACED = "replaced"  # damaged ledgers that a restored backup has replaced
STAGED = f".{FILE}{staging.SUFFIX}"  # does not match `_NAME`: an incomplete copy is never listed

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"ledger-(\d{8}T\d{6}Z)(?:-(\d+))?\.sqlite3")


class Backup(NamedTuple):
    """A backup by its name: its timestamp, a counter for equal timestamps, and its path."""

    moment: datetime  # UTC, in whole seconds
    ordinal: int
    path: Path


def list_backups(folder: Path) -> list[Backup]:
    """Return the backups in a state folder, the newest first. Does not check them."""
    place = folder / BACKUPS
    names = os.listdir(place) if place.is_dir() else ()  # noqa: PTH208 - names are all we need
    matches = filter(None, map(_NAME.fullmatch, names))
    backups = [Backup(_moment(match[1]), int(match[2] or 1), place / match[0]) for match in matches]
    return sorted(backups, reverse=True)


def free_name(place: Path, moment: datetime) -> Path:
    """Return an unused path in ``place`` for a copy of the ledger of this moment."""
    stem = f"ledger-{moment.astimezone(UTC).strftime(_STAMP)}"
    path, ordinal = place / f"{stem}.sqlite3", 1
    while path.exists():
        ordinal += 1
        path = place / f"{stem}-{ordinal}.sqlite3"
    return path


def journal(path: Path) -> Path:
    """Return the path of SQLite's rollback journal of a database file."""
    return path.with_name(f"{path.name}-journal")


def put_in_place(staged: Path, path: Path) -> None:
    """Sync a complete file and give it its final name.

    After a power cut, ``path`` is the old file or the new one, never a part of it.
    """
    staging.sync(staged)
    staged.replace(path)
    staging.sync(path.parent)


def _moment(stamp: str) -> datetime:
    return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
