"""Parse the lines of a plain copy of the listing page into records, in one pass.

`digest.parsers.formats.plain_text` shows what the lines look like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from digest.parsers.input import encodings, lines
from digest.parsers.input.rejects import Rejects
from digest.parsers.listing_page import furniture

# The first characters of a line that counts authors.
_COUNT_STARTS = frozenset(f"0123456789{furniture.BULLETS}作著저ผ")
_DOTS = frozenset(furniture.DOTS)
_VOTES = re.compile(r"-|\d{1,6}|\d{1,4}(?:\.\d{1,2})?k")
_MENU = furniture.MENU_WORDS | furniture.FOOTER_WORDS
_LAST_CHARACTERS = "0123456789-k"  # the possible ends of a day or a count
_METADATA_CHARS = furniture.METADATA_CHARS  # a local name: it is looked up for every line


class PlainRecord(msgspec.Struct, gc=False, array_like=True):
    """A record of the page. ``organization`` and ``day`` are written as on the page."""

    line: int
    title: str
    abstract: str | None = None
    organization: str | None = None
    n_authors: int | None = None
    day: str | None = None
    comments: int | None = None
    upvotes: int | None = None
    has_metadata: bool = False


class PlainParser:
    """Parse the lines of a page, or of several pages in one file."""

    def __init__(self, *, started: bool) -> None:
        self.started = started  # False in the menus above the first header, and in footers
        self.saw_header = False
        self.headers: set[str] = set()  # the days in the pages' headers, as written
        self.days: set[str] = set()  # the records' days, as written
        self.rejects = Rejects()
        self.expects_day = False
        self.votes: str | None = None  # of the record that follows
        self.current: PlainRecord | None = None
        # The record before, while the current title may still be its organisation.
        self.previous: PlainRecord | None = None

    def records(self, page: Iterable[bytes]) -> Iterator[PlainRecord]:
        """Yield each record once nothing more can belong to it."""
        after_blank = True
        for number, raw in enumerate(page, start=1):
            if not (stripped := raw.strip()):
                after_blank = True
                continue
            line = encodings.decode_line(stripped)
            # Only short lines can be metadata; most of a page is in long ones.
            if len(line) < _METADATA_CHARS and self._read_metadata(number, line):
                after_blank = True
                continue
            if not self.started:
                continue
            if not line.isascii() and not (line := line.strip(lines.BLANKS)):
                continue
            record = self.current
            if record is None:
                self._start_record(number, line)
            elif not after_blank:
                self._append_line(record, line)
            elif record.abstract is None:
                if self.previous is not None:
                    yield self.previous
                    self.previous = None
                elif not self.saw_header and _is_menu(line):
                    self._start_record(number, line)
                    continue
                record.abstract = line
            elif not record.has_metadata and furniture.continues_abstract(line):
                self._append_line(record, line)  # a second paragraph
            else:
                self.previous = record
                self._start_record(number, line)
            after_blank = False
        yield from self._remaining()

    def _remaining(self) -> Iterator[PlainRecord]:
        """Yield the records at the end of the page; an incomplete last one is rejected."""
        first, last = (self.previous, self.current) if self.current else (None, self.previous)
        if first is not None:
            yield first
        if last is not None and (reason := _why_incomplete(last)):
            self.rejects.add(last.line, reason, is_cut=True)
        elif last is not None:
            yield last

    def _start_record(self, number: int, title: str) -> None:
        self.current = PlainRecord(number, title)
        if self.votes is not None:
            self.current.upvotes, self.votes = furniture.parse_count(self.votes), None
        self.expects_day = False

    def _append_line(self, record: PlainRecord, line: str) -> None:
        """Append a line that belongs to the title or the abstract above it."""
        text = record.title if record.abstract is None else record.abstract
        if len(text) > furniture.MAX_ABSTRACT_CHARS:
            self.rejects.add(record.line, "a title or an abstract that is too long")
            self.current = None
            return
        text = furniture.join_lines((text, line))
        if record.abstract is None:
            record.title = text
        else:
            record.abstract = text

    def _read_metadata(self, number: int, line: str) -> bool:
        """Read a line of metadata, a menu or a footer; return False for any other line."""
        if line in _DOTS or (line == "-" and self._is_organization(number)):
            self._read_separator(number)
        elif self.expects_day and (
            day := furniture.parse_day(line) or furniture.parse_other_day(line)
        ):
            self._set_day(*day)
        elif line[0] in _COUNT_STARTS and (
            line[0] == "•" or furniture.parse_authors(line) is not None
        ):
            self._read_authors(line)
        elif line in _MENU:
            self.expects_day = False
            if line in furniture.FOOTER_WORDS:
                self.started, self.current = False, self._current_with_abstract()
        elif furniture.HEADER_PHRASE in line:
            self.started, self.saw_header, self.expects_day = True, True, False
            self.current = self._current_with_abstract()
        elif (
            line[-1] in _LAST_CHARACTERS
            and self._is_organization(number)
            and (day := furniture.parse_day(line))
        ):
            self._read_separator(number)  # the dot is missing
            self._set_day(*day)
        elif (
            line[-1] in _LAST_CHARACTERS
            # Between a title and its abstract, a line like a day or a count is text.
            and self._current_with_abstract() is self.current
            and self._read_count(line)
        ):
            pass
        elif line.isascii():
            return False
        else:
            return self._read_damaged_metadata(number, line)
        return True

    def _read_count(self, line: str) -> bool:
        """Read the page's own day, or votes; return False for any other line."""
        if furniture.parse_day(line):
            self.headers.add(line)
        elif _VOTES.fullmatch(line):
            self._set_votes(line)
        else:
            return False
        return True

    def _read_damaged_metadata(self, number: int, line: str) -> bool:
        """Read a line as metadata once no-break and zero-width blanks are normalised."""
        normal = lines.normalize_blanks(line)
        return normal != line and (not normal or self._read_metadata(number, normal))

    def _set_votes(self, votes: str) -> None:
        """Keep votes for the title below; of two numbers in a row the first is a comment count."""
        if self.votes is not None and self.current is not None:
            self.current.comments = self.current.comments or furniture.parse_count(self.votes)
        self.votes = votes

    def _current_with_abstract(self) -> PlainRecord | None:
        """Return the current record if it has an abstract, else None."""
        if self.current is not None and self.current.abstract is not None:
            return self.current
        return None

    def _read_separator(self, number: int) -> None:
        """Read the dot above a date; a "title" directly above it was an organisation."""
        title = self.current
        if title is not None and title.abstract is None:
            if self.previous is not None and self._is_organization(number):
                self.previous.organization = title.title
                self.current, self.previous = self.previous, None
            else:
                self._reject_without_abstract(title)
        if self.current is not None:
            self.current.has_metadata = True
        self.expects_day = True

    def _is_organization(self, number: int) -> bool:
        """Return whether the line above is a "title" that may be an organisation."""
        title = self.current
        return (
            self.previous is not None
            and title is not None
            and title.abstract is None
            and title.line == number - 1
        )

    def _read_authors(self, line: str) -> None:
        if self.current is not None and self.current.abstract is None:
            self._reject_without_abstract(self.current)
        if self.current is not None:
            self.current.has_metadata = True
            self.current.n_authors = furniture.parse_authors(line)
            self.expects_day = self.current.day is None

    def _set_day(self, day: str, comments: int | None) -> None:
        self.expects_day = False
        if self.current is not None:
            self.current.day, self.current.comments = day, comments
            self.days.add(day)

    def _reject_without_abstract(self, record: PlainRecord) -> None:
        self.rejects.add(record.line, "a title without an abstract")
        self.current = None


def _why_incomplete(record: PlainRecord) -> str | None:
    """Return why the last record of a page is incomplete, or None."""
    if record.abstract is None:
        return "the page ends after this title, before its abstract"
    if not record.has_metadata and not record.abstract.endswith(furniture.SENTENCE_ENDS):
        return "the page ends in the middle of this abstract"
    return None


def _is_menu(line: str) -> bool:
    """Return whether a line is short and ends no sentence: a menu, if it is above all records."""
    return len(line) < _METADATA_CHARS and not line.endswith(furniture.SENTENCE_ENDS)
