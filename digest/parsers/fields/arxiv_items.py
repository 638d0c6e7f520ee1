"""Make sightings of the records in arXiv's own listings: its mail and its pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import categories, names, sources, timestamps, withdrawals
from digest.parsers.input import spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects
from digest.parsers.listing_page import furniture
from digest.text import links

_MORE_AUTHORS = re.compile(r"\(?(\d{1,5}) additional authors? not shown\)?")
_MAX_CHARS = 1 << 18  # of one record; the names of the largest collaboration have fewer
_LINE_CHARS = 64  # counted for each line, because a line takes more memory than its text


class ArxivItem(msgspec.Struct):
    """One record, while it is read.

    ``fields`` holds the lines of ``title``, ``authors``, ``categories``, ``comments``, ``date``
    and ``abstract``; ``ids`` all arXiv ids that the record shows as its own.
    """

    line: int
    ids: set[str | None] = msgspec.field(default_factory=set)
    fields: dict[str, list[str]] = msgspec.field(default_factory=dict)
    revision: bool = False
    characters: int = 0

    def add(self, field: str, row: str) -> None:
        """Add a line to a field. A record that is too long gets no more, and is rejected."""
        self.characters += len(row) + _LINE_CHARS
        if self.characters <= _MAX_CHARS:
            self.fields.setdefault(field, []).append(row)

    def text(self, field: str) -> str:
        """Return the lines of a field as one."""
        return furniture.join_lines(self.fields.get(field, ()))


def build_dump(
    input_file: InputFile,
    format_name: str,
    evidence: str,
    items: Iterable[ArxivItem],
    source: str | None,
    page_date: str | None,
) -> Dump:
    """Return the dump of a listing; the file's name gives the source and the day if they are None.

    A record without a title, or without id and abstract, becomes a reject. Raises `Unreadable`
    if there is no record.
    """
    rejects = Rejects()
    papers = spill.collect(_sightings(items, rejects), Sighting, input_file.spill_factory)
    if not papers and not rejects:
        raise Unreadable("a listing of arXiv without a paper")
    return sources.build_dump(
        input_file, format_name, evidence, papers, rejects, source=source, page_date=page_date
    )


def _sightings(items: Iterable[ArxivItem], rejects: Rejects) -> Iterator[Sighting]:
    for item in items:
        if reason := _why_rejected(item):
            rejects.add(item.line, reason)
        else:
            yield _sighting(item)


def _why_rejected(item: ArxivItem) -> str | None:
    found = item.ids - {None}
    if item.characters > _MAX_CHARS:
        return "a record that is too long"
    if not item.text("title"):
        return "a record without a title"
    if len(found) > 1:
        return "a record with two arXiv ids"
    return None if found or item.text("abstract") else "a title without an id or an abstract"


def _sighting(item: ArxivItem) -> Sighting:
    arxiv_id = next(filter(None, item.ids), None)
    title, abstract = item.text("title"), item.text("abstract") or None
    # The mail writes the size of the paper behind the date.
    day = item.text("date").partition("(")[0].strip()
    written = item.text("authors")
    more = _MORE_AUTHORS.search(written)
    authors = names.split_names(_MORE_AUTHORS.sub("", written))
    notes = (title, abstract or "", item.text("comments"))
    return Sighting(
        title=title,
        abstract=abstract,
        arxiv_id=arxiv_id,
        url=links.identifier_page(arxiv_id),
        authors=authors,
        n_authors=len(authors) + (int(more[1]) if more else 0) or None,
        published=timestamps.day(day),
        published_text=day or None,
        categories=categories.split(item.text("categories")),
        revision=item.revision,
        retracted=any(map(withdrawals.is_withdrawal_notice, notes)),
        line=item.line,
    )
