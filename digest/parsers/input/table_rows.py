"""Split a delimited table (CSV, TSV) into rows, block by block.

Follows RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180): a field in quotation marks may hold
delimiters and line ends, and two marks stand for one. A mark that neither a delimiter nor a
line end follows is text.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from digest.errors import Unreadable

_MAX_CHARS = 1_000_000  # of a row
_MAX_OPEN = 9  # rows that are searched to the end of the file, or so far, for a closing mark


class Row(NamedTuple):
    """The cells of a row, or none if a quoted field does not end; ``line`` counts from 1."""

    line: int
    cells: list[str]


class _OpenQuote(Exception):
    """A quoted field does not end. ``incomplete`` if the text does."""

    def __init__(self, *, incomplete: bool) -> None:
        self.incomplete = incomplete


def rows(blocks: Iterator[str], delimiter: str) -> Iterator[Row]:
    """Yield the rows of a text that are not blank.

    A row in which a quoted field does not end is its first line alone: the next line begins a
    row again. Raises `Unreadable` if there are very many of these.
    """
    return _RowReader(blocks, delimiter).rows()


class _RowReader:
    def __init__(self, blocks: Iterator[str], delimiter: str) -> None:
        self._blocks, self._delimiter = blocks, delimiter
        self._ends = frozenset((delimiter, "\n", ""))
        self._text, self._position, self._last = "", 0, False
        self._line, self._open = 1, 0

    def rows(self) -> Iterator[Row]:
        while (end := self._line_end()) >= 0:
            line, start = self._line, self._position
            text = self._text[start:end]
            if '"' in text:
                cells = self._quoted_row(end)
            else:
                cells = text.split(self._delimiter)
                self._position = end + 1
            self._line += 1 if cells == [] else self._text.count("\n", start, self._position)
            if not cells or any(map(str.strip, cells)):
                yield Row(line, cells)

    def _line_end(self) -> int:
        """Return where the line ends that begins at the position; -1 after the last one."""
        while (end := self._text.find("\n", self._position)) < 0:
            if self._last or len(self._text) - self._position > _MAX_CHARS:
                return len(self._text) if self._position < len(self._text) else -1
            self._read_more()
        return end

    def _read_more(self) -> None:
        parts = [self._text[self._position :]]
        wanted = max(1, len(parts[0]))
        while wanted > 0 and not self._last:
            block = next(self._blocks, None)
            self._last = block is None
            parts.append(block or "")
            wanted -= len(parts[-1])
        self._text, self._position = "".join(parts), 0

    def _quoted_row(self, line_end: int) -> list[str]:
        """Return the cells of the row and move behind it; no cells if it has no end."""
        length = line_end - self._position
        while True:
            try:
                return self._cells()
            except _OpenQuote as quote:
                far = len(self._text) - self._position > _MAX_CHARS
                if not quote.incomplete or self._last or far:
                    self._open += quote.incomplete
                    break
                self._read_more()
        if self._open > _MAX_OPEN:
            raise Unreadable("too many quoted fields without an end", line=self._line)
        self._position += length + 1
        return []

    def _cells(self) -> list[str]:
        text, cells, position = self._text, list[str](), self._position
        line_end = -1  # kept, because a line may hold very many cells
        while True:
            start = position
            while text[start : start + 1] == " ":
                start += 1
            if text[start : start + 1] == '"':
                end = self._closing_quote(start + 1)
                cells.append(text[start + 1 : end].replace('""', '"'))
                position = end + 1
            else:
                if line_end < position:
                    line_end = text.find("\n", position)
                    line_end = len(text) if line_end < 0 else line_end
                end = text.find(self._delimiter, position, line_end)
                position = line_end if end < 0 else end
                cells.append(text[start:position])
            if text[position : position + 1] != self._delimiter:
                self._position = position + 1
                return cells
            position += 1

    def _closing_quote(self, position: int) -> int:
        text, start = self._text, position
        while (end := text.find('"', position)) >= 0:
            after = text[end + 1 : end + 2]
            if not after and not self._last:
                break
            if after in self._ends:
                return end
            position = end + 1
            if after == '"':
                position += 1
            elif "\n" in text[start:end]:
                # Most likely a line of its own, and the field above it lacks its end.
                raise _OpenQuote(incomplete=False)
            else:
                start = position  # what lies before has been searched
        raise _OpenQuote(incomplete=True)
