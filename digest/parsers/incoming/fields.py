"""The header fields and the text of a mail, as strings without line breaks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message

_LONGEST = 10_000  # characters of a field that are decoded: the library's time grows squared


def field(message: Message, name: str) -> str:
    """Return the first field of this name, decoded, on one line; "" if there is none."""
    return next(iter(fields(message, name)), "")


def fields(message: Message, name: str) -> tuple[str, ...]:
    """Return all fields of this name, decoded (RFC 2047), each on one line."""
    return tuple(map(_decode, message.get_all(name, [])))


def _decode(value: object) -> str:
    raw = str(value)[:_LONGEST]
    try:
        decoded = str(make_header(decode_header(raw)))
    except (HeaderParseError, LookupError, ValueError):  # an unknown charset, broken Base64
        decoded = raw
    return re.sub(r"\s+", " ", decoded).strip()


def text_of(message: Message, most: int) -> Iterator[str]:
    """Yield the lines of the first plain text in a mail, up to ``most`` characters."""
    part = next((part for part in message.walk() if _is_plain(part)), None)
    if part is None:
        return
    payload = part.get_payload(decode=True)
    content = payload if isinstance(payload, bytes) else b""
    # Only ASCII is looked for in it, which stands the same in every charset that mails have.
    yield from content[:most].decode("ascii", "replace").splitlines()


def _is_plain(part: Message) -> bool:
    return part.get_content_type() == "text/plain" and not part.is_multipart()
