"""Decode a file block by block, for formats whose records are not bound to lines.

The memory does not depend on the size of the file, only on that of its longest line.
"""

from __future__ import annotations

import io
from collections.abc import Iterator

from digest.parsers.input import encodings
from digest.parsers.input.input_file import InputFile

BLOCK_BYTES = 1 << 16


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
    text = encodings.TextBytes()
    # Only a label can be wrong, so only then all bytes are looked at before.
    for block in _blocks(input_file) if label else (input_file.head,):
        text.look_at(block)
    codec = text.codec(label)
    # A line far below may not be UTF-8.
    codec = encodings.MIXED if codec in ("utf-8", "utf-8-sig") else codec
    return encodings.decode_pieces(_blocks(input_file), codec)


def _blocks(input_file: InputFile) -> Iterator[bytes]:
    input_file.stream.seek(0)
    while block := input_file.stream.read(BLOCK_BYTES):
        yield block
