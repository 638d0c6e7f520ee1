"""The folder ``done/`` of the inbox: archive files that were read, and move them back.

The content of a file decides whether it was read, never its name, size and time alone. Nothing is
deleted, and nothing is put over another file.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from digest.model import input_rules
from digest.model.files import SeenFile, WaitingFile
from digest.model.results import InputProblem
from digest.storage import inbox

_LONGEST_NAME = 255  # bytes, on every file system in use


def replaced_names(folder: Path, read: Mapping[str, SeenFile]) -> set[str]:
    """Return the names of files that replaced one in ``read`` of the same name, size and time.

    Their content is another one. Raises `OSError` when the folder cannot be listed.
    """
    return {file.name for file, is_same in _read_before(folder, read) if not is_same}


def archive(folder: Path, read: Mapping[str, SeenFile]) -> InputProblem | None:
    """Move the files of the inbox that are in ``read`` to ``done/``.

    ``read`` has them by printable name. A file that has another content now stays. A name that
    is taken in ``done/`` gets a number. If ``done`` is no folder of the inbox, nothing is moved,
    and the problem is returned. Raises `OSError`.
    """
    # Every file of the folder is checked, not only this run's: an earlier run may have been
    # killed after it read one and before it moved it.
    target = folder / inbox.DONE
    if os.path.lexists(target) and not _is_folder(target):
        reason = "no folder: files that were read are not moved"
        return InputProblem(kind="skipped", dump=inbox.DONE, reason=reason)
    for file, is_same in _read_before(folder, read):
        if is_same:
            target.mkdir(exist_ok=True)
            with suppress(FileNotFoundError):  # somebody took it away since the folder was listed
                file.path.rename(_free_name(target, Path(file.path.name)))
    return None


def unarchive(folder: Path, is_known: Callable[[bytes], bool]) -> list[str]:
    """Move the files in ``done/`` whose content hash is not known back to the inbox.

    A restored ledger does not know the files that were read after its backup. Returns their
    printable names. A file that cannot be read stays, and a link is not followed. Raises
    `OSError`.
    """
    names = []
    done = folder / inbox.DONE
    for file in inbox.regular_files(done) if _is_folder(done) else ():
        content = _hash_of(file)
        if content is not None and not is_known(content):
            file.path.rename(_free_name(folder, Path(file.path.name)))
            names.append(file.name)
    return names


def _read_before(folder: Path, read: Mapping[str, SeenFile]) -> Iterator[tuple[WaitingFile, bool]]:
    """Yield each file that looks like one in ``read``, and whether its content is the same too.

    Two files look alike if name, size and time are equal. A file that cannot be read counts as
    one with another content.
    """
    for file in inbox.regular_files(folder):
        last_read = read.get(file.name)
        if last_read and last_read[:2] == (file.size, file.modified_ns):
            yield file, _hash_of(file) == last_read.content_hash


def _hash_of(file: WaitingFile) -> bytes | None:
    try:
        with inbox.open_file(file) as stream:
            return input_rules.content_hash(stream)
    except OSError:
        return None


def _is_folder(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink()


def _free_name(folder: Path, name: Path) -> Path:
    target, number = folder / name, 1
    while os.path.lexists(target):
        number += 1
        target = folder / numbered(name, number)
    return target


def numbered(name: Path, number: int) -> str:
    """Return ``page-2.txt`` for ``page.txt`` and 2; the stem of a too long name is cut."""
    end = os.fsencode(f"-{number}{name.suffix}")[:_LONGEST_NAME]
    return os.fsdecode(os.fsencode(name.stem)[: _LONGEST_NAME - len(end)] + end)
