"""The inbox: find the files that wait in it, open them, and archive them in ``done/``.

Never parses a file and never deletes one.
"""

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
# Endings of files that editors, browsers and download tools have not completed.
_TEMPORARY = ("~", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp")
_CHUNK = 1 << 20  # bytes read at a time
_LONGEST_NAME = 255  # bytes, on every file system in use


def scan(
    folder: Path,
    seen: Mapping[str, SeenFile],
    *,
    settle: float,
    now: float,
    before: InboxScan | None,
) -> InboxScan:
    """List the inbox by name: files to read, files still being written, and skipped entries.

    A missing folder is empty. ``seen`` has the files of earlier runs by printable name: those
    with the same size and time are left out. A file is settled ``settle`` seconds after it was
    last written. ``now`` is the machine's clock in seconds, not the moment of the run. ``before``
    is the scan made ``settle`` seconds earlier, if any: a file with a time in the future is
    settled if it has the same size and time there. Raises `OSError` when the folder cannot be
    listed.
    """
    waiting: list[WaitingFile] = []
    unsettled: list[WaitingFile] = []
    skipped: list[InputProblem] = []
    earlier = set(before.unsettled) if before else set()
    for entry in sorted(_entries(folder), key=lambda entry: entry.name):
        if reason := _skip_reason(entry):
            name = printable(entry.name)
            skipped.append(InputProblem(kind="skipped", dump=name, reason=reason))
            continue
        file = _waiting_file(entry)
        if file.name in seen and seen[file.name][:2] == (file.size, file.modified_ns):
            continue
        age = now - file.modified_ns / 1e9
        # A file from the future has no age: it counts as settled when two scans agree.
        is_settled = age >= settle or (age < 0 and file in earlier)
        (waiting if is_settled else unsettled).append(file)
    return InboxScan(tuple(waiting), tuple(unsettled), tuple(skipped))


def open_file(file: WaitingFile) -> BinaryIO:
    """Open a file of the inbox to read it.

    Raises `OSError` when it cannot be opened or is not a regular file any more.
    """
    # Since the scan, somebody may have put a link or a pipe in its place: neither is followed,
    # and opening a pipe does not block.
    descriptor = os.open(file.path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError("not a regular file any more")
    return os.fdopen(descriptor, "rb")


def unnamed_file() -> BinaryIO:
    """Open an empty file without a name for data too large for memory; closing deletes it."""
    import tempfile  # only large and packed files need it

    return tempfile.TemporaryFile(prefix="papers-digest-")


def content_hash(stream: BinaryIO) -> bytes:
    """Return the 16-byte hash of a stream's bytes with unified line ends; rewind the stream."""
    # Unified, because a page that was saved on another system is the same page.
    content = hashlib.blake2b(digest_size=16)
    carried = b""
    while chunk := stream.read(_CHUNK):
        chunk = carried + chunk
        # The newline that belongs to this carriage return may be in the next chunk.
        carried = b"\r" if chunk.endswith(b"\r") else b""
        content.update(_unify_line_ends(chunk.removesuffix(b"\r")))
    content.update(_unify_line_ends(carried))
    stream.seek(0)
    return content.digest()


def stand_in_hash(file: WaitingFile) -> bytes:
    """Return a stand-in hash (of size and time) for a file too large to read."""
    mark = f"not read {file.size} {file.modified_ns}"
    return hashlib.blake2b(mark.encode(), digest_size=16).digest()


def archive(folder: Path, read: Mapping[str, SeenFile]) -> None:
    """Move the files of the inbox that are in ``read`` to ``done/``.

    ``read`` has them by printable name. A file that has changed since then stays. A name that is
    taken in ``done/`` gets a number. Raises `OSError`.
    """
    # Every file of the folder is checked, not only this run's: an earlier run may have been
    # killed after it read one and before it moved it.
    for entry in sorted(_entries(folder), key=lambda entry: entry.name):
        last_read = read.get(printable(entry.name))
        if last_read is None or _skip_reason(entry) is not None:
            continue
        status = entry.stat(follow_symlinks=False)
        if last_read[:2] == (status.st_size, status.st_mtime_ns):
            target = _free_name(folder / DONE, Path(entry.name))
            with suppress(FileNotFoundError):  # somebody took it away since the folder was listed
                os.rename(entry.path, target)


def unarchive(folder: Path, is_known: Callable[[bytes], bool]) -> list[str]:
    """Move the files in ``done/`` whose content hash is not known back to the inbox.

    A restored ledger does not know the files that were read after its backup. Returns their
    printable names. Raises `OSError`.
    """
    names = []
    for entry in sorted(_entries(folder / DONE), key=lambda entry: entry.name):
        if _skip_reason(entry) is None:
            file = _waiting_file(entry)
            with open_file(file) as stream:
                was_read = is_known(content_hash(stream))
            if not was_read:
                os.rename(entry.path, _free_name(folder, Path(entry.name)))
                names.append(file.name)
    return names


def printable(name: str) -> str:
    """Return a file name as text on one line.

    Bytes that are not UTF-8 and characters that are not printable (line breaks, terminal
    controls) become escapes.
    """
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in text)


def _waiting_file(entry: os.DirEntry[str]) -> WaitingFile:
    status = entry.stat(follow_symlinks=False)
    return WaitingFile(printable(entry.name), Path(entry.path), status.st_size, status.st_mtime_ns)


def _free_name(folder: Path, name: Path) -> Path:
    folder.mkdir(exist_ok=True)
    target, number = folder / name, 1
    while target.exists():
        number += 1
        target = folder / _numbered(name, number)
    return target


def _numbered(name: Path, number: int) -> str:
    """Return ``page-2.txt`` for ``page.txt`` and 2; the stem of a too long name is cut."""
    end = os.fsencode(f"-{number}{name.suffix}")[:_LONGEST_NAME]
    return os.fsdecode(os.fsencode(name.stem)[: _LONGEST_NAME - len(end)] + end)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return [entry for entry in entries if not _is_ignored(entry) and _exists(entry)]
    except FileNotFoundError:
        return []


def _exists(entry: os.DirEntry[str]) -> bool:
    """Return False when somebody took the file away since the folder was listed."""
    try:
        entry.stat(follow_symlinks=False)  # the entry caches it for its later uses
    except FileNotFoundError:
        return False
    return True


def _is_ignored(entry: os.DirEntry[str]) -> bool:
    """Return True for hidden and temporary names, ``done/``, and a browser's ``X_files/``.

    Nothing is reported about such an entry, in contrast to a skipped one.
    """
    name = entry.name
    if name.startswith((".", "#")) or name.lower().endswith(_TEMPORARY):
        return True
    return entry.is_dir(follow_symlinks=False) and (name == DONE or name.endswith("_files"))


def _skip_reason(entry: os.DirEntry[str]) -> str | None:
    """Return why an entry is never opened; None for a regular file."""
    if entry.is_symlink():
        return "a link: copy the file itself" if os.path.exists(entry.path) else "a dangling link"
    mode = entry.stat(follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode):
        return "a folder: only files are read"
    if stat.S_ISFIFO(mode):
        return "a pipe (FIFO): only files are read"
    return None if stat.S_ISREG(mode) else "a device or socket: only files are read"


def _unify_line_ends(chunk: bytes) -> bytes:
    if b"\r" not in chunk:
        return chunk
    return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
