"""Replace files whole: write beside the place, sync if it must survive a power cut, rename.

A reader sees the old file or the new one, never a part of it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

SUFFIX = ".digest-staged"  # of hidden files that are not complete yet


def stage(place: str, body: bytes) -> str:
    """Write ``body`` to a hidden file beside ``place`` and return that file's path.

    The caller renames it to ``place``. It has the mode that the umask gives, and missing folders
    are made. Raises `OSError`, without leaving the file behind.
    """
    # Paths are strings here: a publication stages thousands, and `Path` costs more than writing.
    folder, name = os.path.split(place)
    staged = os.path.join(folder, f".{name}{SUFFIX}")
    try:
        with _create(staged, folder) as file:
            file.write(body)
    except OSError:
        with suppress(FileNotFoundError):
            os.unlink(staged)
        raise
    return staged


def replace_file(place: str, body: bytes) -> None:
    """Write a file in place of an earlier one, without a sync. Raises `OSError`."""
    os.replace(stage(place, body), place)


def sync(place: str | Path) -> None:
    """Sync a file, or the names in a folder. Raises `OSError`."""
    descriptor = os.open(place, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_file(path: Path) -> None:
    """Sync a complete file and the folder that holds its name. Raises `OSError`."""
    sync(path)
    sync(path.parent)


def _create(staged: str, folder: str) -> BinaryIO:
    try:
        return open(staged, "wb")
    except FileNotFoundError:
        os.makedirs(folder, exist_ok=True)
        return open(staged, "wb")
