"""Decode bytes by the label of their encoding, as browsers do.

The table is that of the WHATWG Encoding Standard (https://encoding.spec.whatwg.org/), in which
many labels mean a superset: ``gb2312`` is GBK, ``shift_jis`` windows-31j, ``iso-8859-1``
windows-1252. Mail, HTML, XML and references are all decoded here.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterable, Iterator

from digest.errors import Unreadable
from digest.parsers.input import whatwg_codecs

# The codec for a name of the standard, or for a codec of Python's, where another one decodes
# the superset. The standard decodes GBK as GB18030.
_SUPERSETS = {
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "big5": "big5hkscs",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "iso-2022-jp": "iso2022_jp_ext",
    "iso2022_jp": "iso2022_jp_ext",
    "x-user-defined": "cp1252",
}
# Names of Python's that are transformations or escapes, and no encodings that a file can be in.
_NOT_ENCODINGS = {"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined"}
# In these, a text of bytes below 128 need not be ASCII, so that being valid UTF-8 proves nothing.
_SEVEN_BITS = ("iso2022", "utf-7", "hz")
_WIDE = ("utf-16", "utf-32")
_PIECE_BYTES = 1 << 18
_HEAD_BYTES = 1024  # enough to see whether every second byte is zero
MIXED = "utf-8 or cp1252"  # the encoding of a text without a label, if it is not UTF-8

_LINE_BYTES = 1 << 20
_LONGEST_CHARACTER = 4  # bytes in UTF-8
_DAMAGED = re.compile("\ufffd+")

_COMMENT = re.compile(rb"(?s)<!--.*?(?:-->|\Z)")
_META = re.compile(rb"(?i)<meta\b[^<>]{0,300}?\bcharset\s{0,9}=[\"'\s]{0,9}([^\s\"'/>;]{2,40})")
_XML = re.compile(rb"\s{0,99}<\?xml\b[^<>]{0,99}?\bencoding\s{0,9}=\s{0,9}[\"']([^\"'<>]{2,40})")


def lookup(label: str) -> str | None:
    """Return the name of Python's codec for a label; None for a label that nobody knows.

    Labels of the standard come first. For a label that only Python knows, such as Java's
    ``ISO8859_1``, the name of Python's codec is looked up once more.
    """
    import webencodings  # most dumps have no label

    label = label.strip(" \t\r\n\f\"';")
    for name in (label, _python_name(label)):
        encoding = webencodings.lookup(name)
        if encoding is not None and encoding.name != "replacement":
            return _SUPERSETS.get(encoding.name, encoding.codec_info.name)
    return _SUPERSETS.get(name, name) or None


def _python_name(label: str) -> str:
    """Return the name of Python's codec for a label, "" if there is none."""
    try:
        "".encode(label)  # raises LookupError also for codecs that are not of text
        name = codecs.lookup(label).name
    except (LookupError, ValueError, UnicodeError):
        return ""
    return "" if name in _NOT_ENCODINGS else name


def declared_in_html(head: bytes) -> str | None:
    """Return the label in the ``<meta>`` or the XML declaration of a page, or None.

    Declarations inside comments do not count. ``utf-16`` means UTF-8 there, since the
    declaration itself was readable (https://html.spec.whatwg.org/#concept-encoding-sniffing).
    """
    match = _XML.match(head) or _META.search(_COMMENT.sub(b"", head))
    label = match[1].decode("ascii", "replace") if match else None
    return "utf-8" if label and (lookup(label) or "").startswith(_WIDE) else label


def decode(data: bytes, label: str | None) -> str:
    """Return text by its byte order mark, else as UTF-8 if it is valid, else by the label.

    Without a label, a line that is not UTF-8 is windows-1252. A byte without a character becomes
    U+FFFD. Raises `Unreadable` with the label if nobody knows it and the bytes are not UTF-8.
    """
    return "".join(decode_pieces((data,), _look_at(data).codec(label)))


def in_utf8(data: bytes, label: str | None) -> bytes:
    """Return the same text in UTF-8, without a byte order mark.

    The rules and the errors are those of `decode`.
    """
    text = _look_at(data)
    codec = text.codec(label)
    if codec in ("utf-8", "utf-8-sig") and text.is_utf8:
        return data.removeprefix(codecs.BOM_UTF8)
    utf8 = io.BytesIO()  # its value is no copy
    for piece in decode_pieces(_pieces(data), codec):
        utf8.write(piece.encode(errors="replace"))
    return utf8.getvalue()


def _look_at(data: bytes) -> TextBytes:
    text = TextBytes()
    for piece in _pieces(data):
        text.look_at(piece)
    return text


