"""Decode a file block by block, for formats whose records are not bound to lines.

The memory does not depend on the size of the file or on the length of its lines.
"""

from __future__ import annotations

import codecs
import io
from collections.abc import Iterator

from digest.errors import Unreadable
from digest.parsers.input import encodings, lines
from digest.parsers.input.input_file import InputFile

BLOCK_BYTES = 1 << 16
_LONGEST_LINE = 1 << 20  # bytes; a longer one is decoded in pieces


def iter_blocks(input_file: InputFile, label: str | None = None) -> Iterator[str]:
    """Yield the text of a file in blocks, with a line feed for every kind of line end.

    ``label`` is the encoding that the file states for itself. A byte order mark and valid UTF-8
    come before it. Without one, each line that is not UTF-8 is windows-1252, so that one wrong
    byte changes no other line. Raises `Unreadable` for an unknown label, unless the file is
    valid UTF-8.
    """
    # `translate` joins a carriage return at the end of a block with a line feed in the next.
    newlines = io.IncrementalNewlineDecoder(None, translate=True)
    first = True
    for block in _decoded(input_file, label):
        text = newlines.decode(block.removeprefix("\ufeff") if first else block)
        first = False
        if text:
            yield text
    if rest := newlines.decode("", final=True):
        yield rest


def _decoded(input_file: InputFile, label: str | None) -> Iterator[str]:
    marked = lines.detect_encoding(input_file.head)
    if marked.startswith("utf-16"):
        return _by_codec(input_file, marked)
    codec = _codec(label) if label else "utf-8"
    if codec == "utf-8" or _is_utf8(input_file):
        return _line_by_line(input_file)
    if codec is None:
        raise Unreadable(f"text in the unknown encoding {label!r:.60}")
    return _by_codec(input_file, codec)


def _codec(label: str) -> str | None:
    # Reference managers write Java's names (``ISO8859_1``). Python knows them, and the standard
    # knows Python's.
    codec = encodings.lookup(label)
    return encodings.lookup(codec) if codec else None


def _is_utf8(input_file: InputFile) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        while block := input_file.stream.read(BLOCK_BYTES):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        input_file.stream.seek(0)
    return True


def _by_codec(input_file: InputFile, codec: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)("replace")
    while block := input_file.stream.read(BLOCK_BYTES):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _line_by_line(input_file: InputFile) -> Iterator[str]:
    rest = b""
    while block := input_file.stream.read(BLOCK_BYTES):
        rest += block
        end = max(rest.rfind(b"\n"), rest.rfind(b"\r")) + 1
        if not end and len(rest) > _LONGEST_LINE:
            end = _last_character(rest)
        if end:
            yield _decode_lines(rest[:end])
            rest = rest[end:]
    yield _decode_lines(rest)


def _last_character(data: bytes) -> int:
    """Return where the last character of UTF-8 begins, which may not be complete."""
    last = range(len(data) - 1, len(data) - 5, -1)
    return next((at for at in last if data[at] & 0xC0 != 0x80), len(data))


def _decode_lines(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(map(encodings.decode_line, data.splitlines(keepends=True)))
