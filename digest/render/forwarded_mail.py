"""Forward a mail: its fields and body as they are, under a sender that we may use.

A mail forwarded under its own From is refused where the domain of that address asks for it
(DMARC), as mailing lists know; so From is ours, and Reply-To is the one who wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.utils import formataddr, parseaddr

# Fields that speak of the way the mail came, that a signature covered, or that ask its reader's
# program to do something. Our own token stands in some of them.
_DROPPED = re.compile(
    rb"(received|return-path|delivered-to|x-delivered-to|x-original-to|(x-)?envelope-to|to|cc|bcc"
    rb"|from|sender|reply-to|dkim-.*|domainkey-.*|arc-.*|authentication-results|received-spf"
    rb"|list-.*|resent-.*|x-loop|disposition-notification-to|return-receipt-to|errors-to"
    rb"|content-length|status|x-status|apparently-to|x-original-from)",
    re.IGNORECASE,
)
_NAME_CHARS = 60


def forward(message: bytes, sender: str, target: str, loop: tuple[str, str]) -> bytes:
    """Return a mail as it is forwarded to ``target``, with CRLF line ends.

    ``sender`` and ``target`` are bare addresses, ``loop`` the field by which the mail is known if
    it comes back. The body is not changed but for its line ends.
    """
    message = re.sub(rb"\r\n|\r|\n", b"\r\n", message)
    if message.startswith((b"From ", b">From ")):  # the envelope line of mbox files and of pipes
        message = message.partition(b"\r\n")[2]
    head, _, body = message.partition(b"\r\n\r\n")
    written = list(_fields(head))
    if not written:  # no mail, but somebody sent it
        body = message
    first = {name.lower(): value for name, value in reversed(written)}
    author = first.get(b"from", b"")
    answer = first.get(b"reply-to", author)
    new = [
        b"From: " + _our_name(author, sender),
        b"To: " + target.encode(),
        *([b"Reply-To:" + answer] if answer.strip() else []),
        *([b"X-Original-From:" + author] if author.strip() else []),
        f"{loop[0]}: {loop[1]}".encode(),
    ]
    kept = [name + b":" + value for name, value in written if not _DROPPED.fullmatch(name)]
    return b"\r\n".join([*new, *kept, b"", body])


def _fields(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and value of each field; a value keeps its folds. What is no field is left out."""
    for line in re.split(rb"\r\n(?![ \t])", head):
        name, colon, value = line.partition(b":")
        if colon and re.fullmatch(rb"[!-9;-~]+", name):
            yield name, value


def _our_name(author: bytes, sender: str) -> bytes:
    """Return our From: the name of who wrote, or their address, and our own address."""
    name, address = parseaddr(author.decode("utf-8", "replace").replace("\r\n", ""))
    shown = re.sub(r"[\x00-\x1f\x7f]", " ", name or address)[:_NAME_CHARS].strip()
    if shown.startswith("=?"):  # encoded already: as it is, if it is whole
        is_whole = re.fullmatch(r"(=\?[\w-]+\?[bqBQ]\?[^?\s]*\?=\s*)+", name)
        return f"{name if is_whole else address} <{sender}>".encode()
    return formataddr((shown, sender)).encode()
