"""The line of a JSON record, searched for in the text because decoding loses it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digest.parsers.fields import json_values

_MOST_MISSES = 8  # needles; a search that misses reads the rest of the file
_NEEDLE = 80  # characters of an id or title that are searched for


class LineFinder:
    """Finds the line of one record after another by its id or title.

    Call `line` with the records in the order of the file. The result is approximate: an id
    may also stand somewhere before its record.
    """

    def __init__(self, data: bytes) -> None:
        self._data, self._position, self._line, self._misses = data, 0, 1, 0

    def line(self, record: Any) -> int:
        """Return the line where the record's id or title stands next, else the last line found."""
        # After a few misses nothing more is searched, or each record would cost a whole file.
        for needle in _needles(record) if self._misses < _MOST_MISSES else ():
            position = self._data.find(needle, self._position)
            if position >= 0:
                self._line += self._data.count(b"\n", self._position, position)
                self._position = position
                return self._line
            self._misses += 1
        return self._line


def _needles(record: Any) -> Iterator[bytes]:
    if isinstance(record, dict):
        for holder in (json_values.object_at(record, "paper"), record):
            for key in ("id", "paper_url", "url", "title"):
                if text := json_values.as_text(holder.get(key)):
                    yield text[:_NEEDLE].encode(errors="replace")
                    return
