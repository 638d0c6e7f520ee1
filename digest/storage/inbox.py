"""The inbox: find the files that wait in it, and open them.

Never parses a file and never moves or deletes one.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from digest.model.files import InboxScan, SeenFile, WaitingFile
from digest.model.input_rules import is_passed_over
from digest.model.results import InputProblem
from digest.storage import staging

DONE = "done"
_DAY = 86400.0  # seconds
_FIRST_TIME = datetime(1991, 8, 14, tzinfo=UTC).timestamp()  # the first day of arXiv
_MOST_NS = (1 << 63) - 1  # nanoseconds that the ledger can store: until the year 2262


def scan(
    folder: Path,
    seen: Mapping[str, SeenFile],
    complete: AbstractSet[str] = frozenset(),
    *,
    settle: float,
    now: float,
    before: InboxScan | None,
) -> InboxScan:
    """List the inbox by name: files to read, files still being written, and skipped entries.

    A missing folder is empty. ``seen`` has the files of earlier runs by printable name: those
    with the same size and time are left out. A file is settled ``settle`` seconds after it was
    last written, or if its printable name is in ``complete``. ``now`` is the machine's clock in
    seconds, not the moment of the run. ``before`` is the scan made ``settle`` seconds earlier, if
    any: a file with a time in the future is settled if it has the same size and time there. Raises
    `OSError` when the folder cannot be listed.
    """
    waiting: list[WaitingFile] = []
    unsettled: list[WaitingFile] = []
    skipped: list[InputProblem] = []
    earlier = set(before.unsettled) if before else set()
    for entry in _entries(folder):
        if reason := skip_reason(entry):
            name = printable(entry.name)
            skipped.append(InputProblem(kind="skipped", dump=name, reason=reason))
            continue
        file = _waiting_file(entry)
        if file.name in seen and seen[file.name][:2] == (file.size, file.modified_ns):
            continue
        age = now - file.modified_ns / 1e9
        # A file from the future has no age: it counts as settled when two scans agree.
        is_settled = age >= settle or file.name in complete or (age < 0 and file in earlier)
        (waiting if is_settled else unsettled).append(file)
    return InboxScan(tuple(waiting), tuple(unsettled), tuple(skipped))


def regular_files(folder: Path) -> list[WaitingFile]:
    """Return the regular files of a folder, settled or not, by name; a missing folder has none."""
    return [_waiting_file(entry) for entry in _entries(folder) if skip_reason(entry) is None]


def named_file(path: Path) -> WaitingFile:
    """Return a file that was named by its path; if it is a link, the file that it leads to.

    Raises `OSError` if there is none.
    """
    target = path.resolve(strict=True)
    return _file(path.name, target, target.stat())


def open_file(file: WaitingFile) -> BinaryIO:
    """Open a file of the inbox to read it.

    Raises `OSError` when it cannot be opened or is not a regular file any more.
    """
    # Since the scan, somebody may have put a link or a pipe in its place.
    return staging.open_regular(file.path)


def unnamed_file() -> BinaryIO:
    """Open an empty file without a name for data too large for memory; closing deletes it."""
    import tempfile  # only large and packed files need it

    return tempfile.TemporaryFile(prefix="papers-digest-")


def stand_in_hash(file: WaitingFile) -> bytes:
    """Return a stand-in hash (of size and time) for a file too large to read."""
    mark = f"not read {file.size} {file.modified_ns}"
    return hashlib.blake2b(mark.encode(), digest_size=16).digest()


def plausible_time(seconds: float, latest: float) -> datetime | None:
    """Return the time of a file in UTC; None before arXiv, or more than a day after ``latest``.

    Both are in seconds since 1970, of any size.
    """
    if not _FIRST_TIME <= seconds <= latest + _DAY:
        return None
    return datetime.fromtimestamp(seconds, UTC)


def printable(name: str) -> str:
    """Return a file name as text on one line; two different names give different texts.

    Bytes that are not UTF-8, characters that are not printable (line breaks, terminal controls)
    and backslashes become escapes.
    """
    text = os.fsencode(name).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return "".join(sign if sign.isprintable() else _escape(sign) for sign in text)


def _escape(sign: str) -> str:
    # Not as ``\x9b``: that is the escape of a byte that is not UTF-8.
    return f"\\u{ord(sign):04x}" if "\x80" <= sign <= "\xff" else ascii(sign)[1:-1]


def _waiting_file(entry: os.DirEntry[str]) -> WaitingFile:
    return _file(entry.name, Path(entry.path), entry.stat(follow_symlinks=False))


def _file(name: str, path: Path, status: os.stat_result) -> WaitingFile:
    modified = max(-_MOST_NS, min(status.st_mtime_ns, _MOST_NS))
    return WaitingFile(printable(name), path, status.st_size, modified)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            present = [entry for entry in entries if not _is_ignored(entry) and _exists(entry)]
    except FileNotFoundError:
        return []
    return sorted(present, key=lambda entry: entry.name)


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
    if is_passed_over(name):
        return True
    return entry.is_dir(follow_symlinks=False) and (name == DONE or name.endswith("_files"))


def skip_reason(entry: os.DirEntry[str]) -> str | None:
    """Return why an entry of a folder is never opened; None for a regular file."""
    if entry.is_symlink():
        return "a link: copy the file itself" if os.path.exists(entry.path) else "a dangling link"
    mode = entry.stat(follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode):
        return "a folder: only files are read"
    if stat.S_ISFIFO(mode):
        return "a pipe (FIFO): only files are read"
    return None if stat.S_ISREG(mode) else "a device or socket: only files are read"
