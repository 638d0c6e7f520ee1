"""What a dialect is told about a file besides its bytes."""

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
    """A file as the reader gets it: its name, its first bytes, a stream at its start.

    ``modified`` is the day of the file's time, a witness for the capture's year only;
    ``aside`` makes a file for what memory should not hold; ``room`` is how many bytes of it
    may be held at once, None for a file whose size is its own.
    """

    def __init__(
        self,
        name: str,
        head: bytes,
        stream: BinaryIO,
        modified: date | None = None,
        *,
        aside: SpillFactory = io.BytesIO,
        room: int | None = None,
    ) -> None:
        self.name, self.head, self.stream, self.modified = name, head, stream, modified
        self.aside, self.room = aside, room

    @functools.cached_property
    def text(self) -> str:
        """The first bytes decoded, line ends made one line feed."""
        return lines.text(self.head)

    @functools.cached_property
    def first_character(self) -> str:
        """The first character after a byte order mark and blanks; "" where there is none."""
        return self.text.lstrip("\ufeff \t\r\n\f")[:1]

    def whole(self) -> bytes:
        """All bytes, for a form that cannot be read piece by piece.

        Raises `Unreadable` for what was unpacked to more than there is room for.
        """
        self.check_room()
        return self.stream.read()

    @functools.cached_property
    def size(self) -> int:
        """How many bytes there are."""
        found = self.stream.seek(0, io.SEEK_END)
        self.stream.seek(0)
        return found

    def check_room(self) -> None:
        """Raises `Unreadable` where the records of a file would not find room."""
        if self.room is not None and self.size > self.room:
            most = f"{self.room / (1 << 20):.0f} MiB"
            raise Unreadable(f"it unpacks to more than the {most} this form is read in at once")
