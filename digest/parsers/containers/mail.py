"""Find the pages inside mails: their HTML or their text, and their attachments.

Reads messages of RFC 5322 and MIME, the single files that browsers save (MHTML), and files of
several mails (mbox). Uses the structure only: senders, links and names have no effect. The
standard library parses the headers; its parser of whole messages keeps an object for each line,
which takes many times the size of a mail of short lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from digest.errors import Unreadable
from digest.parsers.containers import mail_headers

MAX_NESTED_PARTS = 20  # each part is searched once more for each part around it
MAX_SECTIONS = 10_000  # of one mail, pictures and fonts of a saved page among them
_MAX_HEADER_BYTES = 1 << 16
_HEAD_BYTES = 16384

_FIRST_HEADER = re.compile(
    rb"From |(?:Return-Path|Delivered-To|Received|MIME-Version|From|To|Date|Subject|Message-ID|"
    rb"Content-Type|Content-Transfer-Encoding|Reply-To|List-Id|DKIM-Signature|X-[\w-]+|"
    rb"Snapshot-Content-Location|Sender|Cc|User-Agent|ARC-[\w-]+|Authentication-Results):",
    re.IGNORECASE,
)
_ANY_HEADER = re.compile(rb"[!-9;-~]{1,76}:|[ \t]|>?From ")
_MAIL_HEADER = re.compile(
    rb"(?im)^(?:MIME-Version|Message-ID|Received|Content-Type):[ \t]*\S|^(?:From|Date):[ \t]*\S"
)
_HEADER_LINES = re.compile(
    rb"(?:(?:[!-9;-~]{1,76}[ \t]{0,9}:|[ \t]+[^\s]|>?From )[^\n]*(?:\n|\Z))*+", re.IGNORECASE
)
_BLANK_LINES = re.compile(rb"(?:\xef\xbb\xbf)?(?:[ \t]*\r?\n)*+")
_BLANK_LINE = re.compile(rb"[ \t]*\r?\n")
_HEADER_END = re.compile(rb"\r?\n\r?\n|\r\r")
_ROW = re.compile(rb"([^\r\n]*)(?:\r\n|\n|\r|\Z)")
# With the day's time and the year, as all programs write that line.
_DATED_FROM = re.compile(rb"From \S[^\n]{0,200}\d\d:\d\d[^\n]{0,30}\b(?:19|20)\d\d\b")
_MAIL_START = re.compile(rb"From [^\n]*\n(?:>?From |[!-9;-~]{1,76}:)")
_GUESSED_BOUNDARY = re.compile(rb"(?im)^--(\S[^\r\n]{0,99}?)[ \t]{0,9}\r?\nContent-")
_OTHER_TYPES = tuple(
    "image/ audio/ video/ font/ text/css text/calendar text/rfc822-headers"
    " message/delivery-status application/x-font application/pgp-signature"
    " application/pkcs7-signature application/x-pkcs7-signature application/javascript".split()
)


class MailPart(NamedTuple):
    """A part that may hold a page, as a stretch of the file.

    ``start`` and ``end`` are the bytes of its content. ``mail`` is the number of its mail and
    ``line`` the line on which that mail begins. Parts with the same ``choice`` hold the same
    page, if their ``form`` differs (the HTML and the text of ``multipart/alternative``).
    """

    start: int
    end: int
    header: mail_headers.Header
    mail: int
    line: int
    choice: str = ""
    form: str = ""


def detect(head: bytes) -> bool:
    """Return whether a text begins with header lines, at least two of them a mail's own."""
    head = head[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf\r\n")
    if not _FIRST_HEADER.match(head):
        return False
    rows: list[bytes] = []
    # Row by row, because every mail of a file is looked at, and most end soon.
    for row in _ROW.finditer(head):
        if not row[1]:
            break
        if rows and not _ANY_HEADER.match(rows[-1]):  # the last row may be cut
            return False
        rows.append(row[1])
    return len(_MAIL_HEADER.findall(b"\n".join(rows))) >= 2


def is_mbox(data: bytes) -> bool:
    """Return whether a file of mails begins with the line that separates them in an mbox."""
    return data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf\r\n").startswith(b"From ")


def parts(data: bytes, count_part: Callable[[int], None]) -> Iterator[MailPart]:
    """Yield the parts of all mails that may hold a page, in their order.

    Lines must end in a line feed. Calls ``count_part`` with 1 for each part, which may raise.
    Raises `Unreadable` for parts nested too deeply.
    """
    line, previous, number = 1, 0, 0
    for start, end in _mails(data):
        rest: int | None = start
        while rest is not None:
            number += 1
            line += data.count(b"\n", previous, rest)
            previous = rest
            scan = _Scan(data, count_part, number, line)
            found = None
            for found in scan.mail(rest, end):
                yield found
            if found is None:
                count_part(1)
                yield scan.empty_part(end)
            rest = scan.rest


def _mails(data: bytes) -> Iterator[tuple[int, int]]:
    """Yield start and end of each mail of an mbox, or of the only one."""
    start = 0
    position = data.find(b"\nFrom ") if is_mbox(data) else -1
    while position >= 0:
        if _begins_mail(data, position + 1) and data[start : position + 1].strip():
            yield start, position + 1
            start = position + 1
        position = data.find(b"\nFrom ", position + 1)
    yield start, len(data)


def _begins_mail(data: bytes, start: int) -> bool:
    """Return whether a line with ``From `` separates two mails, and is no line of a text."""
    if not _MAIL_START.match(data, start):
        return False
    end = _HEADER_END.search(data, start, start + _HEAD_BYTES)
    header = data[start : end.end() if end else start + _HEAD_BYTES]
    if len(_MAIL_HEADER.findall(header)) < 2:  # cheaper than all that follows
        return False
    after_blank = data[max(start - 3, 0) : start].endswith((b"\n\n", b"\n\r\n"))
    if not after_blank and not _DATED_FROM.match(data, start):
        return False
    return detect(header)


class _Context(NamedTuple):
    """What surrounds a stretch: ``forms`` are the alternatives around it, ``sent`` is the day."""

    default_type: str = mail_headers.TEXT
    sent: date | None = None
    forms: tuple[str, ...] = ()
    depth: int = 0


class _Scan:
    """Walk through the parts of one mail. ``rest`` is the start of a mail right behind it."""

    def __init__(
        self, data: bytes, count_part: Callable[[int], None], number: int, line: int
    ) -> None:
        self._data, self._count_part, self._number, self._line = data, count_part, number, line
        self._choices = self._end = self._sections_found = 0
        self.rest: int | None = None

    def mail(self, start: int, end: int, context: _Context | None = None) -> Iterator[MailPart]:
        """Yield the parts of a mail; blank lines may stand above its header."""
        self._end = self._end or end
        blank = _BLANK_LINES.match(self._data, start, end)
        yield from self._parts(blank.end() if blank else start, end, context or _Context())

    def empty_part(self, end: int) -> MailPart:
        """Return what stands for a mail without any part that may hold a page."""
        header = mail_headers.read(b"", mail_headers.TEXT, None)
        return MailPart(end, end, header, self._number, self._line)

    def _parts(self, start: int, end: int, context: _Context) -> Iterator[MailPart]:
        """Yield what is in a stretch that begins with a header: itself, or the parts inside."""
        if context.depth > MAX_NESTED_PARTS:
            raise Unreadable(f"more than {MAX_NESTED_PARTS} nested parts")
        lines = _HEADER_LINES.match(self._data, start, min(end, start + _MAX_HEADER_BYTES))
        body = lines.end() if lines else start
        header = mail_headers.read(self._data[start:body], context.default_type, context.sent)
        if blank := _BLANK_LINE.match(self._data, body, end):
            body = blank.end()
        inside = context._replace(
            default_type=mail_headers.TEXT, sent=header.sent, depth=context.depth + 1
        )
        if header.content_type.startswith("multipart/"):
            yield from self._multipart(body, end, header, inside)
        elif header.content_type == mail_headers.MESSAGE and not header.is_encoded:
            yield from self.mail(body, end, inside)
        elif not header.content_type.startswith(_OTHER_TYPES):
            yield from self._part(body, end, header, context.forms)

    def _part(
        self, body: int, end: int, header: mail_headers.Header, forms: tuple[str, ...]
    ) -> Iterator[MailPart]:
        if self._data[body:end].strip():
            self._count_part(1)
            choice = f"{self._number}.{forms[0]}" if forms and not header.is_attachment else ""
            form = ".".join(forms[1:])
            yield MailPart(body, end, header, self._number, self._line, choice, form)

    def _multipart(
        self, body: int, end: int, header: mail_headers.Header, inside: _Context
    ) -> Iterator[MailPart]:
        forms = inside.forms
        if is_choice := header.content_type == "multipart/alternative":
            self._choices += not forms  # alternatives inside others are one choice with them
            forms = forms or (str(self._choices),)
        elif header.content_type == "multipart/digest":
            inside = inside._replace(default_type=mail_headers.MESSAGE)
        number = 0
        for number, (start, stop) in enumerate(self._sections(body, end, header.boundary), 1):
            form = (*forms, str(number)) if is_choice else forms
            yield from self._parts(start, stop, inside._replace(forms=form))
        if not number:
            yield from self._part(body, end, header._replace(content_type=mail_headers.TEXT), ())

    def _sections(self, body: int, end: int, boundary: bytes) -> Iterator[tuple[int, int]]:
        """Yield the stretches between the boundaries. A missing last boundary is at the end."""
        data = self._data
        if not boundary or data.find(b"--" + boundary, body, end) < 0:
            guess = _GUESSED_BOUNDARY.search(data, body, end)
            if guess is None:
                return
            boundary = guess[1]
        delimiter = re.compile(rb"(?m)^--" + re.escape(boundary) + rb"(--)?[ \t]*\r?$\n?")
        start: int | None = None
        for match in delimiter.finditer(data, body, end):
            if start is not None and match.start() > start:
                self._count_section()
                yield start, match.start()
            start = None if match[1] else match.end()
            if match[1] and end == self._end and self._begins_mail(match.end(), end):
                self.rest = match.end()
                return
        if start is not None and end > start:
            yield start, end

    def _count_section(self) -> None:
        self._sections_found += 1
        if self._sections_found > MAX_SECTIONS:
            raise Unreadable(f"more than {MAX_SECTIONS:,} parts")

    def _begins_mail(self, start: int, end: int) -> bool:
        blank = _BLANK_LINES.match(self._data, start, end)
        start = blank.end() if blank else start
        is_header = _FIRST_HEADER.match(self._data, start, end)
        return bool(is_header) and detect(self._data[start : min(end, start + _HEAD_BYTES)])
