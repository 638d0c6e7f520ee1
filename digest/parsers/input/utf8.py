"""Turn the bytes of a text without a label into UTF-8, for readers that take bytes."""

from __future__ import annotations

import codecs
import re

from digest.parsers.input import lines

_PART_BYTES = 1 << 20
_NOT_ASCII = bytes(range(128, 256))
_WIDE_CHARACTER = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)


def to_utf8(data: bytes) -> bytes:
    """Return the bytes in UTF-8 without a byte order mark.

    Bytes that are no character in a text that is mostly UTF-8 are replaced.
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
        data = _recoded(data)
    return data.removeprefix(b"\xef\xbb\xbf")


def _recoded(data: bytes) -> bytes:
    if lines.detect_encoding(data[:_PART_BYTES]).startswith("utf-16"):
        return lines.decode(data).encode(errors="replace")
    wide = len(data) - len(data.translate(None, _NOT_ASCII))
    in_utf8 = sum(len(match[0]) for match in _WIDE_CHARACTER.finditer(data))
    encoding = "utf-8" if 2 * in_utf8 >= wide else "cp1252"
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    parts = (data[start : start + _PART_BYTES] for start in range(0, len(data), _PART_BYTES))
    return b"".join(
        decoder.decode(part, final=not part).encode(errors="replace") for part in (*parts, b"")
    )
