"""Collect the rejects of one file, up to a limit."""

from __future__ import annotations

from digest.errors import Unreadable
from digest.model.papers import Reject

# More rejects than the largest listing has records. A file of broken records alone would
# otherwise take eight times its size in memory.
MAX_REJECTS = 100_000


class Rejects(list[Reject]):
    """A list of rejects that holds at most `MAX_REJECTS`.

    ``is_cut`` says whether the file ends inside a record, so that later ones may be missing.
    """

    is_cut = False

    def add(self, line: int, reason: str, *, is_cut: bool = False) -> None:
        """Append a reject. Raises `Unreadable` if the list is full.

        ``is_cut`` says that the file ends inside this record.
        """
        self.is_cut |= is_cut
        if len(self) >= MAX_REJECTS:
            raise Unreadable(f"more than {MAX_REJECTS:,} damaged records", line=line)
        self.append(Reject(line, reason))

    def by_line(self) -> tuple[Reject, ...]:
        """Return the rejects in the order of their lines."""
        return tuple(sorted(self, key=lambda reject: reject.line))
