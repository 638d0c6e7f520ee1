"""Decode XML files once, so that everything after it sees UTF-8 without a declaration."""

from __future__ import annotations

import codecs
import io
import re

from digest.errors import Unreadable
from digest.parsers.input import encodings

_CHUNK_BYTES = 1 << 20  # decoded at a time: a text takes up to four times its bytes
_SAMPLE_BYTES = 1 << 16
_LABEL = re.compile(rb"<\?xml\s[^>]{0,200}?\bencoding\s*=\s*[\"']?([^\"'\s>?]{0,60})")
_DECLARATION = re.compile(rb"<\?xml\s[^>]{0,500}\?>")
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# XML without a mark begins with "<", whose bytes show the width of a character
# (https://www.w3.org/TR/xml/#sec-guessing).
_FIRST_BYTES = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_BLANKS = b" \t\r\n\f"


def to_utf8(data: bytes) -> bytes:
    """Return an XML file in UTF-8, without byte order mark and declaration.

    Lines keep their numbers. A byte order mark decides, then valid UTF-8, then the declared
    label. Bytes without a character become U+FFFD. Raises `Unreadable` with the label if nobody
    knows it and the bytes are not UTF-8.
    """
    codec, start = _codec(data)
    if start or codec != "utf-8" or not _is_utf8(data):
        data = _recode(data, codec, start)
    head = data[:_SAMPLE_BYTES].lstrip(_BLANKS + "\ufeff".encode())
    declaration = _DECLARATION.match(head)
    if declaration is None and len(head) == len(data[:_SAMPLE_BYTES]):
        return data
    begin = data.index(head[:1]) if head else len(data)
    end = begin + (declaration.end() if declaration else 0)
    return b"\n" * data.count(b"\n", 0, end) + data[end:]


def head_text(head: bytes) -> str:
    """Return the beginning of an XML file as text, for its detection."""
    try:
        codec, start = _codec(head, is_whole=False)
    except Unreadable:
        codec, start = "latin-1", 0
    return head[start:].decode(codec, "replace").lstrip("\ufeff \t\r\n\f")


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
    return _undeclared(data), 0


def _undeclared(data: bytes) -> str:
    """Return UTF-8, which XML is in without a declaration, or windows-1252 if little is UTF-8."""
    text = data[:_SAMPLE_BYTES].decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    others = sum(character > "\x7f" for character in text) if damaged else 0
    return "cp1252" if damaged > 1 and 2 * damaged > others else "utf-8"


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
    decode = codecs.getincrementaldecoder(codec)("replace").decode
    utf8 = io.BytesIO()  # its value is no copy
    for at in range(start, len(data), _CHUNK_BYTES):
        utf8.write(decode(data[at : at + _CHUNK_BYTES]).encode("utf-8", "replace"))
    utf8.write(decode(b"", final=True).encode("utf-8", "replace"))
    return utf8.getvalue()
