"""The listing page copied as plain text: what select-all, copy and paste gives.

A record is a title line, an abstract line, and often a metadata block::

    Title of the Paper

    The abstract, one line.

      • 6 authors        (or an organisation: "google Google")
    ·
    Jun 20, 2024 3       (the number is the comment count)

Votes, where a copy has them, stand on a line of their own before the title ("-" is none);
of two such numbers the first is the comment count of the record before.
Records are dated at the end, when it is known which year the page leaves out.
"""

from __future__ import annotations

import functools
from collections.abc import Collection

from digest.errors import Unreadable
from digest.model.papers import Dump, Organization, Sighting
from digest.parsers.fields import dates
from digest.parsers.input import lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.listing_page import furniture
from digest.parsers.listing_page.plain_scan import PlainParser, PlainRecord

NAME = "plain-text"


def detect(origin: InputFile) -> str | None:
    """The page's own header, or metadata blocks as only this page has them."""
    text = origin.head_text
    if furniture.HEADER_PHRASE in text:
        return "the page's header"
    return "author and date lines" if furniture.METADATA_LINE.search(text) else None


def read(origin: InputFile, witness: str) -> Dump:
    """All records of the page, in order; a cut last one is a reject with its line.

    Raises `Unreadable` for a page that lists no paper.
    """
    scan = PlainParser(started=_begins_with_records(origin.head_text))
    page = lines.iter_lines(origin.stream, origin.head)
    records = spill.collect(scan.records(page), PlainRecord, origin.spill_factory)
    if not records and not scan.rejects:
        raise Unreadable("a listing page without a paper")
    return _dump(origin, witness, scan, records)


def _begins_with_records(head: str) -> bool:
    """Whether records stand above the first header, or there is none."""
    anchor = head.find(furniture.HEADER_PHRASE)
    return anchor < 0 or furniture.METADATA_LINE.search(head, 0, anchor) is not None


def _dump(
    origin: InputFile, witness: str, scan: PlainParser, records: Collection[PlainRecord]
) -> Dump:
    written = {text: dates.written_day(text) for text in scan.days}
    header = dates.latest_day(map(dates.written_day, scan.headers))
    capture = dates.capture_year(
        header,
        {dates.DatedRecord(day): 1 for day in written.values() if day},
        stated=None,
        name=origin.name,
        modified=origin.modified,
    )
    days = {text: day.iso(capture.year) for text, day in written.items() if day}
    page_date = header.iso(capture.year) if header else None
    return Dump(
        name=origin.name,
        dialect=NAME,
        source=furniture.SOURCE,
        page_date=page_date or dates.iso_day_in_name(origin.name),
        sightings=spill.map_records(records, functools.partial(_sighting, days)),
        rejects=scan.rejects.by_line(),
        witness={"dialect": witness, "year": capture.describe()},
    )


def _sighting(days: dict[str, str | None], record: PlainRecord) -> Sighting:
    organization = record.organization and _organization(record.organization)
    return Sighting(
        title=record.title,
        abstract=record.abstract,
        n_authors=record.n_authors,
        organization=organization or None,
        published=days.get(record.day) if record.day else None,
        published_text=record.day,
        upvotes=record.upvotes,
        comments=record.comments,
        line=record.line,
    )


def _organization(line: str) -> Organization:
    """``google Google``: the address part, then the name."""
    slug, _, name = line.partition(" ")
    return Organization(slug, name or slug)
