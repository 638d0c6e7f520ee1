"""Put fetched files into the inbox, and delete them when their time is over.

A file is written beside, synced and then given its name, so nobody reads a part of it. No file
of somebody else is ever replaced or deleted.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from digest.model import input_rules
from digest.storage import archive, inbox, staging

_CHUNK = 1 << 20  # bytes compared at a time


def put(folder: Path, state: Path, name: str, body: bytes) -> tuple[str, bool]:
    """Put a file into the inbox ``folder``; return its name there, and whether it is new.

    A name that is taken there or in `done/` gets a number before its ending, unless a file with
    these bytes lies under it in the inbox: then that one is used, because it was put there by a
    process that was killed before it could say so. ``state`` is the state folder. Raises `OSError`,
    and then there is no new file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with staging.staging_folder(folder, state) as staged:
        source = staged.write(body)
        staging.sync(source)
        number, candidate = 1, name
        while candidate == inbox.DONE or not _holds(target := folder / candidate, body):
            # Also free in `done/`, so that the file keeps its name when it is moved there. A file
            # in the place of `done/` itself would keep all files from being moved.
            if (
                candidate != inbox.DONE
                and not os.path.lexists(folder / inbox.DONE / candidate)
                and _move(source, target)
            ):
                staging.sync(folder)
                return candidate, True
            number += 1
            candidate = archive.numbered(Path(name), number)
        return candidate, False


def remove_leftovers(folder: Path, state: Path) -> None:
    """Remove what a killed process left half written in the inbox.

    The caller holds the lock of those who ask sources, so nobody else puts files there.
    """
    staging.remove_leftovers([folder.resolve()], state)


def content_of(body: bytes) -> bytes:
    """Return the hash of the bytes of a file, as the ledger has it."""
    return input_rules.content_hash(io.BytesIO(body))


def lies_there(folder: Path, name: str, content: bytes) -> bool:
    """Return whether the inbox or `done/` has a file of this name and content."""
    return any(True for _ in _same(folder, name, content))


def delete(folder: Path, name: str, content: bytes) -> None:
    """Delete the file of this name from the inbox and from `done/`, if it has this content.

    What has another content now, or cannot be deleted, stays.
    """
    for path in _same(folder, name, content):
        with suppress(OSError):
            path.unlink()


def _same(folder: Path, name: str, content: bytes) -> Iterator[Path]:
    """Yield the paths in the inbox and in `done/` of files of this name and content."""
    if (
        Path(name).name != name or "\0" in name
    ):  # a damaged state: nothing outside of the folder is looked at
        return
    for path in (folder / name, folder / inbox.DONE / name):
        with suppress(OSError), staging.open_regular(path) as file:
            if input_rules.content_hash(file) == content:
                yield path


def _holds(path: Path, body: bytes) -> bool:
    """Return whether a regular file has exactly these bytes."""
    try:
        with staging.open_regular(path) as file:
            if os.fstat(file.fileno()).st_size != len(body):
                return False
            return all(
                file.read(_CHUNK) == body[at : at + _CHUNK] for at in range(0, len(body), _CHUNK)
            )
    except OSError:
        return False


def _move(source: str, target: Path) -> bool:
    """Give the file a name that nothing has; return False if something has it."""
    try:
        os.link(source, target)
    except FileExistsError:
        return False
    except OSError:
        return _move_without_links(source, target)
    return True


def _move_without_links(source: str, target: Path) -> bool:
    # A file system such as exFAT has no links. An empty file takes the name, so that the rename
    # replaces nothing of anybody else's.
    try:
        staging.create(target).close()
    except FileExistsError:
        return False
    try:
        Path(source).replace(target)
    except OSError:
        target.unlink()
        raise
    return True
