"""The lists of addresses that numbered links point into.

``[7]: https://...``, ``7. https://...`` or ``[7] https://...``, a line each, below the page.
Several pages in one file have a list each. Reads no links, only their addresses.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable

from digest.errors import Unreadable

_ENTRY = re.compile(
    rb"\s{0,8}(?:\[(\d{1,5})\]:?|(\d{1,5})\.)\s{1,8}<?(https?://[^\s<>]+|/[^\s<>]*)>?\s*"
)

MOST = 200_000  # addresses of all lists; a page has 300


def is_entry(row: bytes) -> bool:
    """Whether a line is one of such a list."""
    return _ENTRY.fullmatch(row) is not None


class Addresses:
    """Looks an address up by its number and the line of the link."""

    def __init__(self, page: Iterable[bytes]) -> None:
        self.lists: list[dict[int, str]] = []
        self.ends: list[int] = []  # last line of each list
        above = count = 0
        for line, raw in enumerate(page, start=1):
            if entry := _ENTRY.fullmatch(raw):
                number, count = int(entry[1] or entry[2]), count + 1
                if count > MOST:
                    raise Unreadable(f"more than {MOST:,} addresses", line=line)
                if number <= above or not self.lists:
                    self.lists.append({})
                    self.ends.append(line)
                self.lists[-1][number] = entry[3].decode("utf-8", "replace")
                self.ends[-1], above = line, number

    def of(self, number: int, line: int) -> str | None:
        """The address in the first list that ends below the line, or None."""
        at = bisect.bisect_left(self.ends, line)
        return self.lists[at].get(number) if at < len(self.lists) else None
