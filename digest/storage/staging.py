"""Replace files whole: write them in a staging folder, sync what must last, rename.

A reader sees the old file or the new one, never a part of it. A staging folder lies on the file
system of its files. Its name ends in random letters that begin with a key of the working folder,
so nobody can put a link there before, and the leftover of a killed run is known to be ours.
"""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

PREFIX = ".digest-staged-"
KEY = "staging-key"  # the file in the state folder that holds the key
_KEY = re.compile(rb"[0-9a-f]{32}")
# Opening follows no link, waits for no pipe, and gives no other program the file.
_SAFELY = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class StagingFolder:
    """A folder for files that are not complete yet; `staging_folder` makes one."""

    def __init__(self, path: str) -> None:
        # Paths are strings: a publication stages thousands, and `Path` costs more than writing.
        self._path, self._files = path, 0

    def new_path(self) -> str:
        """Return a path in the folder that no file has."""
        self._files += 1
        return os.path.join(self._path, str(self._files))

    def write(self, body: bytes) -> str:
        """Write a new file, with the mode that the umask gives, and return its path.

        The caller renames it. Raises `OSError`.
        """
        path = self.new_path()
        with create(path) as file:
            file.write(body)
        return path


@contextmanager
def staging_folder(place: Path, state: Path) -> Iterator[StagingFolder]:
    """Make a staging folder in the folder ``place``; remove it after the block with its files.

    ``state`` is the state folder, which holds the key. Raises `OSError`.
    """
    path = os.path.join(place, f"{PREFIX}{_key(state)}-{os.urandom(8).hex()}")
    os.mkdir(path, 0o700)
    try:
        yield StagingFolder(path)
    finally:
        _remove(path)


def remove_leftovers(places: Iterable[Path], state: Path) -> None:
    """Remove the staging folders that killed runs left in these folders.

    The caller holds the lock of the working folder, so nobody else stages. A leftover that
    cannot be removed stays until the next call.
    """
    key = _read_key(state)
    if key is None:
        return
    for place in places:
        if place.is_symlink():
            continue
        with suppress(OSError), os.scandir(place) as entries:
            leftovers = [entry for entry in entries if entry.name.startswith(PREFIX + key)]
            for entry in leftovers:
                if entry.is_dir(follow_symlinks=False):
                    _remove(entry.path)


def make_folder(path: Path) -> None:
    """Make a folder if it is missing. Raises `OSError`, also if it is a link."""
    if path.is_symlink():
        message = "is a link: make it a folder, and link to it from elsewhere, or mount one"
        raise NotADirectoryError(errno.ENOTDIR, message, str(path))
    path.mkdir(parents=True, exist_ok=True)


def replace_file(path: Path, body: bytes, state: Path) -> None:
    """Write a file in place of an earlier one, without a sync. Raises `OSError`."""
    with staging_folder(path.parent, state) as staging:
        os.replace(staging.write(body), path)


def create(path: str | Path) -> BinaryIO:
    """Open a new file to write it. Raises `OSError` if something is there, also a link."""
    return os.fdopen(open_or_create(path, os.O_WRONLY | os.O_EXCL), "wb")


def open_or_create(path: str | Path, flags: int, mode: int = 0o666) -> int:
    """Open a file, or make it if it is missing; return its descriptor.

    ``flags`` are those of `os.open`, such as `os.O_WRONLY`. Follows no link. Raises `OSError`.
    """
    return os.open(path, flags | os.O_CREAT | _SAFELY, mode)


def open_regular(path: str | Path) -> BinaryIO:
    """Open a regular file to read it. Follows no link, and does not wait for a pipe's writer.

    Raises `OSError` if it cannot be opened or is something else.
    """
    descriptor = os.open(path, os.O_RDONLY | _SAFELY)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file")
    return os.fdopen(descriptor, "rb")


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


def _key(state: Path) -> str:
    """Return the key of a working folder, and write one when it has none."""
    key = _read_key(state)
    if key is None:
        key = os.urandom(16).hex()
        descriptor = open_or_create(state / KEY, os.O_WRONLY | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(key.encode())
    return key


def _read_key(state: Path) -> str | None:
    try:
        with open_regular(state / KEY) as file:
            key = file.read(64)
    except OSError:
        return None
    return key.decode() if _KEY.fullmatch(key) else None


def _remove(folder: str) -> None:
    # What cannot be removed now is a leftover, which the next run removes.
    with suppress(OSError):
        with os.scandir(folder) as entries:
            for name in [entry.path for entry in entries]:
                os.unlink(name)
        os.rmdir(folder)
