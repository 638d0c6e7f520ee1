"""Decode the content of a part of a mail: its transfer encoding and its soft line breaks.

All functions take and yield pieces of whole lines, so that a part of any size is decoded in
constant memory. Damage in one line changes no other.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable, Iterator

_QUOTED_FROM = re.compile(rb"(?m)^>(>*From )")
_PADDED_ENDS = (b" \n", b"\t\n", b" \r\n", b"\t\r\n")
_SYMBOLS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
_BLANKS = b" \t\r\n"
_NO_SYMBOLS = bytes(set(range(256)) - set(_SYMBOLS))
_TOP_BYTES = 1024
_MAX_RUNS = 1_000  # stretches of a line with padding between them
_FIRST_LINES = 5  # show whether each line holds whole groups of four symbols
_WORDS = re.compile(rb"[A-Za-z0-9,;:)] [A-Za-z0-9(]|[.?!] [A-Za-z]")
_SIGNATURE = b"-- "
_MAX_PARAGRAPH_LINES = 2_000  # of one paragraph; the limit bounds the memory it takes


def decode_transfer(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    """Yield the content behind a ``Content-Transfer-Encoding``; an unknown one is none."""
    if encoding == "base64":
        return _decode_base64(pieces)
    return _decode_quoted_printable(pieces) if encoding == "quoted-printable" else iter(pieces)


def unquote_from(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Take away the ``>`` that an mbox puts before lines that begin with ``From ``."""
    for piece in pieces:
        yield _QUOTED_FROM.sub(rb"\1", piece) if b">From " in piece else piece


def join_flowed(pieces: Iterable[bytes], *, delete_space: bool) -> Iterator[bytes]:
    """Join the lines that ``format=flowed`` broke (https://www.rfc-editor.org/rfc/rfc3676).

    With ``delete_space`` (``DelSp=yes``) the blank at the end of a line goes, except between
    words. An empty line ends a paragraph even after a soft break.
    """
    paragraph: list[bytes] = []
    depth = 0
    for piece in pieces:
        for line in piece.splitlines():
            content = line.lstrip(b">")
            line_depth = len(line) - len(content)
            content = content.removeprefix(b" ")
            if paragraph and (line_depth != depth or not content or content == _SIGNATURE):
                yield _end_paragraph(paragraph, depth)
            if paragraph and delete_space:
                paragraph[-1] = _without_space(paragraph[-1], content)
            depth = line_depth
            paragraph.append(content)
            is_soft = content.endswith(b" ") and content != _SIGNATURE and content.strip()
            if not is_soft or len(paragraph) > _MAX_PARAGRAPH_LINES:
                yield _end_paragraph(paragraph, depth)
    if paragraph:
        yield _end_paragraph(paragraph, depth)


def _end_paragraph(paragraph: list[bytes], depth: int) -> bytes:
    quoted = b">" * depth + b" " if depth else b""
    text = quoted + b"".join(paragraph) + b"\n"
    paragraph.clear()
    return text


def _without_space(line: bytes, following: bytes) -> bytes:
    # Senders that set the option for all languages leave one blank between words, too.
    words = _WORDS.fullmatch(line[-2:] + following[:1])
    is_address = b"/" in line.rstrip().rpartition(b" ")[2]
    return line if words and not is_address else line[:-1]


def _decode_quoted_printable(pieces: Iterable[bytes]) -> Iterator[bytes]:
    for piece in pieces:
        # Blanks at the end of a line were added on the way (RFC 2045, section 6.7, rule 3).
        if any(end in piece for end in _PADDED_ENDS) or not piece.endswith(b"\n"):
            lines = (line.rstrip(b" \t\r") for line in piece.split(b"\n"))
            yield binascii.a2b_qp(b"\n".join(lines).removesuffix(b"="))
        else:
            yield binascii.a2b_qp(piece)


def _decode_base64(pieces: Iterable[bytes]) -> Iterator[bytes]:
    decoder: _Base64 | None = None
    for piece in pieces:
        if decoder is None and piece.strip():
            decoder = _Base64(piece)
        yield decoder.decode(piece) if decoder else b""
    if decoder:
        yield decoder.decode_rest()


class _Base64:
    """Decode lines of base64, each by itself if each holds whole groups of four symbols."""

    def __init__(self, first_piece: bytes) -> None:
        lines = first_piece.lstrip()[:_TOP_BYTES].split(b"\n")[:_FIRST_LINES]
        lines = [line.strip() for line in lines if line.strip()]
        # Some relays decode a part and leave its header as it was.
        self._is_text = b"<" in lines[0] or b" " in lines[0]
        whole = sum(len(line) % 4 == 0 for line in lines)
        self._by_line = whole * 2 >= len(lines)
        self._rest = b""
        self._is_padded = self._is_over = False

    def decode(self, piece: bytes) -> bytes:
        """Return the content of some lines; the lines themselves if they never were base64."""
        if self._is_text:
            return piece
        symbols = piece.translate(None, _BLANKS)
        is_whole = len(symbols) % 4 == 0 and not symbols.translate(None, _SYMBOLS)
        if is_whole and not self._rest and b"=" not in symbols and not self._is_padded:
            return binascii.a2b_base64(symbols)
        return b"".join(map(self._decode_line, piece.split(b"\n")))

    def decode_rest(self) -> bytes:
        """Return what an unfinished group at the end still gives."""
        return _decode_groups(self._rest)

    def _decode_line(self, line: bytes) -> bytes:
        line = line.strip(b" \t\r")
        symbols = line.translate(None, _NO_SYMBOLS)
        # A mailing list puts its footer after the end of the content.
        self._is_over = self._is_over or (self._is_padded and len(symbols) < len(line))
        if self._is_over or not symbols:
            return b""
        self._is_padded = symbols.endswith(b"=")
        if self._by_line:
            return _decode_groups(symbols)
        symbols = self._rest + symbols
        end = len(symbols) if self._is_padded else len(symbols) // 4 * 4
        self._rest = symbols[end:]
        return _decode_groups(symbols[:end])


def _decode_groups(symbols: bytes) -> bytes:
    """Decode groups of four symbols; an unfinished one as far as it goes."""
    if b"=" not in symbols and len(symbols) % 4 == 0:
        return binascii.a2b_base64(symbols)
    runs = symbols.split(b"=", _MAX_RUNS)
    runs[-1] = runs[-1].replace(b"=", b"")
    usable = (run[:-1] if len(run) % 4 == 1 else run for run in runs)
    return b"".join(binascii.a2b_base64(run + b"=" * (-len(run) % 4)) for run in usable)
