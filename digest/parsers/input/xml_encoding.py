"""Decode XML files once, so that everything after it sees UTF-8 without a declaration."""

from __future__ import annotations

import codecs
import io
import re

from digest.errors import Unreadable
from digest.parsers.input import encodings

_CHUNK_BYTES = 1 << 20  # decoded at a time: a text takes up to four times its bytes
_LABEL = re.compile(rb"<\?xml\s[^>]{0,200}?\bencoding\s*=\s*[\"']?([^\"'\s>?]{0,60})")
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,500}\?>")
# What a server prints before a document, such as a notice of PHP: words and their markup.
_NOTICE = re.compile(
    rb"(?:[^<]|<(?![A-Z/!?])|</?(?:b|br|i|p|u|em|font|pre|strong|table|tbody|td|th|tr)\b[^<>]{0,200}>){1,8000}+"
    rb"(?=<\?xml\s[^>]{0,500}\?>)",
    re.IGNORECASE,
)
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML without a mark begins with "<", whose bytes show the width of a character
# (https://www.w3.org/TR/xml/#sec-guessing).
_FIRST_BYTES = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_BLANKS = b" \t\r\n\f"
_BEFORE = re.compile(rb"(?:[ \t\r\n\f]|\xef\xbb\xbf)*+")
_NOTICE_BYTES = 8192


def to_utf8(data: bytes) -> bytes:
    """Return an XML file in UTF-8, without byte order mark and declaration.

    Lines keep their numbers. A byte order mark decides, then valid UTF-8, then the declared
    label. Without one, each line is UTF-8 or windows-1252. Bytes without a character become
    U+FFFD. A notice that the server printed before the document goes. Raises `Unreadable` with
    the label if nobody knows it and the bytes are not UTF-8.
    """
    codec, start = _codec(data)
    if start or codec not in {"utf-8", encodings.MIXED} or not _is_utf8(data):
        data = _recode(data, codec, start)
    begin = _start(data)
    declaration = _DECLARATION.match(data, begin)
    end = declaration.end() if declaration else begin
    return b"\n" * data.count(b"\n", 0, end) + data[end:] if end else data


def head_text(head: bytes) -> str:
    """Return the beginning of an XML file as text, for its detection."""
    try:
        codec, start = _codec(head, is_whole=False)
    except Unreadable:
        codec, start = "latin-1", 0
    utf8 = _recode(head, codec, start)
    return utf8[_start(utf8) :].decode()


def _start(data: bytes) -> int:
    """Return where the document begins: behind blanks, marks and a notice of the server."""
    blanks = _BEFORE.match(data)
    begin = blanks.end() if blanks else 0
    notice = _NOTICE.match(data, begin) if b"<?xml" in data[begin + 1 : _NOTICE_BYTES] else None
    return notice.end() if notice else begin


def _codec(data: bytes, *, is_whole: bool = True) -> tuple[str, int]:
    """Return the codec of a file, and the length of its byte order mark."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return codec, len(mark)
    for first_bytes, codec in _FIRST_BYTES:
        if data.lstrip(_BLANKS).startswith(first_bytes):
            return codec, 0
    if match := _LABEL.search(data[:1024]):
        label = match[1].decode("latin-1")
        codec_name = encodings.lookup(label)
        # A label that can be read as ASCII is not written in two bytes for each character.
        if codec_name and not codec_name.startswith(("utf-16", "utf_16", "utf-32", "utf_32")):
            if not is_whole or codec_name.startswith(("iso2022", "utf-7", "utf_7", "hz")):
                return codec_name, 0
            return ("utf-8" if _is_utf8(data) else codec_name), 0
        if codec_name is None and is_whole and not _is_utf8(data):
            raise Unreadable(f"text in the unknown encoding {label!r:.60}")
        return "utf-8", 0
    return encodings.MIXED, 0


def _is_utf8(data: bytes) -> bool:
    decode = codecs.getincrementaldecoder("utf-8")().decode
    try:
        for start in range(0, len(data), _CHUNK_BYTES):
            decode(data[start : start + _CHUNK_BYTES])
        decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _recode(data: bytes, codec: str, start: int) -> bytes:
    utf8 = io.BytesIO()  # its value is no copy
    pieces = (data[at : at + _CHUNK_BYTES] for at in range(start, len(data), _CHUNK_BYTES))
    for text in encodings.decode_pieces(pieces, codec):
        utf8.write(text.encode("utf-8", "replace"))
    return utf8.getvalue()
