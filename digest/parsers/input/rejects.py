"""Collect the rejects of one file, up to a limit."""

from __future__ import annotations

from digest.errors import Unreadable
from digest.model.papers import Reject

# More rejects than the largest listing has records. A file of broken records alone would
# otherwise take eight times its size in memory.
MAX_REJECTS = 100_000


class Rejects(list[Reject]):
    """A list of rejects that holds at most `MAX_REJECTS`."""

    def add(self, line: int, reason: str) -> None:
        """Append a reject. Raises `Unreadable` if the list is full."""
        if len(self) >= MAX_REJECTS:
            raise Unreadable(f"more than {MAX_REJECTS:,} damaged records", line=line)
        self.append(Reject(line, reason))

    def by_line(self) -> tuple[Reject, ...]:
        """Return the rejects in the order of their lines."""
        return tuple(sorted(self, key=lambda reject: reject.line))
