"""``state/quarantine/``: a copy of each file that could not be read, and a note with the reason.

A file counts as quarantined as long as its note is there. An operator who has dealt with it
deletes the note (and the copy), and the status no longer lists the file. The ledger keeps the
hash of its bytes, so that it is read and reported again only after the parsers have changed.
"""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

from digest import __version__, errors
from digest.model.files import WaitingFile
from digest.model.settings import Settings
from digest.pipeline.context import RunContext
from digest.storage import inbox

_NOTE = ".reason.txt"


def keep_copy(
    settings: Settings, file: WaitingFile, content_hash: bytes, error: errors.Unreadable
) -> None:
    """Write a copy of a file into the quarantine, and a note with the error."""
    # Named by the hash: the name in the inbox is text from outside and never used as a path.
    copy = _create_folder(settings) / content_hash.hex()
    with inbox.open_file(file) as source, copy.open("wb") as target:
        shutil.copyfileobj(source, target)
    keep_note(settings, file, content_hash, error)


def keep_note(
    settings: Settings, file: WaitingFile, content_hash: bytes, error: errors.Unreadable
) -> None:
    """Write only the note, for a file too large to copy."""
    note = f"{file.name}\n{error}\nread by papers-digest {__version__}\n"
    path = _create_folder(settings) / f"{content_hash.hex()}{_NOTE}"
    path.write_text(note, encoding="utf-8")


def delete_read_files(context: RunContext) -> None:
    """Delete the copies and notes of files that were read since, by this run or an earlier one.

    Files with other names are left alone, and errors of the disk are ignored: the next run
    tries again.
    """
    for file in _folder(context.settings).glob("*"):
        name = file.name.removesuffix(_NOTE)
        if _is_hash(name) and context.ledger.intakes.is_known_content(bytes.fromhex(name)):
            # A file that stays does no harm. The next run tries again.
            with suppress(OSError):
                file.unlink()


def list_hashes(settings: Settings) -> frozenset[bytes]:
    """Return the content hashes of the files whose note is still there."""
    names = (file.name.removesuffix(_NOTE) for file in _folder(settings).glob(f"*{_NOTE}"))
    return frozenset(bytes.fromhex(name) for name in names if _is_hash(name))


def _is_hash(name: str) -> bool:
    return len(name) % 2 == 0 and not name.strip("0123456789abcdef")


def _create_folder(settings: Settings) -> Path:
    folder = _folder(settings)
    folder.mkdir(exist_ok=True)
    return folder


def _folder(settings: Settings) -> Path:
    return Path(settings.root, settings.state.path, "quarantine")
