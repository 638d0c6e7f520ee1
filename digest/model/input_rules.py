"""Which names of files are never read, and when two files are the same.

The rules of the inbox, and of a folder that is a source.
"""

from __future__ import annotations

import hashlib
from typing import BinaryIO

# Endings of files that editors, browsers and download tools have not completed.
_TEMPORARY = ("~", ".tmp", ".temp", ".part", ".partial", ".crdownload", ".download", ".swp")
_CHUNK = 1 << 20  # bytes read at a time


def is_passed_over(name: str) -> bool:
    """Return True for the names of hidden files, and of files that are not complete."""
    return name.startswith((".", "#")) or name.lower().endswith(_TEMPORARY)


def content_hash(stream: BinaryIO) -> bytes:
    """Return the 16-byte hash of a stream's bytes with unified line ends; rewind the stream."""
    # Unified, because a page that was saved on another system is the same page.
    content = hashlib.blake2b(digest_size=16)
    carried = b""
    while chunk := stream.read(_CHUNK):
        chunk = carried + chunk
        # The newline that belongs to this carriage return may be in the next chunk.
        carried = b"\r" if chunk.endswith(b"\r") else b""
        content.update(_unify_line_ends(chunk.removesuffix(b"\r")))
    content.update(_unify_line_ends(carried))
    stream.seek(0)
    return content.digest()


def _unify_line_ends(chunk: bytes) -> bytes:
    if b"\r" not in chunk:
        return chunk
    return chunk.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
