"""Read the lists of addresses that the numbered links of a page refer to.

A list stands below its page, with lines such as ``[7]: https://...``, ``7. https://...`` or
``[7] https://...``. Several pages in one file have a list each.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable

from digest.errors import Unreadable
from digest.parsers.input import encodings

_ADDRESS_LINE = re.compile(
    rb"\s{0,8}(?:\[(\d{1,5})\]:?|(\d{1,5})\.)\s{1,8}<?(https?://[^\s<>]+|/[^\s<>]*)>?\s*"
)

MAX_ADDRESSES = 200_000  # in all lists of a file; a page has 300


def is_address_line(row: bytes) -> bool:
    """Return whether a line belongs to a list of addresses."""
    return _ADDRESS_LINE.fullmatch(row) is not None


class NumberedAddresses:
    """The address lists of a file. Raises `Unreadable` for more than `MAX_ADDRESSES`."""

    def __init__(self, page: Iterable[bytes]) -> None:
        self.lists: list[dict[int, str]] = []
        self.last_lines: list[int] = []  # of each list
        previous_number = count = 0
        for line, row in enumerate(page, start=1):
            if match := _ADDRESS_LINE.fullmatch(row):
                number, count = int(match[1] or match[2]), count + 1
                if count > MAX_ADDRESSES:
                    raise Unreadable(f"more than {MAX_ADDRESSES:,} addresses", line=line)
                # Numbers that start again begin the list of another page.
                if number <= previous_number or not self.lists:
                    self.lists.append({})
                    self.last_lines.append(line)
                self.lists[-1][number] = encodings.decode_line(match[3])
                self.last_lines[-1], previous_number = line, number

    def find(self, number: int, line: int) -> str | None:
        """Return the address of a link by its number and its line, or None.

        Looks in the first list that ends below the line.
        """
        index = bisect.bisect_left(self.last_lines, line)
        return self.lists[index].get(number) if index < len(self.lists) else None
