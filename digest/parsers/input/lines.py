"""Turn bytes into lines of text: byte order marks, encodings, line ends and blanks."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import BinaryIO

from digest.parsers.input import encodings

_SPACES = "\xa0\u1680\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_ZERO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_NORMAL_BLANKS = str.maketrans(dict.fromkeys(_SPACES, " ") | dict.fromkeys(_ZERO_WIDTH))
_LONE_RETURN = re.compile(rb"\r(?![\r\n]|$)")

BLANKS = " \t\n\r\v\f" + _SPACES + _ZERO_WIDTH  # to strip from both ends of a line


def iter_lines(stream: BinaryIO, head: bytes) -> Iterable[bytes]:
    """Return the lines of a text, to be decoded by `encodings.decode_line`.

    Each but perhaps the last ends in a line feed. They are recoded if the text has a byte order
    mark or is UTF-16, or if its line ends are others (old Mac). Windows line ends keep their
    carriage return; the readers strip it as a blank.
    """
    # Lines stay bytes: a reader then decodes only the lines it keeps, one wide character does not
    # double or quadruple the size of the whole text, and a character beyond ASCII may come late.
    codec = _codec(head)
    if codec not in ("utf-8", encodings.MIXED):
        return _recode(stream, codec)
    return _split_bytes(stream) if _LONE_RETURN.search(head) else stream


def decode(data: bytes) -> str:
    """Return bytes as text, with a line feed for every kind of line end.

    A line that is not UTF-8 is windows-1252.
    """
    text = encodings.decode(data, None)
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def normalize_blanks(line: str) -> str:
    """Return a line with every blank as a space and without zero-width characters."""
    return line.translate(_NORMAL_BLANKS).strip()


def looks_binary(head: bytes) -> bool:
    """Return whether the first bytes are text in none of the encodings we read."""
    return b"\0" in head and not _codec(head).startswith("utf-16")


class LineSearch:
    """Find the lines of several texts in a file, which must come in the order of the file.

    ``line`` is the line of the last text that was found.
    """

    def __init__(self, data: bytes, *, max_misses: int) -> None:
        self._data, self._max_misses = data, max_misses
        self._position, self._misses, self.line = 0, 0, 1

    def find(self, text: bytes) -> int:
        """Return the line where a text stands next; if there is none, the last line found."""
        # A miss reads to the end of the file. After a few, nothing more is searched.
        if self._misses < self._max_misses:
            position = self._data.find(text, self._position)
            if position < 0:
                self._misses += 1
            else:
                self.line += self._data.count(b"\n", self._position, position)
                self._position = position
        return self.line


def _codec(head: bytes) -> str:
    text = encodings.TextBytes()
    text.look_at(head)
    return text.codec(None)


def _split_bytes(stream: BinaryIO) -> Iterator[bytes]:
    """Yield the lines with a line feed for every kind of line end."""
    # Latin-1 has a character for every byte, so that the line is the same bytes again.
    for line in _recode(stream, "latin-1"):
        yield line.decode().encode("latin-1")


def _recode(stream: BinaryIO, encoding: str) -> Iterator[bytes]:
    reader = io.TextIOWrapper(stream, encoding, errors="replace")
    try:
        for line in reader:
            yield line.encode(errors="replace")
    finally:
        reader.detach()  # otherwise it closes the stream, which its owner still uses
