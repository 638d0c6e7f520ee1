"""Read the reader's library, a file of papers, and cache the papers in the state folder."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from digest import __version__, errors
from digest.model.papers import LibraryPaper
from digest.pipeline.context import RunContext

_FOLDER = "library"
_DECODER = msgspec.json.Decoder(tuple[LibraryPaper, ...])


def load_library(context: RunContext, name: str) -> tuple[LibraryPaper, ...]:
    """Return the papers of a library, from the cache in the state folder if it has them.

    ``name`` is a path relative to the working folder. Raises `SettingsError` when the file
    cannot be read or holds no papers, and `OSError` when the cache cannot be written.
    """
    file = context.root / name
    content = _read_bytes(file)
    folder = context.settings.state_folder / _FOLDER
    # Under the hash of the content, so that a changed file is never taken from the cache.
    cached = folder / f"{_hash(name)}-{_hash(content)}.json"
    try:
        return _DECODER.decode(cached.read_bytes())
    except (OSError, msgspec.MsgspecError):  # not cached yet, or the cached file is damaged
        papers = _parse(file, content)
        _write_cache(cached, f"{_hash(name)}-*", papers)
        return papers


def read_library(file: Path) -> tuple[LibraryPaper, ...]:
    """Read the papers of a library, without the cache.

    Raises `SettingsError` when the file cannot be read or holds no papers.
    """
    return _parse(file, _read_bytes(file))


def _read_bytes(file: Path) -> bytes:
    try:
        # A pipe would be waited for without end.
        if file.exists() and not (file.is_file() or file.is_dir()):
            raise _settings_error(file, "is no file that can be read")
        return file.read_bytes()
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise _settings_error(file, f"cannot be read: {reason}") from error


def _parse(file: Path, content: bytes) -> tuple[LibraryPaper, ...]:
    from digest.parsers import library  # slow to import, and most folders have no library

    try:
        return library.read_library(file.name, content)
    except errors.Unreadable as error:
        raise _settings_error(file, str(error)) from error


def _hash(content: str | bytes) -> str:
    """Return a hash of the content and of the program's version."""
    # With the version, because the next one may parse the same file better.
    raw = content.encode() if isinstance(content, str) else content
    return hashlib.blake2b(raw, digest_size=12, key=__version__.encode()).hexdigest()


def _write_cache(path: Path, outdated: str, papers: tuple[LibraryPaper, ...]) -> None:
    """Write the papers, and delete the cached files that match the pattern ``outdated``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for old in path.parent.glob(outdated):
        old.unlink(missing_ok=True)
    # Renamed when complete, so that a killed run leaves no half-written cache.
    part = path.with_suffix(".part")
    part.write_bytes(msgspec.json.encode(papers))
    part.replace(path)


def _settings_error(file: Path, reason: str) -> errors.SettingsError:
    hint = "BibTeX, RIS, or a CSV or JSON export of Zotero"
    return errors.SettingsError(str(file), reason, key="profile.library", hint=hint)
