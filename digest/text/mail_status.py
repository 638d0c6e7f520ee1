"""Find the status of a mail in what a server says: the code of RFC 3463, such as "5.1.1"."""

from __future__ import annotations

import re

_STATUS = re.compile(r"(?<![\d.])[245]\.\d{1,3}\.\d{1,3}(?![\d.])")


def find(text: str) -> str | None:
    """Return the first status in a text, such as "550 5.1.1 unknown user"; None without one.

    An address of numbers is none.
    """
    found = _STATUS.search(text)
    return found[0] if found else None
