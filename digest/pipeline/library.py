"""The file of the papers a reader keeps: read once for each of its states."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from digest import __version__, errors
from digest.model.papers import LibraryPaper
from digest.pipeline.context import RunContext

_FOLDER = "library"
_DECODER = msgspec.json.Decoder(tuple[LibraryPaper, ...])


def kept(state: RunContext, name: str) -> tuple[LibraryPaper, ...]:
    """The papers of this file, whose path starts at the working folder.

    What was read is kept in the state folder under the hash of the file's bytes, because
    reading a large one takes seconds. Raises `SettingsError` when it cannot be read.
    """
    file = state.root / name
    raw = _bytes(file)
    held = state.root / state.settings.state.path / _FOLDER / f"{_mark(name)}-{_mark(raw)}.json"
    try:
        return _DECODER.decode(held.read_bytes())
    except (OSError, msgspec.MsgspecError):  # none yet, or damaged: read the file itself
        found = _read(file, raw)
        _hold(held, f"{_mark(name)}-*", found)
        return found


def read(file: Path) -> tuple[LibraryPaper, ...]:
    """The papers of a library, read anew; raises `SettingsError` when there are none."""
    return _read(file, _bytes(file))


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _unusable(file, f"cannot be read: {error.strerror or error}") from error


def _read(file: Path, raw: bytes) -> tuple[LibraryPaper, ...]:
    from digest.parsers import library  # for readers who have one

    try:
        return library.read_library(file.name, raw)
    except errors.Unreadable as error:
        raise _unusable(file, str(error)) from error


def _mark(content: str | bytes) -> str:
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.blake2b(raw, digest_size=12, key=__version__.encode()).hexdigest()


def _hold(held: Path, earlier: str, found: tuple[LibraryPaper, ...]) -> None:
    """In place of what earlier states of the file left."""
    held.parent.mkdir(parents=True, exist_ok=True)
    for old in held.parent.glob(earlier):
        old.unlink(missing_ok=True)
    part = held.with_suffix(".part")
    part.write_bytes(msgspec.json.encode(found))
    part.replace(held)


def _unusable(file: Path, reason: str) -> errors.SettingsError:
    hint = "BibTeX, RIS, or a CSV or JSON export of Zotero"
    return errors.SettingsError(str(file), reason, key="profile.library", hint=hint)
