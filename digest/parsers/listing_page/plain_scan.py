"""The lines of a plain copy of the listing page to records, in one pass.

What the lines look like stands in `digest.reading.plain_text`. The file is streamed and
only short lines are looked at closely.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable, Iterator

import msgspec

from digest.parsers.input import lines
from digest.parsers.input.rejects import Rejects
from digest.parsers.listing_page import furniture

_AUTHORS = re.compile(r"•\s*(\d+)\s+authors?")
_DAY = re.compile(r"([A-Z][a-z]{2} \d{1,2}(?:, \d{4})?)(?: (\d+))?")
_VOTES = re.compile(r"-|\d{1,6}|\d{1,4}(?:\.\d{1,2})?k")
_MENU = furniture.MENU | furniture.FOOTER
_LAST = "0123456789-k"  # what a day or a count can end with
_SHORT = 60  # metadata and menu lines are shorter


class Record(msgspec.Struct, gc=False, array_like=True):
    """A record while it is being read; metadata still in the page's words."""

    line: int
    title: str
    abstract: str | None = None
    organization: str | None = None
    n_authors: int | None = None
    day: str | None = None
    comments: int | None = None
    upvotes: int | None = None
    has_metadata: bool = False


class Scan:
    """One pass over the lines of a page, or of several pages in one file."""

    def __init__(self, *, started: bool) -> None:
        self.started = started  # False while in the menus above the first header
        self.headed = False
        self.headers: set[str] = set()
        self.days: set[str] = set()  # of the records, in the page's words
        self.rejects = Rejects()
        self.expects_day = False
        self.votes: str | None = None
        self.held: Record | None = None  # complete, but metadata may still follow
        self.open: Record | None = None

    def records(self, page: Iterable[bytes]) -> Iterator[Record]:
        """Each record once it is certain that nothing more belongs to it."""
        after_blank = True
        for number, raw in enumerate(page, start=1):
            if not (words := raw.strip()):
                after_blank = True
                continue
            line = words.decode("utf-8", "replace")
            if len(line) < _SHORT and self._is_metadata(number, line):
                after_blank = True
                continue
            if not self.started:
                continue
            if not line.isascii() and not (line := line.strip(lines.EDGES)):
                continue
            record = self.open
            if record is None:
                self._begin(number, line)
            elif not after_blank:
                self._extend(record, line)
            elif record.abstract is None:
                if self.held is not None:
                    yield self.held
                    self.held = None
                elif not self.headed and _is_menu(line):
                    self._begin(number, line)
                    continue
                record.abstract = line
            elif not record.has_metadata and furniture.goes_on(line):
                self._extend(record, line)  # a second paragraph
            else:
                self.held = record
                self._begin(number, line)
            after_blank = False
        yield from self._ended()

    def _ended(self) -> Iterator[Record]:
        """What is left at the end of the page; a last record that is cut is a reject."""
        *before, last = (self.held, self.open) if self.open is not None else (None, self.held)
        yield from filter(None, before)
        if last is not None and (reason := _cut(last)):
            self.rejects.add(last.line, reason)
        elif last is not None:
            yield last

    def _begin(self, number: int, title: str) -> None:
        self.open = Record(number, title)
        if self.votes is not None:
            self.open.upvotes, self.votes = furniture.count(self.votes), None
        self.expects_day = False

    def _extend(self, record: Record, line: str) -> None:
        """A line without a blank line above it is wrapped."""
        so_far = record.title if record.abstract is None else record.abstract
        if len(so_far) > furniture.LONGEST:
            self.rejects.add(record.line, "a stretch of text too long for a paper")
            self.open = None
            return
        joined = furniture.joined((so_far, line))
        if record.abstract is None:
            record.title = joined
        else:
            record.abstract = joined

    def _is_metadata(self, number: int, line: str) -> bool:
        """Takes a metadata, menu or footer line; False leaves it to be read as words."""
        if line == "·":
            self._separator(number)
        elif self.expects_day and (day := _day(line)):
            self._dated(*day)
        elif line[0] == "•":
            self._authors(line)
        elif line in _MENU:
            if line in furniture.FOOTER:
                self.started, self.open = False, self._complete()
        elif furniture.ANCHOR in line:
            self.started = self.headed = True
            self.open = self._complete()
        elif line[-1] in _LAST and self._complete() is self.open and self._is_count(line):
            pass
        elif line.isascii():
            return False
        else:
            return self._is_damaged_metadata(number, line)
        return True

    def _is_count(self, line: str) -> bool:
        """Takes the page's own day, or votes."""
        if _day(line):
            self.headers.add(line)
        elif _VOTES.fullmatch(line):
            self._counted(line)
        else:
            return False
        return True

    def _is_damaged_metadata(self, number: int, line: str) -> bool:
        """Looks again at a line that holds no-break or zero-width blanks."""
        plain = lines.plain(line)
        return plain != line and (not plain or self._is_metadata(number, plain))

    def _counted(self, votes: str) -> None:
        """Votes stand before their title; of two numbers in a row the first are comments."""
        if self.votes is not None and self.open is not None:
            self.open.comments = self.open.comments or furniture.count(self.votes)
        self.votes = votes

    def _complete(self) -> Record | None:
        """The open record if nothing needs to follow it, else None."""
        return self.open if self.open is not None and self.open.abstract is not None else None

    def _separator(self, number: int) -> None:
        """The dot above the date; a title directly above it was an organisation."""
        title = self.open
        if title is not None and title.abstract is None:
            if self.held is not None and title.line == number - 1:
                self.held.organization, self.open, self.held = title.title, self.held, None
            else:
                self._without_abstract(title)
        if self.open is not None:
            self.open.has_metadata = True
        self.expects_day = True

    def _authors(self, line: str) -> None:
        if self.open is not None and self.open.abstract is None:
            self._without_abstract(self.open)
        if self.open is not None:
            self.open.has_metadata = True
            self.open.n_authors = _n_authors(line)

    def _dated(self, day: str, comments: int | None) -> None:
        self.expects_day = False
        if self.open is not None:
            self.open.day, self.open.comments = day, comments
            self.days.add(day)

    def _without_abstract(self, record: Record) -> None:
        self.rejects.add(record.line, "a title without an abstract")
        self.open = None


def _cut(record: Record) -> str | None:
    """Why the last record of a page is not whole, or None."""
    if record.abstract is None:
        return "the page ends after this title, before its abstract"
    if not record.has_metadata and not record.abstract.endswith(furniture.CLOSING):
        return "the page ends in the middle of this abstract"
    return None


def _is_menu(line: str) -> bool:
    """Whether a line above all records is too short for an abstract and ends no sentence."""
    return len(line) < _SHORT and not line.endswith(furniture.CLOSING)


@functools.lru_cache(maxsize=4096)
def _day(line: str) -> tuple[str, int | None] | None:
    """``Jun 20, 2024 3`` is a day and a comment count; the same few lines come again."""
    match = _DAY.fullmatch(line)
    return (match[1], int(match[2]) if match[2] else None) if match else None


@functools.lru_cache(maxsize=1024)
def _n_authors(line: str) -> int | None:
    match = _AUTHORS.fullmatch(line)
    return int(match[1]) if match else None
