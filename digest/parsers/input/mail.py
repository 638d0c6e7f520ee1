"""Read the pages inside a mail: its HTML or its text, and its attachments.

Reads messages of RFC 5322 and MIME, also the single files that browsers save (MHTML). Uses
the structure only: senders, links and names have no effect.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from digest.errors import Unreadable

if TYPE_CHECKING:
    from email.message import Message

# Limits that keep the standard library's parser from taking far more than the file's size.
MAX_NESTED_PARTS = 20  # each line of a part is passed through all parts around it
_FREE_LINES = 500_000  # each line is an object of its own, with 60 bytes besides its text;
_BYTES_A_LINE = 40  # beyond the free ones, a line must have this many on average
_CHUNK_BYTES = 1 << 16

_FIRST_HEADER = re.compile(
    rb"From |(?:Return-Path|Delivered-To|Received|MIME-Version|From|To|Date|Subject|Message-ID|"
    rb"Content-Type|Content-Transfer-Encoding|Reply-To|List-Id|DKIM-Signature|X-[\w-]+|"
    rb"Snapshot-Content-Location|Sender|Cc|User-Agent|ARC-[\w-]+|Authentication-Results):",
    re.IGNORECASE,
)
_ANY_HEADER = re.compile(rb"[!-9;-~]{1,76}:|[ \t]|From ")
_MAIL_HEADER = re.compile(
    rb"(?im)^(?:MIME-Version|Message-ID|Received|Content-Type):[ \t]*\S|^(?:From|Date):[ \t]*\S"
)
_OTHER_TYPES = (
    "image/",
    "audio/",
    "video/",
    "font/",
    "text/css",
    "text/calendar",
    "application/x-font",
)
_CHARSET = re.compile(
    r"utf-?8|utf-16(?:le|be)?|iso-8859-\d{1,2}|latin-?1|(?:windows-|cp)125\d|gb2312|gbk|gb18030|big5|"
    r"shift_jis|euc-(?:jp|kr)|iso-2022-jp|koi8-[ru]",
    re.IGNORECASE,
)
_NESTING = re.compile(rb"boundary\s*=|message/rfc822", re.IGNORECASE)


class MailPart(NamedTuple):
    """A part that may hold a page; text is in UTF-8. ``sent`` is the day of the mail.

    Parts with the same ``choice`` hold the same page.
    """

    name: str
    data: bytes
    sent: date | None
    choice: str


def detect(head: bytes) -> bool:
    """Return whether a text begins with header lines, at least two of them a mail's own."""
    head = head[:16384].lstrip(b"\xef\xbb\xbf\r\n")
    if not _FIRST_HEADER.match(head):
        return False
    header = re.split(rb"\r?\n\r?\n|\r\r", head, maxsplit=1)[0]
    rows = re.split(rb"\r?\n|\r", header)
    # The last row may be cut where the head ends.
    if len(rows) < 2 or not all(_ANY_HEADER.match(row) for row in rows[:-1]):
        return False
    return len(_MAIL_HEADER.findall(header)) >= 2


def parts(stream: BinaryIO, max_parts: int) -> Iterator[MailPart]:
    """Yield the parts that may hold a page: HTML before text, bodies before attachments.

    Raises `Unreadable` for more than ``max_parts`` parts, for parts nested too deeply, and for
    more short lines than a mail has.
    """
    _check_cost(stream)
    message = _parse(stream)
    sent = _sent_day(message)
    bodies: list[Message] = []
    attachments: list[Message] = []
    for number, part in enumerate(message.walk()):
        if number > max_parts:
            raise Unreadable(f"more than {max_parts:,} parts")
        if not (part.is_multipart() or part.get_content_type().startswith(_OTHER_TYPES)):
            (bodies if _is_body(part) else attachments).append(part)
    bodies.sort(key=lambda part: part.get_content_type() != "text/html")
    for part in (*bodies, *attachments):
        name = part.get_filename() or part.get_content_type()
        yield MailPart(name, _content_in_utf8(part), sent, "body" if _is_body(part) else "")


def _check_cost(stream: BinaryIO) -> None:
    data = stream.read()
    stream.seek(0)
    if len(_NESTING.findall(data)) > MAX_NESTED_PARTS:
        raise Unreadable(f"more than {MAX_NESTED_PARTS} nested parts")
    if data.count(b"\n") > _FREE_LINES + len(data) // _BYTES_A_LINE:
        raise Unreadable("too many short lines for a mail")


def _parse(stream: BinaryIO) -> Message:
    from email import parser, policy

    # Fed in pieces: parsed at once, a message takes seven times its size.
    feed = parser.BytesFeedParser(policy=policy.compat32)
    while chunk := stream.read(_CHUNK_BYTES):
        feed.feed(chunk)
    return feed.close()


def _is_body(part: Message) -> bool:
    return part.get_content_type() in ("text/html", "text/plain") and not part.get_filename()


def _content_in_utf8(part: Message) -> bytes:
    """Return the decoded content; text in a known charset as UTF-8 with a byte order mark.

    The mark overrides the charset that a page declares, which no longer holds.
    """
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or ""
    if part.get_content_maintype() != "text" or not _CHARSET.fullmatch(charset):
        return data
    return codecs.BOM_UTF8 + data.decode(charset, "replace").encode(errors="replace")


def _sent_day(message: Message) -> date | None:
    """Return the day in the mail's header: more reliable for a page's year than the file time."""
    from email import utils

    try:
        return utils.parsedate_to_datetime(str(message["Date"])).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
