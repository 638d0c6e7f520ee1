"""Decode with Python's codecs, and by the tables of the WHATWG Encoding Standard.

The standard's tables (https://encoding.spec.whatwg.org/) have characters that Python's codecs
have not: controls in the holes of the code pages of Windows, and the rows that NEC and IBM
added to JIS X 0208.
"""

from __future__ import annotations

import codecs
import functools
from collections.abc import Iterable, Iterator

# Characters that Python's codecs decode otherwise than the standard's tables.
_WAVES = str.maketrans("〜‖−¢£¬", "～∥－￠￡￢")
_TRANSLATIONS = {
    "euc_jp": _WAVES,
    "iso2022_jp_ext": _WAVES,
    "big5hkscs": str.maketrans("•､‾∼♁☉¥¢£", "‧﹑¯～⊕⊙￥￠￡"),
    "gb18030": str.maketrans("\ue5e5", "\u3000"),
    "koi8-u": str.maketrans("╝╬", "ўЎ"),
}


def decode(data: bytes, codec: str) -> str:
    """Return the text of bytes; a byte without a character becomes U+FFFD."""
    return "".join(decode_pieces((data,), codec))


def decode_pieces(pieces: Iterable[bytes], codec: str) -> Iterator[str]:
    """Yield the text of bytes that come in pieces, cut anywhere."""
    decoder = codecs.getincrementaldecoder(codec)(_error_handler(codec))
    translation = _TRANSLATIONS.get(codec)
    for piece in pieces:
        text = decoder.decode(piece)
        yield text.translate(translation) if translation else text
    yield decoder.decode(b"", final=True)


@functools.cache
def _error_handler(codec: str) -> str:
    """Return the name of the error handler for bytes that Python's codec cannot decode."""
    name = f"digest.{codec}"

    def replace(error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        text, length = _character(codec, error.object[error.start : error.start + 2])
        if text:
            return text, error.start + length
        damaged = error.object[error.start : error.end]
        # What looks like an escape in these, and is none, is text.
        is_text = codec in ("utf-7", "hz") and damaged.isascii()
        return damaged.decode() if is_text else "\ufffd", error.end

    codecs.register_error(name, replace)
    return name


def _character(codec: str, data: bytes) -> tuple[str, int]:
    """Return the character at the start of the bytes that only the standard has, and its length."""
    first = data[0]
    if codec in ("euc_jp", "iso2022_jp_ext"):
        return _windows_31j(bytes(byte | 0x80 for byte in data)), 2
    if codec == "big5hkscs" and first == 0xA3:
        return data.decode("cp950", "ignore"), 2
    if codec == "gb18030" and first == 0x80:
        return "€", 1
    if codec == "cp1255" and first == 0xCA:
        return "\u05ba", 1
    is_control = codec.startswith(("cp125", "cp874")) and 0x80 <= first < 0xA0
    return chr(first) if is_control else "", 1


def _windows_31j(pair: bytes) -> str:
    """Return the character of windows-31j at a place of JIS X 0208, "" if there is none.

    Only windows-31j has the rows that NEC and IBM added, with the circled digits in row 13.
    """
    if len(pair) < 2 or min(pair) < 0xA1 or max(pair) > 0xFE:
        return ""
    row, cell = pair[0] - 0xA1, pair[1] - 0xA1
    lead = row // 2 + (0x81 if row < 62 else 0xC1)
    trail = cell + 0x9F if row % 2 else cell + 0x40 + (cell >= 63)
    return bytes((lead, trail)).decode("cp932", "ignore")
