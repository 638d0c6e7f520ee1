"""Split BibTeX into entries, block by block, so that a broken one changes no other.

Resolves abbreviations (``@string``), passes over comments, preambles and free text, and knows
the line of each entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.errors import Unreadable
from digest.parsers.bibtex import field_parser, openings
from digest.parsers.bibtex.field_parser import MAX_CHARS, Broken, Incomplete
from digest.parsers.bibtex.openings import LOOK_AHEAD
from digest.parsers.fields.references import ReferenceRecord

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_IGNORED = frozenset({"comment", "preamble"})
_BRACES = re.compile(r"\\[\\{}]|[{}]")
# Of the abbreviations of a file, and of everything that is put in for them.
_MAX_ABBREVIATIONS, _MAX_EXPANDED_CHARS = 50_000, 16_000_000


class EntryReader:
    """Read the entries of a text that comes in blocks; iterate once."""

    def __init__(self, blocks: Iterator[str]) -> None:
        self._blocks = blocks
        self._text, self._position, self._last = "", 0, False
        self._line, self._counted = 1, 0  # the line at the character `_counted`
        self._abbreviations = dict(zip(_MONTHS, _MONTHS, strict=True))
        self._expanded_chars = 0
        self._comments_close, self._quote_search = True, field_parser.QuoteSearch()

    def __iter__(self) -> Iterator[ReferenceRecord]:
        """Yield all entries in order.

        Raises `Unreadable` for abbreviations that are too many or expand to too much text.
        """
        while (at := self._next_at()) >= 0:
            self._position = at + 1
            opening = openings.OPENING.match(self._text, at)
            if opening and (
                not openings.is_in_word(self._text, at) or openings.is_whole(self._text, opening)
            ):
                entry = self._entry(opening)
                if entry:
                    yield entry

    def _next_at(self) -> int:
        """Return where the next ``@`` stands, with enough text after it; -1 if there is none."""
        while True:
            at = self._text.find("@", self._position)
            if self._last or (at >= 0 and len(self._text) - at >= LOOK_AHEAD):
                return at
            self._position = len(self._text) if at < 0 else at
            self._read_more(self._position)

    def _read_more(self, start: int) -> int:
        """Forget the text before ``start``, and read about as much again as is left.

        Returns where that character stands now.
        """
        self._line_at(start)
        # Some is kept: what stands before an "@" on its line says whether it opens an entry.
        kept = max(0, start - LOOK_AHEAD)
        parts, wanted = [self._text[kept:]], max(1, len(self._text) - start)
        self._position, self._counted = self._position - kept, self._counted - kept
        while wanted > 0 and not self._last:
            block = next(self._blocks, None)
            self._last = block is None
            parts.append(block or "")
            wanted -= len(parts[-1])
        self._text = "".join(parts)
        return start - kept

    def _line_at(self, position: int) -> int:
        self._line += self._text.count("\n", self._counted, position)
        self._counted = position
        return self._line

    def _entry(self, opening: re.Match[str]) -> ReferenceRecord | None:
        """Return the entry that opens here and move to its end; None if it is no reference."""
        text, kind = self._text, (opening[1] or "").lower()
        if kind in _IGNORED:
            self._skip(opening)
            return None
        first = openings.is_first(text, opening.start())
        if not openings.has_fields(text, opening):
            # A word with a brace after it may be anything, but the known types are entries.
            if not first or kind not in openings.TYPES:
                return None
            return ReferenceRecord(
                self._line_at(opening.start()), {}, "a BibTeX entry without fields"
            )
        line = self._line_at(opening.start())
        try:
            fields = self._fields(opening)
        except Broken as broken:
            self._position = max(broken.resume, self._position)
            if kind == "string":
                return None
            is_cut = self._last and self._position >= len(self._text)
            return ReferenceRecord(line, {}, "a broken BibTeX entry", is_cut)
        if kind == "string":
            self._define(fields)
            return None
        return ReferenceRecord(line, fields)

    def _fields(self, opening: re.Match[str] | None) -> dict[str, list[str]]:
        while opening:
            parser = field_parser.EntryParser(
                self._text, opening, self._last, self._expand, self._quote_search
            )
            try:
                fields = parser.fields()
            except Incomplete:
                at = self._read_more(opening.start())
                opening = openings.OPENING.match(self._text, at)
            else:
                self._position = parser.position
                return fields
        return {}

    def _skip(self, opening: re.Match[str]) -> None:
        """Move behind a comment or a preamble, or only behind its opening if it has no end."""
        self._position = opening.end()
        depth, start = 1, opening.start()
        while opening[2] == "{" and self._comments_close:
            depth = 1
            for mark in _BRACES.finditer(self._text, self._position):
                depth += {"{": 1, "}": -1}.get(mark[0], 0)
                if not depth:
                    self._position = mark.end()
                    return
            # The rest of a file is searched once only.
            self._comments_close = not self._last and len(self._text) - start < MAX_CHARS
            if self._comments_close:
                start = self._read_more(start)

    def _define(self, fields: dict[str, list[str]]) -> None:
        for name, values in fields.items():
            self._abbreviations[name] = values[0]
        if len(self._abbreviations) > _MAX_ABBREVIATIONS:
            raise Unreadable(f"more than {_MAX_ABBREVIATIONS:,} abbreviations", line=self._line)

    def _expand(self, word: str) -> str:
        """Return the text of an abbreviation, or the word itself if it is none."""
        text = self._abbreviations.get(word.lower())
        if text is None:
            return word
        self._expanded_chars += len(text)
        if self._expanded_chars > _MAX_EXPANDED_CHARS:
            raise Unreadable("abbreviations that expand to too much text", line=self._line)
        return text
