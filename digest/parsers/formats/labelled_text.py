"""Records as labelled lines: ``Title: ...``, ``PDF: ...``, ``Summary: ...``.

Small scripts write such files. A record begins with its ``Title`` line. A value continues
over the lines that have no known label. ``Summary`` is arXiv's word for the abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import dates, ids, sources
from digest.parsers.input import lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects
from digest.parsers.listing_page import furniture
from digest.text import links

NAME = "labelled-text"

_FIELDS = {
    "title": "title", "abstract": "abstract", "summary": "abstract", "authors": "authors",
    "author": "authors", "pdf": "address", "url": "address", "link": "address", "id": "address",
    "arxiv": "address", "arxiv id": "address", "paper": "address", "doi": "doi",
    "published": "day", "date": "day", "upvotes": "upvotes", "categories": "categories",
}  # fmt: skip
_LABEL = r"(?:[-*#>]{1,3} ?)?(?:\*\*)?([A-Za-z]{2,10}(?: ID)?)(?:\*\*:|:\*\*|:)(?!//)\s*(.*)"
_SEPARATOR = r"[-=*_]{3,}"
_RECORD = (
    r"(?im)^[-*#> ]{0,4}(?:\*\*)?Title(?:\*\*)?:(?:\*\*)?[ \t]*\S[^\n]*\n(?:[^\n]*\n){0,12}?"
    r"[-*#> ]{0,4}(?:\*\*)?(?:PDF|URL|Link|ID|arXiv|arXiv ID|Paper|DOI|Abstract|Summary)(?:\*\*)?:"
)

Fields = dict[str, list[str]]


def detect(input_file: InputFile) -> str | None:
    """Detect a ``Title:`` line that is soon followed by a label for an address or abstract."""
    # One cheap search: the exact one looks at every line.
    if "title" not in input_file.head_text.lower():
        return None
    return "lines with labels" if re.search(_RECORD, input_file.head_text) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all records in order; one with neither id nor abstract becomes a reject.

    Raises `Unreadable` if there is no record.
    """
    rejects = Rejects()
    sightings = spill.collect(_sightings(input_file, rejects), Sighting, input_file.spill_factory)
    if not sightings and not rejects:
        raise Unreadable("not a listing of papers")
    return sources.build_dump(input_file, NAME, evidence, sightings, rejects)


def _sightings(input_file: InputFile, rejects: Rejects) -> Iterator[Sighting]:
    for line, fields in _records(input_file):
        paper = _sighting(line, {name: furniture.join_lines(rows) for name, rows in fields.items()})
        if paper is None:
            rejects.add(line, "a title without an id or an abstract")
        else:
            yield paper


def _records(input_file: InputFile) -> Iterator[tuple[int, Fields]]:
    """Yield the line of each record's title, and the rows of each of its fields."""
    begin = 0
    fields: Fields = {}
    value: list[str] | None = None
    for number, line in enumerate(lines.iter_lines(input_file.stream, input_file.head), start=1):
        row = line.decode("utf-8", "replace").strip(lines.BLANKS)
        label = re.fullmatch(_LABEL, row)
        field = _FIELDS.get(label[1].lower()) if label else None
        if field == "title":
            if begin:
                yield begin, fields
            begin, fields = number, {}
        if re.fullmatch(_SEPARATOR, row):
            value = None
        elif label and field and begin:
            value = fields.setdefault(field, [])
            if label[2]:
                value.append(label[2])
        elif row and value is not None:
            value.append(row)
    if begin:
        yield begin, fields


def _sighting(line: int, fields: dict[str, str]) -> Sighting | None:
    title, abstract = fields.get("title"), fields.get("abstract")
    address = fields.get("address", "")
    arxiv_id, doi = ids.arxiv_id(address), ids.doi(fields.get("doi", "") or address)
    if not title or not (arxiv_id or doi or abstract):
        return None
    authors = tuple(filter(None, map(str.strip, fields.get("authors", "").split(","))))
    written_day = fields.get("day")
    day = dates.iso_day(written_day) if written_day else None
    return Sighting(
        title=title,
        abstract=abstract,
        arxiv_id=arxiv_id,
        doi=doi,
        url=links.identifier_page(arxiv_id) or ids.address(address),
        authors=authors,
        n_authors=len(authors) or None,
        published=day.isoformat() if day else None,
        published_text=written_day,
        upvotes=furniture.parse_count(fields.get("upvotes", "")),
        categories=tuple(fields.get("categories", "").replace(",", " ").split()),
        line=line,
    )
