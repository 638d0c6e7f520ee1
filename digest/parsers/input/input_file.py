"""The file a format reads: its name, its first bytes and its stream."""

from __future__ import annotations

import functools
import io
from datetime import date
from typing import BinaryIO

from digest.errors import Unreadable
from digest.parsers.input import lines
from digest.parsers.input.spill import SpillFactory

HEAD_BYTES = 65536


class InputFile:
    """One file to read, with its stream at the start.

    ``head`` holds the first `HEAD_BYTES` bytes. ``modified`` is the day the file was last
    modified; it only helps to find the year of the capture. ``spill_factory`` makes a file for
    records that should not stay in memory. ``max_bytes`` limits how much may be read at once: a
    number for an unpacked file, None for one from the inbox, whose size the operator's limits
    already bound.
    """

    def __init__(
        self,
        name: str,
        head: bytes,
        stream: BinaryIO,
        modified: date | None = None,
        *,
        spill_factory: SpillFactory = io.BytesIO,
        max_bytes: int | None = None,
    ) -> None:
        self.name, self.head, self.stream, self.modified = name, head, stream, modified
        self.spill_factory, self.max_bytes = spill_factory, max_bytes

    @functools.cached_property
    def head_text(self) -> str:
        """The first bytes as text; every line ends in a line feed."""
        return lines.decode(self.head)

    @functools.cached_property
    def first_character(self) -> str:
        """The first character after a byte order mark and blanks; "" if there is none."""
        return self.head_text.lstrip("\ufeff \t\r\n\f")[:1]

    def read_all(self) -> bytes:
        """Return all bytes, for a format that cannot be read piece by piece.

        Raises `Unreadable` if there are more than ``max_bytes``.
        """
        self.check_size()
        return self.stream.read()

    @functools.cached_property
    def size(self) -> int:
        """The number of bytes in the file."""
        size = self.stream.seek(0, io.SEEK_END)
        self.stream.seek(0)
        return size

    def check_size(self) -> None:
        """Raise `Unreadable` if the file is larger than ``max_bytes``."""
        if self.max_bytes is not None and self.size > self.max_bytes:
            limit = f"{self.max_bytes / (1 << 20):.0f} MiB"
            raise Unreadable(f"it unpacks to more than {limit}, the limit for this format")
