"""The listing page as plain text, from select-all, copy and paste.

A record is a title line, an abstract line, and often a metadata block::

    Title of the Paper

    The abstract, one line.

      • 6 authors        (or an organisation: "google Google")
    ·
    Jun 20, 2024 3       (the number is the comment count)

Votes, if the copy has them, stand on a line of their own before the title ("-" means none).
Of two such numbers the first is the comment count of the record before. The page leaves the
year out, so records are dated at the end, when their days together show which year it is.
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


def detect(input_file: InputFile) -> str | None:
    """Detect the page's own header, or author and date lines as only this page has them."""
    text = input_file.head_text
    if furniture.HEADER_PHRASE in text:
        return "the page's header"
    return "author and date lines" if furniture.METADATA_LINE.search(text) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all records of the page in order; a last one that is cut becomes a reject.

    Raises `Unreadable` for a page that lists no papers.
    """
    scan = PlainParser(started=_begins_with_records(input_file.head_text))
    page = lines.iter_lines(input_file.stream, input_file.head)
    records = spill.collect(scan.records(page), PlainRecord, input_file.spill_factory)
    if not records and not scan.rejects:
        raise Unreadable("a listing page without a paper")
    return _dump(input_file, evidence, scan, records)


def _begins_with_records(head: str) -> bool:
    """Return whether records stand above the first header, or there is no header."""
    anchor = head.find(furniture.HEADER_PHRASE)
    return anchor < 0 or furniture.METADATA_LINE.search(head, 0, anchor) is not None


def _dump(
    input_file: InputFile, evidence: str, scan: PlainParser, records: Collection[PlainRecord]
) -> Dump:
    days_by_text = {text: dates.written_day(text) for text in scan.days}
    header_day = dates.latest_day(map(dates.written_day, scan.headers))
    capture = dates.capture_year(
        header_day,
        # Without id prefixes, because a plain copy shows no ids.
        {dates.DatedRecord(day): 1 for day in days_by_text.values() if day},
        stated=None,
        name=input_file.name,
        modified=input_file.modified,
    )
    iso_days = {text: day.iso(capture.year) for text, day in days_by_text.items() if day}
    page_date = header_day.iso(capture.year) if header_day else None
    return Dump(
        name=input_file.name,
        format_name=NAME,
        source=furniture.SOURCE,
        page_date=page_date or dates.iso_day_in_name(input_file.name),
        sightings=spill.map_records(records, functools.partial(_sighting, iso_days)),
        rejects=scan.rejects.by_line(),
        is_cut=scan.rejects.is_cut,
        evidence={"dialect": evidence, "year": capture.describe()},
    )


def _sighting(iso_days: dict[str, str | None], record: PlainRecord) -> Sighting:
    organization = record.organization and _organization(record.organization)
    return Sighting(
        title=record.title,
        abstract=record.abstract,
        n_authors=record.n_authors,
        organization=organization or None,
        published=iso_days.get(record.day) if record.day else None,
        published_text=record.day,
        upvotes=record.upvotes,
        comments=record.comments,
        line=record.line,
    )


def _organization(line: str) -> Organization:
    # "google Google": the part of its address, then its name.
    slug, _, name = line.partition(" ")
    return Organization(slug, name or slug)
