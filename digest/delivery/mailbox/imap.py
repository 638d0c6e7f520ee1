"""A mailbox at a server, read by IMAP (RFC 3501) over TLS with a checked certificate.

Mails are fetched without marking them as read. How far a mailbox was read is a place, which the
caller keeps: "UIDVALIDITY:UID". So a mail that is not for us is fetched once.
"""

from __future__ import annotations

import base64
import imaplib
import re
import ssl
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from datetime import date
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from digest.delivery.mailbox import MOST_BYTES, Letter
from digest.errors import MailboxError

PORT = 993
TIMEOUT = 60.0  # seconds without a byte from the server
_FOLDER = "INBOX"
_SHOWN = 200  # characters of an answer in a message
# Python's names of months follow the locale.
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


class _Server(imaplib.IMAP4_SSL):
    """A connection that takes no answer of any length into memory, whatever the server says."""

    def read(self, size: int) -> bytes:
        """Return so many bytes of an answer."""
        if size > MOST_BYTES:
            raise self.error(f"an answer of {size:,} bytes is too long")
        return super().read(size)


class ImapAddress(NamedTuple):
    """Where a mailbox is: `imaps://user@host:port/folder`."""

    host: str
    port: int
    user: str
    folder: str


def address_of(url: str, user: str) -> ImapAddress:
    """Return the parts of an `imaps://` address that the settings have checked.

    ``user`` is who reads it if the address names nobody.
    """
    parts = urlsplit(url)
    host, folder = parts.hostname or "", unquote(parts.path.strip("/"))
    name = unquote(parts.username or "") or user
    return ImapAddress(host, parts.port or PORT, name, folder or _FOLDER)


def letters(
    address: ImapAddress, secret: str, *, oauth: bool, after: str | None, since: date
) -> Generator[Letter, None, None]:
    """Yield the mails behind a place, or all since a day if there is none, the oldest first.

    ``secret`` is a password, or with ``oauth`` a token for XOAUTH2. Deleted mails and those above
    `MOST_BYTES` are left out. Who closes the generator closes the connection. Raises
    `MailboxError`, as `settle` does.
    """
    with _opened(address, secret, oauth=oauth) as server:
        validity = _validity(server)
        first = _first(after, validity)
        for uid in _search(server, first, since):
            message = _fetch(server, uid)
            place = f"{validity}:{uid}"
            if message is not None:
                yield Letter(message, partial(_settle, address, server, uid), place)


def look_into(address: ImapAddress, secret: str, *, oauth: bool) -> None:
    """Log in and open the folder, and read nothing. Raises `MailboxError` if that is refused."""
    with _opened(address, secret, oauth=oauth):
        pass


@contextmanager
def _opened(address: ImapAddress, secret: str, *, oauth: bool) -> Iterator[imaplib.IMAP4]:
    """Open a folder for the block. Raises `MailboxError` for what is raised in it, too."""
    with _errors_of(address, secret):
        context = ssl.create_default_context()
        server = _Server(address.host, address.port, ssl_context=context, timeout=TIMEOUT)
        try:
            _login(server, address.user, secret, oauth=oauth)
            _checked(server.select(_quoted(address.folder)))
            yield server
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                server.logout()
            with suppress(OSError):  # done by `logout`, unless that failed
                server.shutdown()


def _first(after: str | None, validity: int) -> int | None:
    """Return the first number to read; None if the place is none of this mailbox.

    A server gives a folder another validity when its numbers have another meaning than before.
    """
    old, _, last = (after or "").partition(":")
    return int(last) + 1 if old == str(validity) and last.isdecimal() else None


def _login(server: imaplib.IMAP4, user: str, secret: str, *, oauth: bool) -> None:
    if oauth:
        answer = f"user={user}\x01auth=Bearer {secret}\x01\x01".encode()
        # The second round is an error in JSON, which has to be answered by nothing.
        answers = iter([answer])
        _checked(server.authenticate("XOAUTH2", lambda _: next(answers, b"")))
    elif "AUTH=PLAIN" in server.capabilities:
        # LOGIN takes ASCII only.
        _checked(server.authenticate("PLAIN", lambda _: f"\0{user}\0{secret}".encode()))
    else:
        _checked(server.login(user, secret))


def _search(server: imaplib.IMAP4, first: int | None, since: date) -> list[int]:
    day = f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"
    criteria = ("SINCE", day) if first is None else ("UID", f"{first}:*")
    found = _checked(server.uid("SEARCH", *criteria, "UNDELETED"))
    uids = sorted({int(uid) for line in found if isinstance(line, bytes) for uid in line.split()})
    # "5:*" is the last mail also where that has the number 4.
    return [uid for uid in uids if first is None or uid >= first]


def _fetch(server: imaplib.IMAP4, uid: int) -> bytes | None:
    """Return a mail; None if it is gone or too large."""
    lines = _checked(server.uid("FETCH", str(uid), "(RFC822.SIZE)"))
    sizes = [re.search(rb"RFC822\.SIZE (\d+)", line) for line in lines if isinstance(line, bytes)]
    if any(size is not None and int(size[1]) > MOST_BYTES for size in sizes):
        return None
    parts = _checked(server.uid("FETCH", str(uid), "(BODY.PEEK[])"))
    return next((part[1] for part in parts if isinstance(part, tuple)), None)


def _settle(address: ImapAddress, server: imaplib.IMAP4, uid: int) -> None:
    with _errors_of(address, ""):
        _checked(server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))


def _checked(answer: tuple[str, Any]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(" ".join(map(_words, data)))
    return list(data)


def _validity(server: imaplib.IMAP4) -> int:
    """Return by which the numbers of the chosen folder are known; 0 if the server gives none."""
    _, data = server.response("UIDVALIDITY")
    return int(data[0]) if data and isinstance(data[0], bytes) else 0


def _quoted(folder: str) -> str:
    """Return the name of a folder as servers know it: in modified UTF-7 (RFC 3501, 5.1.3)."""
    name = re.sub(r"&|[^ -~]+", lambda found: _shifted(found[0]), folder)
    return '"' + re.sub(r'(["\\])', r"\\\1", name) + '"'


def _shifted(letters_: str) -> str:
    if letters_ == "&":
        return "&-"
    encoded = base64.b64encode(letters_.encode("utf-16-be")).decode()
    return f"&{encoded.rstrip('=').replace('/', ',')}-"


@contextmanager
def _errors_of(address: ImapAddress, secret: str) -> Iterator[None]:
    try:
        yield
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        words = re.sub(r"\s+", " ", _words_of(error)).strip() or type(error).__name__
        words = words.replace(secret or "\n", "...")[:_SHOWN]
        raise MailboxError(f"imaps://{address.host}:{address.port}", words) from error


def _words_of(error: Exception) -> str:
    """Return what went wrong without the number of the error, and as text where it is bytes."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is refused: {error.verify_message}"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return " ".join(map(_words, error.args))


def _words(part: object) -> str:
    return part.decode(errors="replace") if isinstance(part, bytes) else str(part)
