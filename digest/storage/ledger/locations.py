"""Paths of the ledger's files in the state folder: the ledger, its backups, replaced ones.

Backups of the people database are named in the same way, and lie in a folder of their own.
"""

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

_STAMP = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\w+)-([0-9]{8}T[0-9]{6}Z)(?:-([0-9]{1,9}))?\.sqlite3", re.ASCII)


class Backup(NamedTuple):
    """A backup by its name: its timestamp, a counter for equal timestamps, and its path."""

    moment: datetime  # UTC, in whole seconds
    ordinal: int
    path: Path


def list_backups(folder: Path) -> list[Backup]:
    """Return the backups in a state folder, the newest first. Does not check them."""
    return list_copies(folder / BACKUPS, "ledger")


def list_copies(place: Path, name: str) -> list[Backup]:
    """Return the copies of the database ``name`` in the folder ``place``, the newest first.

    A link, a folder or a pipe is no copy, and neither is a file whose name holds no date.
    """
    if place.is_symlink() or not place.is_dir():
        return []
    with os.scandir(place) as entries:
        files = [entry for entry in entries if entry.is_file(follow_symlinks=False)]
    return sorted(filter(None, (_backup(Path(file.path), name) for file in files)), reverse=True)


def free_name(place: Path, moment: datetime, name: str = "ledger") -> Path:
    """Return an unused path in ``place`` for a copy of the database ``name`` of this moment."""
    stem = f"{name}-{moment.astimezone(UTC).strftime(_STAMP)}"
    path, ordinal = place / f"{stem}.sqlite3", 1
    while os.path.lexists(path):
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


def _backup(path: Path, name: str) -> Backup | None:
    match = _NAME.fullmatch(path.name)
    if match is None or match[1] != name:
        return None
    try:
        moment = datetime.strptime(match[2], _STAMP).replace(tzinfo=UTC)
    except ValueError:  # digits that are no date
        return None
    return Backup(moment, int(match[3] or 1), path)
