"""Decode XML files once, so that everything after it sees UTF-8 without a declaration."""

from __future__ import annotations

import re

from digest.errors import Unreadable
from digest.parsers.input import encodings

_LABEL = re.compile(rb"<\?xml\s[^>]{0,200}?\bencoding\s*=\s*[\"']?([^\"'\s>?]{0,60})")
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,500}\?>")
# What a server prints before a document, such as a notice of PHP: words and their markup.
_NOTICE = re.compile(
    rb"(?:[^<]|<(?![A-Z/!?])|</?(?:b|br|i|p|u|em|font|pre|strong|table|tbody|td|th|tr)\b[^<>]{0,200}>){1,8000}"
    rb"(?=<\?xml\s[^>]{0,500}\?>)",
    re.IGNORECASE,
)
_BEFORE = re.compile(rb"(?:[ \t\r\n\f]|\xef\xbb\xbf)*+")
_NOTICE_BYTES = 8192


def to_utf8(data: bytes) -> bytes:
    """Return an XML file in UTF-8, without byte order mark and declaration.

    Lines keep their numbers. A byte order mark decides, then valid UTF-8, then the declared
    label. Without one, each line is UTF-8 or windows-1252. Bytes without a character become
    U+FFFD. A notice that the server printed before the document goes. Raises `Unreadable` with
    the label if nobody knows it and the bytes are not UTF-8.
    """
    data = encodings.in_utf8(data, _declared(data))
    begin = _start(data)
    declaration = _DECLARATION.match(data, begin)
    end = declaration.end() if declaration else begin
    return b"\n" * data.count(b"\n", 0, end) + data[end:] if end else data


def head_text(head: bytes) -> str:
    """Return the beginning of an XML file as text, for its detection."""
    try:
        utf8 = encodings.in_utf8(head, _declared(head))
    except Unreadable:
        utf8 = encodings.in_utf8(head, "latin-1")
    return utf8[_start(utf8) :].decode()


def _start(data: bytes) -> int:
    """Return where the document begins: behind blanks, marks and a notice of the server."""
    blanks = _BEFORE.match(data)
    begin = blanks.end() if blanks else 0
    notice = _NOTICE.match(data, begin) if b"<?xml" in data[begin + 1 : _NOTICE_BYTES] else None
    return notice.end() if notice else begin


def _declared(data: bytes) -> str | None:
    """Return the label of the XML declaration, or None.

    A label of UTF-16 or UTF-32 does not count: it was found as ASCII, so it is wrong.
    """
    match = _LABEL.search(data[:1024])
    label = match[1].decode("latin-1") if match else ""
    is_wide = (encodings.lookup(label) or "").startswith(("utf-16", "utf-32"))
    return None if is_wide else label or None
