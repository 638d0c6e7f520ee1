"""Sources on the disk: a mailbox, and a folder that something else fills.

They are only read. What is still being written is left for a later look.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import fcntl
import io
import os
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

from digest.errors import FetchError
from digest.model.fetching import LocalFile
from digest.model.input_rules import content_hash, is_passed_over
from digest.model.source_settings import Source
from digest.sources import mbox

EVERY = "15m"
MOST_FILES = 1000  # of one look
MOST_BYTES = 256 << 20  # of one look
MOST_OF_A_MAIL = 32 << 20  # bytes; a longer one is no listing
MOST_OF_A_FILE = 64 << 20
_STALE_LOCK = 3600.0  # seconds after which a lock file was left behind by a program that died
_MARKS = 7  # characters of the hash in a name: 35 bits
_HEADER = 1 << 16  # bytes in which the date of a mail is looked for
_DATE = re.compile(rb"^Date:[ \t]*([^\r\n]*)", re.IGNORECASE | re.MULTILINE)
_TRASHED = re.compile(r":2,[A-Za-z]*T")  # the flag of a message that waits to be deleted

Known = Callable[[bytes], bool]


def files(
    source: Source, root: Path, *, is_known: Known, now: float, settle: float
) -> Iterator[LocalFile]:
    """Yield the files of a `mailbox` or `folder` that are new, the oldest first.

    ``is_known`` gets the hash of a file's content and says whether it was taken in before.
    ``now`` is the machine's clock, in seconds since 1970; what was written in the last ``settle``
    seconds is left. At most `MOST_FILES` and `MOST_BYTES` come at one look, and the others at the
    next ones. Raises `FetchError` if the place cannot be read, and behind all others for a file
    that is too large or may not be read.
    """
    place = root / (source.path or "")
    of_kind = _folder(place, now, settle)
    if source.kind == "mailbox":
        of_kind = _mails(source, place, now, settle)
    count = size = 0
    try:
        for file in of_kind:
            if is_known(content_hash(io.BytesIO(file.body))):
                continue
            count, size = count + 1, size + len(file.body)
            if count > MOST_FILES or size > MOST_BYTES:
                return
            yield file
    except OSError as error:
        raise FetchError(f"{source.path}: {error.strerror}") from error


def _mails(source: Source, place: Path, now: float, settle: float) -> Iterator[LocalFile]:
    is_folder = stat.S_ISDIR(place.stat().st_mode)
    bodies = _of_maildir(place, now, settle) if is_folder else _of_mbox(place, now, settle)
    for body in bodies:
        yield LocalFile(_mail_name(source, body), body)


def _of_maildir(place: Path, now: float, settle: float) -> Iterator[bytes]:
    """Yield the messages of a Maildir; their names begin with the time they came."""
    if not (place / "new").is_dir() or not (place / "cur").is_dir():
        raise FetchError(f"{place.name}: neither an mbox nor a Maildir with new/ and cur/")
    unreadable = ""
    mails = [path for name in ("new", "cur") for path in (place / name).iterdir()]
    for path in sorted(mails, key=lambda path: path.name):
        if path.name.startswith(".") or _TRASHED.search(path.name):
            continue
        # A mail program may have moved it meanwhile: the next look finds it.
        with contextlib.suppress(FileNotFoundError):
            try:
                body = _settled_body(path, now, settle, MOST_OF_A_MAIL)
            except PermissionError:
                unreadable = unreadable or path.name
                continue
            if body:
                yield body
    if unreadable:
        raise FetchError(f"{unreadable} may not be read")


def _of_mbox(place: Path, now: float, settle: float) -> Iterator[bytes]:
    """Yield the messages of an mbox, unless somebody writes to it."""
    lock = place.with_name(f"{place.name}.lock")
    with contextlib.suppress(FileNotFoundError):
        if now - lock.stat().st_mtime < _STALE_LOCK:
            return
    descriptor = _opened(place, follow=True)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise FetchError(f"{place.name}: neither an mbox nor a Maildir")
        if not _is_settled(status, now, settle) or not _is_unlocked(descriptor):
            return
        for body in mbox.messages(descriptor, status.st_size, MOST_OF_A_MAIL):
            if _was_changed(descriptor, status):
                return
            yield body
    finally:
        os.close(descriptor)


def _is_unlocked(descriptor: int) -> bool:
    """Keep writers out while the file is open; return False if one has it."""
    for lock in (fcntl.lockf, fcntl.flock):
        try:
            lock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:  # the file system has no locks
            continue
    return True


def _mail_name(source: Source, body: bytes) -> str:
    """Return the name of a mail: of its source, its day if it has one, and its content."""
    mark = base64.b32encode(content_hash(io.BytesIO(body)))[:_MARKS].decode().lower()
    day = _day(body)
    # As an ending that begins with a letter, the mark is no part of the source's name.
    return f"{source.name}{f'-{day}' if day else ''}.m{mark}.eml"


def _day(body: bytes) -> str | None:
    from email.utils import parsedate_to_datetime  # only mails need it

    header = body[:_HEADER].partition(b"\n\n")[0].partition(b"\r\n\r\n")[0]
    written = _DATE.search(header)
    try:
        day = parsedate_to_datetime(written[1].decode("ascii")).date() if written else None
    except ValueError:  # also what is not in ASCII
        return None
    return day.isoformat() if day and 2000 <= day.year < 2100 else None


def _folder(place: Path, now: float, settle: float) -> Iterator[LocalFile]:
    """Yield the files of a folder, but not what lies in folders inside."""
    unusable = ""
    with os.scandir(place) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if is_passed_over(entry.name) or not entry.is_file(follow_symlinks=False):
            continue
        with contextlib.suppress(FileNotFoundError):
            if entry.stat(follow_symlinks=False).st_size > MOST_OF_A_FILE:
                reason = (
                    f"is larger than {MOST_OF_A_FILE >> 20} MiB: put it into the inbox yourself"
                )
                unusable = unusable or f"{entry.name} {reason}"
                continue
            try:
                body = _settled_body(Path(entry.path), now, settle, MOST_OF_A_FILE)
            except PermissionError:
                unusable = unusable or f"{entry.name} may not be read"
                continue
            if body:
                yield LocalFile(entry.name, body)
    if unusable:
        raise FetchError(unusable)


def _settled_body(path: Path, now: float, settle: float, most: int) -> bytes | None:
    """Return the content of a file; None if it is none, too large, or still being written."""
    try:
        descriptor = _opened(path, follow=False)
    except OSError as error:
        if error.errno == errno.ELOOP:  # a link
            return None
        raise
    try:
        status = os.fstat(descriptor)
        is_usable = stat.S_ISREG(status.st_mode) and status.st_size <= most
        if not is_usable or not _is_settled(status, now, settle):
            return None
        body = io.FileIO(descriptor, closefd=False).readall()
        return None if _was_changed(descriptor, status) else body
    finally:
        os.close(descriptor)


def _opened(path: Path, *, follow: bool) -> int:
    """Open a file to read it, without a trace if it is ours: mail programs look at such times."""
    flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
    try:
        return os.open(path, flags | getattr(os, "O_NOATIME", 0))
    except PermissionError:
        return os.open(path, flags)


def _is_settled(status: os.stat_result, now: float, settle: float) -> bool:
    """Return whether a file was not written to for so many seconds.

    A time of modification in the future says nothing; it was set by whoever copied the file.
    """
    modified = status.st_mtime if status.st_mtime <= now else 0.0
    return now - max(status.st_ctime, modified) >= settle


def _was_changed(descriptor: int, before: os.stat_result) -> bool:
    status = os.fstat(descriptor)
    return (status.st_size, status.st_mtime_ns) != (before.st_size, before.st_mtime_ns)
