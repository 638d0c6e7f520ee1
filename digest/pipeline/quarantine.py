"""``state/quarantine/``: a copy of each file that could not be read, beside a note that says why.

A file stands in quarantine as long as its note does. Who has seen to it deletes the note (and
the copy): the status then speaks of it no longer. The ledger goes on knowing its bytes, so that
it is tried again, and told of again, only when another version may read it.
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
    settings: Settings, file: WaitingFile, content: bytes, error: errors.Unreadable
) -> None:
    """Keeps a copy and a note; the name in the inbox is never used as a path."""
    with inbox.open_file(file) as source, (_made(settings) / content.hex()).open("wb") as kept:
        shutil.copyfileobj(source, kept)
    keep_note(settings, file, content, error)


def keep_note(
    settings: Settings, file: WaitingFile, content: bytes, error: errors.Unreadable
) -> None:
    """Keeps the note alone, of a file too large to copy."""
    note = f"{file.name}\n{error}\nread by papers-digest {__version__}\n"
    (_made(settings) / f"{content.hex()}{_NOTE}").write_text(note, encoding="utf-8")


def let_go(state: RunContext) -> None:
    """Removes copy and note of what was read after all, be it by a run that was killed then.

    As far as the disk allows it; files of somebody else's stay.
    """
    for file in _folder(state.settings).glob("*"):
        name = file.name.removesuffix(_NOTE)
        if _is_ours(name) and state.ledger.intakes.is_known_content(bytes.fromhex(name)):
            with suppress(OSError):
                file.unlink()


def noted(settings: Settings) -> frozenset[bytes]:
    """The contents whose note is still there."""
    notes = (file.name.removesuffix(_NOTE) for file in _folder(settings).glob(f"*{_NOTE}"))
    return frozenset(bytes.fromhex(name) for name in notes if _is_ours(name))


def _is_ours(name: str) -> bool:
    return len(name) % 2 == 0 and not name.strip("0123456789abcdef")


def _made(settings: Settings) -> Path:
    folder = _folder(settings)
    folder.mkdir(exist_ok=True)
    return folder


def _folder(settings: Settings) -> Path:
    return Path(settings.root, settings.state.path, "quarantine")
