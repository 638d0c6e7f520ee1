"""The drop folder: yields settled files that wait. Never parses, never deletes."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from digest.model.files import InboxScan, SeenFile, WaitingFile
from digest.model.results import InputProblem

DONE = "done"
_TEMPORARY = ("~", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp")
_PIECE = 1 << 20
_LONGEST_NAME = 255  # bytes, on every file system in use


def scan(
    folder: Path,
    seen: Mapping[str, SeenFile],
    *,
    settle: float,
    now: float,
    before: InboxScan | None,
) -> InboxScan:
    """What waits in the folder, in order of name.

    ``now`` is the machine's clock in seconds, never the moment of a run. A file is settled
    ``settle`` seconds after it was last written; one from the future when it is the same as
    in the look ``before``, taken that long ago. A missing folder is an empty one.
    """
    waiting: list[WaitingFile] = []
    unsettled: list[WaitingFile] = []
    skipped: list[InputProblem] = []
    earlier = set(before.unsettled) if before else set()
    for entry in sorted(_entries(folder), key=lambda entry: entry.name):
        name = printable(entry.name)
        if reason := _why_not(entry):
            skipped.append(InputProblem(kind="skipped", dump=name, reason=reason))
            continue
        status = entry.stat(follow_symlinks=False)
        file = WaitingFile(name, Path(entry.path), status.st_size, status.st_mtime_ns)
        if name in seen and seen[name][:2] == (file.size, file.modified_ns):
            continue
        age = now - file.modified_ns / 1e9
        settled = age >= settle or (age < 0 and file in earlier)
        (waiting if settled else unsettled).append(file)
    return InboxScan(tuple(waiting), tuple(unsettled), tuple(skipped))


def open_file(file: WaitingFile) -> BinaryIO:
    """The file, opened so that a link or a pipe put in its place is not followed.

    Raises `OSError` where it cannot be opened, or is no regular file any more.
    """
    descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("no regular file any more")
    return os.fdopen(descriptor, "rb")


def unnamed_file() -> BinaryIO:
    """An empty file that nobody else sees, gone when it is closed: for what is too much to hold."""
    import tempfile  # only large and packed files pay for it

    return tempfile.TemporaryFile(prefix="papers-digest-")


def content_hash(stream: BinaryIO) -> bytes:
    """The hash of a stream's bytes, whatever its line ends; leaves it at its start."""
    found = hashlib.blake2b(digest_size=16)
    carried = b""
    while piece := stream.read(_PIECE):
        piece = carried + piece
        carried = b"\r" if piece.endswith(b"\r") else b""
        found.update(_unified(piece.removesuffix(b"\r")))
    found.update(_unified(carried))
    stream.seek(0)
    return found.digest()


def stand_in_hash(file: WaitingFile) -> bytes:
    """What stands for the content of a file that is not to be read: its size and its time."""
    mark = f"not read {file.size} {file.modified_ns}"
    return hashlib.blake2b(mark.encode(), digest_size=16).digest()


def archive(folder: Path, read: Mapping[str, SeenFile]) -> None:
    """Moves these files to ``done/``, unless they have changed since they were read.

    Also those an earlier run has read but not moved, because it was killed in between. A
    name that is taken there gets a number.
    """
    for entry in sorted(_entries(folder), key=lambda entry: entry.name):
        known = read.get(printable(entry.name))
        if known is None or _why_not(entry) is not None:
            continue
        status = entry.stat(follow_symlinks=False)
        if known[:2] == (status.st_size, status.st_mtime_ns):
            target = _free_name(folder / DONE, Path(entry.name))
            with suppress(FileNotFoundError):  # somebody took it away since the folder was listed
                os.rename(entry.path, target)


def unarchive(folder: Path, is_known: Callable[[bytes], bool]) -> list[str]:
    """Moves what lies in ``done/`` and whose content is not known back, as if it came anew.

    Gives the names, fit to be shown. The opposite of `put_away`, for a ledger that has
    forgotten what it has read.
    """
    brought = []
    for entry in sorted(_entries(folder / DONE), key=lambda entry: entry.name):
        if _why_not(entry) is None:
            status = entry.stat(follow_symlinks=False)
            name = printable(entry.name)
            file = WaitingFile(name, Path(entry.path), status.st_size, status.st_mtime_ns)
            with open_file(file) as stream:
                known = is_known(content_hash(stream))
            if not known:
                os.rename(entry.path, _free_name(folder, Path(entry.name)))
                brought.append(name)
    return brought


def _free_name(folder: Path, name: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / _numbered(name, number)
    return target


def _numbered(name: Path, number: int) -> str:
    """``page-2.txt``, of a long name as much as a file name may hold."""
    end = os.fsencode(f"-{number}{name.suffix}")[:_LONGEST_NAME]
    return os.fsdecode(os.fsencode(name.stem)[: _LONGEST_NAME - len(end)] + end)


def printable(name: str) -> str:
    """A file name as it can be stored and shown on one line: bytes that are no text, and
    characters that do not show but would steer a terminal, become escapes.
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not _is_ignored(entry) and _is_there(entry)]
    except FileNotFoundError:
        return []


def _is_there(entry: os.DirEntry[str]) -> bool:
    """False where somebody took the file away since the folder was listed."""
    try:
        entry.stat(follow_symlinks=False)  # the entry keeps it
    except FileNotFoundError:
        return False
    return True


def _is_ignored(entry: os.DirEntry[str]) -> bool:
    """Hidden and temporary names, our own folder, a browser's ``X_files/``."""
    name = entry.name
    if name.startswith((".", "#")) or name.lower().endswith(_TEMPORARY):
        return True
    return entry.is_dir(follow_symlinks=False) and (name == DONE or name.endswith("_files"))


def _why_not(entry: os.DirEntry[str]) -> str | None:
    if entry.is_symlink():
        return "a link: copy the file itself" if os.path.exists(entry.path) else "a dangling link"
    mode = entry.stat(follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode):
        return "a folder: only files are read"
    if stat.S_ISFIFO(mode):
        return "a pipe (FIFO): only files are read"
    return None if stat.S_ISREG(mode) else "a device or socket: only files are read"


def _unified(piece: bytes) -> bytes:
    if b"\r" not in piece:
        return piece
    return piece.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
