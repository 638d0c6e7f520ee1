"""Bytes to lines: byte order marks, encodings, every kind of line end and of blank."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLANKS = "\xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_PLAIN = str.maketrans(dict.fromkeys(_BLANKS, " ") | dict.fromkeys(_ZERO_WIDTH))
_LONE_RETURN = re.compile(rb"\r(?![\r\n]|$)")

EDGES = " \t\n\r\v\f" + _BLANKS + _ZERO_WIDTH  # what a line begins or ends with unseen


def encoding(head: bytes) -> str:
    """The encoding the byte order mark names, else what the first bytes decode as."""
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    if unmarked := _unmarked_utf16(head):
        return unmarked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def lines(stream: BinaryIO, head: bytes) -> Iterable[bytes]:
    """Lines of a text in UTF-8, each ending in a line feed but perhaps the last.

    Lines stay bytes, so that a reader decodes only what it keeps: one wide character would
    widen a whole decoded text. Another encoding or old Mac line ends are recoded line by
    line; Windows line ends keep their carriage return, as a blank.
    """
    name = encoding(head)
    if name == "utf-8" and not _LONE_RETURN.search(head):
        return stream
    return _recoded(stream, name)


def text(data: bytes) -> str:
    """A piece decoded at once, line ends made one line feed."""
    decoded = data.decode(encoding(data), errors="replace")
    return decoded.replace("\r\n", "\n").replace("\r", "\n") if "\r" in decoded else decoded


def plain(line: str) -> str:
    """A short line with every blank made a space and what has no width taken out."""
    return line.translate(_PLAIN).strip()


def looks_binary(head: bytes) -> bool:
    """Whether the first bytes are no text in any encoding we read."""
    return b"\0" in head and not encoding(head).startswith("utf-16")


def _recoded(stream: BinaryIO, name: str) -> Iterator[bytes]:
    reader = io.TextIOWrapper(stream, name, errors="replace")
    try:
        for line in reader:
            yield line.encode(errors="replace")
    finally:
        reader.detach()  # else it closes a stream that is its owner's


def _unmarked_utf16(head: bytes) -> str | None:
    """UTF-16 without its mark shows as a zero in most byte pairs of a Latin text."""
    pairs = len(head) // 2
    if pairs < 8 or b"\0" not in head:
        return None
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, others = head[first::2].count(0), head[1 - first :: 2].count(0)
        if zeros > pairs * 0.7 and not others:
            return name
    return None