def _pieces(data: bytes) -> Iterator[bytes]:
    """Yield the bytes in pieces: as text they take up to four times the memory."""
    return (data[start : start + _PIECE_BYTES] for start in range(0, len(data), _PIECE_BYTES))


class TextBytes:
    """Look at the bytes of a text, piece by piece, to find out how to decode them."""

    def __init__(self) -> None:
        self._head = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")()
        self._is_utf8 = self._is_ascii = True
        self._has_nul = False

    def look_at(self, piece: bytes) -> None:
        """Take the next bytes into account."""
        if len(self._head) < _HEAD_BYTES:
            self._head += piece[:_HEAD_BYTES]
        self._has_nul = self._has_nul or b"\0" in piece
        if piece.isascii() and not self._decoder.getstate()[0]:
            return
        self._is_ascii = False
        try:
            if self._is_utf8:
                self._decoder.decode(piece)
        except UnicodeDecodeError:
            self._is_utf8 = False

    @property
    def is_utf8(self) -> bool:
        """Whether all bytes so far are valid UTF-8, with no character cut at their end."""
        return self._is_utf8 and not self._decoder.getstate()[0]

    def codec(self, label: str | None) -> str:
        """Return the codec to pass to `decode_pieces`.

        Raises `Unreadable` with the label if nobody knows it and the bytes are not UTF-8.
        """
        if self._head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return "utf-16"
        if self._head.startswith(codecs.BOM_UTF8):
            return "utf-8-sig"
        if self._has_nul and (unmarked := unmarked_utf16(self._head)):
            return unmarked
        codec = lookup(label) if label else MIXED
        escaped = codec is not None and (
            (codec.startswith(_SEVEN_BITS) and self._is_ascii)
            or (codec.startswith(_WIDE) and self._has_nul)
        )
        if self.is_utf8 and not escaped:
            return "utf-8"
        if codec is None:
            raise Unreadable(f"text in the unknown encoding {label!r:.60}")
        return codec


def decode_pieces(pieces: Iterable[bytes], codec: str) -> Iterator[str]:
    """Yield the text of bytes that come in pieces, decoded by a codec of `TextBytes.codec`."""
    if codec == MIXED:
        for piece in whole_lines(pieces):
            yield from map(_decode_mixed, _stretches(piece))
        return
    yield from whatwg_codecs.decode_pieces(pieces, codec)


def unmarked_utf16(head: bytes) -> str | None:
    """Return the byte order of UTF-16 without a mark: most bytes of one half are zero.

    This finds Latin text, where the high byte of nearly every character is zero, and markup by
    its first character (https://www.w3.org/TR/xml/#sec-guessing).
    """
    if head[:2] in (b"<\0", b"\0<"):
        return "utf-16-le" if head[:1] == b"<" else "utf-16-be"
    pairs = len(head) // 2
    if pairs < 8 or b"\0" not in head:
        return None
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        zeros, other_zeros = head[first::2].count(0), head[1 - first :: 2].count(0)
        if zeros > pairs * 0.7 and not other_zeros:
            return encoding
    return None


def whole_lines(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in pieces that end where a line ends."""
    parts: list[bytes] = []
    for piece in pieces:
        end = piece.rfind(b"\n") + 1
        if end:
            yield b"".join((*parts, piece[:end]))
            parts = []
        parts.append(piece[end:])
    yield b"".join(parts)


def _stretches(piece: bytes) -> Iterator[bytes]:
    """Cut long lines, since a text takes up to four times its bytes; never inside a character."""
    start = 0
    while len(piece) - start > _LINE_BYTES:
        end = start + _LINE_BYTES
        for _ in range(_LONGEST_CHARACTER - 1):
            end -= piece[end] & 0xC0 == 0x80
        end = piece.rfind(b" ", start, end) + 1 or end
        yield piece[start:end]
        start = end
    yield piece[start:]


def _decode_mixed(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(map(decode_line, data.splitlines(keepends=True)))


def decode_line(line: bytes) -> str:
    """Return a line as UTF-8 if it is, or mostly is; else as windows-1252.

    In UTF-8 with a damaged byte half of the characters beyond ASCII are valid, and in
    windows-1252 next to none, so that damage in one line changes no other.
    """
    try:
        return line.decode()
    except UnicodeDecodeError:
        text = line.decode(errors="replace")
    valid = sum(character > "\x7f" for character in text) - text.count("\ufffd")
    damaged = len(_DAMAGED.findall(text))  # a character that lost its first byte is one damage
    return text if valid and valid >= damaged else whatwg_codecs.decode(line, "cp1252")
