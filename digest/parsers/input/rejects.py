"""The rejects of a file while it is read: as many as a listing can have.

A file of nothing but beginnings would otherwise cost eight times its size.
"""

from __future__ import annotations

from digest.errors import Unreadable
from digest.model.papers import Reject

MOST = 100_000


class Rejects(list[Reject]):
    """A list that refuses the file once it holds more than `MOST`."""

    def add(self, line: int, reason: str) -> None:
        """One more; raises `Unreadable` where a file is damaged all over."""
        if len(self) >= MOST:
            raise Unreadable(f"more than {MOST:,} damaged records", line=line)
        self.append(Reject(line, reason))
