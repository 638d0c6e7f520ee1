"""Keep files that could not be read: a copy and a note with the reason, in ``state/quarantine/``.

The status lists a file as long as its note is there. An operator who has dealt with the file
deletes the note (and the copy). The ledger keeps the hash of the bytes, so that the file is read
and reported again only after the version of the program or its limits have changed.
"""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from digest import __version__, errors
from digest.model.files import WaitingFile
from digest.model.settings import Settings
from digest.pipeline.context import RunContext
from digest.storage import inbox, staging

_NOTE = ".reason.txt"


def keep_copy(
    settings: Settings, file: WaitingFile, content_hash: bytes, error: errors.Unreadable
) -> None:
    """Write a copy of a file and a note with the error into the quarantine folder.

    Raises `OSError` if the file cannot be read or the copy cannot be written.
    """
    # Named by the hash: the name in the inbox is text from outside and never used as a path.
    copy = _create_folder(settings) / content_hash.hex()
    copy.unlink(missing_ok=True)  # the rest of a killed run, or a link, which is not followed
    with inbox.open_file(file) as source, staging.create(copy) as target:
        shutil.copyfileobj(source, target)
    keep_note(settings, file, content_hash, error)


def keep_note(
    settings: Settings, file: WaitingFile, content_hash: bytes, error: errors.Unreadable
) -> None:
    """Write the note of a file. A file too large to copy gets only this. Raises `OSError`."""
    note = f"{file.name}\n{error}\nread by papers-digest {__version__}\n"
    path = _create_folder(settings) / f"{content_hash.hex()}{_NOTE}"
    path.unlink(missing_ok=True)
    with staging.create(path) as target:
        target.write(note.encode())


def delete_read_files(context: RunContext) -> None:
    """Delete the copies and notes of files that were read since, by this run or an earlier one.

    Files that are not named by a hash are left alone. A file that cannot be deleted stays until
    the next run.
    """
    # The folder is listed anew each time: an earlier run may have been killed before it deleted.

    for file in _files(context.settings):
        name = file.name.removesuffix(_NOTE)
        if _is_hash(name) and context.ledger.intakes.is_known_content(bytes.fromhex(name)):
            # A leftover does no harm, and must not keep a run from its end.
            with suppress(OSError):
                file.unlink()


def list_hashes(settings: Settings) -> frozenset[bytes]:
    """Return the content hashes of the files whose note is still there."""
    notes = (file.name for file in _files(settings) if file.name.endswith(_NOTE))
    names = (name.removesuffix(_NOTE) for name in notes)
    return frozenset(bytes.fromhex(name) for name in names if _is_hash(name))


def _is_hash(name: str) -> bool:
    return len(name) % 2 == 0 and not name.strip("0123456789abcdef")


def _create_folder(settings: Settings) -> Path:
    folder = _folder(settings)
    if folder.is_symlink():
        raise NotADirectoryError(errno.ENOTDIR, "state/quarantine is a link", str(folder))
    folder.mkdir(exist_ok=True)
    return folder


def _files(settings: Settings) -> Iterator[Path]:
    folder = _folder(settings)
    return iter(()) if folder.is_symlink() else folder.glob("*")


def _folder(settings: Settings) -> Path:
    return settings.state_folder / "quarantine"
