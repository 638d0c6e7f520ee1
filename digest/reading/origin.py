"""What a dialect is told about a file besides its bytes."""

from __future__ import annotations

import functools
from datetime import date
from typing import BinaryIO

from digest.reading import lines

HEAD_BYTES = 65536


class Origin:
    """A file as the reader gets it: its name, its first bytes, a stream at its start.

    ``modified`` is the day of the file's time, a witness for the capture's year only.
    """

    def __init__(
        self, name: str, head: bytes, stream: BinaryIO, modified: date | None = None
    ) -> None:
        self.name, self.head, self.stream, self.modified = name, head, stream, modified

    @functools.cached_property
    def text(self) -> str:
        """The first bytes decoded, line ends made one line feed."""
        return lines.text(self.head)
