"""The page inside a mail: its HTML or its text, and what is attached.

Reads a message as RFC 5322 and MIME have it, also the single files that browsers save
(MHTML). Believes nothing but the structure: no sender, no link, no name becomes anything.
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

# The standard library passes each line of a part through all parts around it.
MOST_PARTS_AROUND = 20
# It holds each line on its own, at 60 bytes more than are in it.
ALWAYS_LINES = 500_000
LINE = 40
_PIECE = 1 << 16

_FIRST = re.compile(
    rb"From |(?:Return-Path|Delivered-To|Received|MIME-Version|From|To|Date|Subject|Message-ID|"
    rb"Content-Type|Content-Transfer-Encoding|Reply-To|List-Id|DKIM-Signature|X-[\w-]+|"
    rb"Snapshot-Content-Location|Sender|Cc|User-Agent|ARC-[\w-]+|Authentication-Results):",
    re.IGNORECASE,
)
_ANY_HEADER = re.compile(rb"[!-9;-~]{1,76}:|[ \t]|From ")
_DECISIVE = re.compile(
    rb"(?im)^(?:MIME-Version|Message-ID|Received|Content-Type):[ \t]*\S|^(?:From|Date):[ \t]*\S"
)
_NO_PAGE = (
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
_AROUND = re.compile(rb"boundary\s*=|message/rfc822", re.IGNORECASE)


class MailPart(NamedTuple):
    """A part with words, in UTF-8 where it is text; of those with one choice one is enough."""

    name: str
    data: bytes
    sent: date | None
    choice: str


def detect(head: bytes) -> bool:
    """Whether the text begins with a mail's header lines, two of them a mail's own."""
    head = head[:16384].lstrip(b"\xef\xbb\xbf\r\n")
    if not _FIRST.match(head):
        return False
    top = re.split(rb"\r?\n\r?\n|\r\r", head, maxsplit=1)[0]
    rows = re.split(rb"\r?\n|\r", top)
    if len(rows) < 2 or not all(_ANY_HEADER.match(row) for row in rows[:-1]):
        return False
    return len(_DECISIVE.findall(top)) >= 2


def parts(stream: BinaryIO, most: int) -> Iterator[MailPart]:
    """The parts that may hold a page, HTML before the text that says the same.

    Raises `Unreadable` for parts in parts in parts, and for more than ``most`` of them.
    """
    data = stream.read()
    if len(_AROUND.findall(data)) > MOST_PARTS_AROUND:
        raise Unreadable(f"more than {MOST_PARTS_AROUND} parts within parts")
    if data.count(b"\n") > ALWAYS_LINES + len(data) // LINE:
        raise Unreadable("lines too short and too many for a mail")
    del data
    stream.seek(0)
    message = _parsed(stream)
    sent = _sent(message)
    bodies: list[Message] = []
    attached: list[Message] = []
    for number, part in enumerate(message.walk()):
        if number > most:
            raise Unreadable(f"more than {most:,} parts")
        if not (part.is_multipart() or part.get_content_type().startswith(_NO_PAGE)):
            (bodies if _is_body(part) else attached).append(part)
    bodies.sort(key=lambda part: part.get_content_type() != "text/html")
    for part in (*bodies, *attached):
        name = part.get_filename() or part.get_content_type()
        yield MailPart(name, _content(part), sent, "body" if _is_body(part) else "")


def _parsed(stream: BinaryIO) -> Message:
    """The message, piece by piece: at once it takes seven times its size."""
    from email import parser, policy

    feed = parser.BytesFeedParser(policy=policy.compat32)
    while piece := stream.read(_PIECE):
        feed.feed(piece)
    return feed.close()


def _is_body(part: Message) -> bool:
    return part.get_content_type() in ("text/html", "text/plain") and not part.get_filename()


def _content(part: Message) -> bytes:
    """What the part holds, decoded from its transfer, text in UTF-8 and marked as such."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    charset = part.get_content_charset() or ""
    if part.get_content_maintype() != "text" or not _CHARSET.fullmatch(charset):
        return data
    return codecs.BOM_UTF8 + data.decode(charset, "replace").encode(errors="replace")


def _sent(message: Message) -> date | None:
    """The day the mail bears: a better witness for a page's year than the file's time."""
    from email import utils

    try:
        return utils.parsedate_to_datetime(str(message["Date"])).date()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
