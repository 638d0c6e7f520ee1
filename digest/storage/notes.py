"""Read the folder ``notes/`` of the editor's notes, and pass over what is no note.

No link is followed, nothing but a regular file is opened, and no entry raises an error.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

from digest.model.results import InputProblem
from digest.storage import inbox, staging

MAX_BYTES = 32 << 10  # of a note: some 5,000 words
_SUFFIX = ".md"


class EditorNotes(NamedTuple):
    """The Markdown of each note by its key, and the entries of the folder that were passed over.

    The key is the name of the file without ``.md``.
    """

    texts: dict[str, str]
    problems: tuple[InputProblem, ...]


def read_notes(folder: Path) -> EditorNotes:
    """Read the notes in a folder; a missing one has none. Hidden files are no notes."""
    if not os.path.lexists(folder):
        return EditorNotes({}, ())
    if folder.is_symlink():
        return EditorNotes({}, (_problem("notes", "a link: no notes are read"),))
    try:
        with os.scandir(folder) as listing:
            entries = sorted(listing, key=lambda entry: entry.name)
    except OSError as error:
        return EditorNotes({}, (_problem("notes", f"cannot be read: {error.strerror}"),))
    texts: dict[str, str] = {}
    problems: list[InputProblem] = []
    for entry in entries:
        if entry.name.endswith(_SUFFIX):
            try:
                _read_entry(entry, texts)
            except (OSError, UnicodeError) as error:
                name = f"notes/{inbox.printable(entry.name)}"
                problems.append(_problem(name, _reason(error)))
    return EditorNotes(texts, tuple(problems))


def _read_entry(entry: os.DirEntry[str], texts: dict[str, str]) -> None:
    """Add the text of an entry; raises `OSError` or `UnicodeError` if it is no note."""
    if reason := inbox.skip_reason(entry):
        raise OSError(reason)
    if entry.name.startswith("."):
        return
    entry.name.encode()  # raises for bytes that are not UTF-8: no page has such a name
    with staging.open_regular(entry.path) as file:
        content = file.read(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise OSError(f"too long: a note has at most {MAX_BYTES >> 10} KiB")
    # Written by hand in any editor: a byte order mark or a wrong byte must not stop a run.
    texts[entry.name.removesuffix(_SUFFIX)] = content.decode("utf-8-sig", "replace")


def _reason(error: OSError | UnicodeError) -> str:
    if isinstance(error, UnicodeError):
        return "its name is not UTF-8"
    return f"cannot be read: {error.strerror}" if error.strerror else str(error)


def _problem(name: str, reason: str) -> InputProblem:
    return InputProblem(kind="skipped", dump=name, reason=reason)
