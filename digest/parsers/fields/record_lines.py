"""Find the line of a JSON record by searching the text: decoding loses it."""

from __future__ import annotations

from typing import Any

from digest.parsers.fields import json_values
from digest.parsers.input import lines

_MAX_MISSES = 8
_MAX_TEXT_CHARS = 80  # of an id or a title that is searched for


class LineFinder:
    """Find the lines of records by their ids or titles, in the order of the file.

    The result is approximate: an id may also stand somewhere before its record.
    """

    def __init__(self, data: bytes) -> None:
        self._search = lines.LineSearch(data, max_misses=_MAX_MISSES)

    def line(self, record: Any) -> int:
        """Return the line where a record's id or title stands next, else the last line found."""
        text = _id_or_title(record)
        return self._search.find(text) if text else self._search.line


def _id_or_title(record: Any) -> bytes | None:
    for holder in (json_values.object_at(record, "paper"), record):
        for key in ("id", "paper_url", "url", "title") if isinstance(holder, dict) else ():
            if text := json_values.as_text(holder.get(key)):
                return text[:_MAX_TEXT_CHARS].encode(errors="replace")
    return None
