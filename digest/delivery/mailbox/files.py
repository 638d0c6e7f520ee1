"""Mails in files: one mail each, mbox files, and Maildir folders."""

from __future__ import annotations

import mailbox
import stat
from collections.abc import Iterator
from contextlib import suppress
from functools import partial
from pathlib import Path

from digest.delivery.mailbox import MOST_BYTES, Letter, leave_as_it_is
from digest.errors import MailboxError

_MBOX = b"From "  # how the envelope line begins that stands before each mail


def letters(path: Path) -> Iterator[Letter]:
    """Yield the mails in a file or a Maildir; of a Maildir those that nobody has read.

    A file is never changed. What is handled in a Maildir goes to `cur` with the flag S, as a mail
    program does it. Raises `MailboxError` if there is nothing that can be read.
    """
    try:
        yield from _maildir(path) if path.is_dir() else _file(path)
    except OSError as error:
        raise MailboxError(str(path), error.strerror or type(error).__name__) from error


def check_maildir(path: Path) -> None:
    """Raise `MailboxError` unless a folder is a Maildir."""
    if not (path / "new").is_dir() or not (path / "cur").is_dir():
        reason = "is no Maildir: it has no folders new and cur" if path.exists() else "is not there"
        raise MailboxError(str(path), reason)


def without_envelope_line(message: bytes) -> bytes:
    """Return a mail without the line "From sender date" that some servers put before it."""
    return message.partition(b"\n")[2] if message.startswith(_MBOX) else message


def _file(path: Path) -> Iterator[Letter]:
    with path.open("rb") as file:
        is_mbox = file.read(len(_MBOX)) == _MBOX
    if not is_mbox:
        if path.stat().st_size <= MOST_BYTES:
            yield Letter(path.read_bytes(), leave_as_it_is)
        return
    box = mailbox.mbox(path, create=False)
    try:
        for key in box.iterkeys():
            yield Letter(box.get_bytes(key), leave_as_it_is)
    finally:
        box.close()


def _maildir(path: Path) -> Iterator[Letter]:
    check_maildir(path)
    files = [*(path / "new").iterdir(), *(path / "cur").iterdir()]
    for file in sorted(files, key=lambda file: file.name):  # names begin with the time
        flags = file.name.partition(":2,")[2]
        if file.name.startswith(".") or "S" in flags or "T" in flags:
            continue
        with suppress(FileNotFoundError):  # a mail program has moved it meanwhile
            status = file.lstat()
            # Mail programs write nothing else: a pipe would be waited for without end.
            if stat.S_ISREG(status.st_mode) and status.st_size <= MOST_BYTES:
                yield Letter(file.read_bytes(), partial(_settle, path, file))


def _settle(maildir: Path, file: Path) -> None:
    name, _, flags = file.name.partition(":2,")
    seen = maildir / "cur" / f"{name}:2,{''.join(sorted({*flags, 'S'}))}"
    with suppress(FileNotFoundError):
        file.rename(seen)
