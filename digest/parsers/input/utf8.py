"""Turn the bytes of a text without a label into UTF-8, for readers that take bytes."""

from __future__ import annotations

import codecs

from digest.parsers.input import encodings

_PART_BYTES = 1 << 20


def to_utf8(data: bytes) -> bytes:
    """Return the bytes in UTF-8 without a byte order mark.

    A line that is not UTF-8 decides for itself, so that damage in it changes no other.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    view = memoryview(data)
    try:
        # In parts: msgspec checks only the strings it keeps, and one wide character would make
        # the text as a whole four times as large.
        for start in range(0, len(data), _PART_BYTES):
            decoder.decode(view[start : start + _PART_BYTES])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        data = encodings.in_utf8(data, None)
    return data.removeprefix(b"\xef\xbb\xbf")
