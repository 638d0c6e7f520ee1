"""Records as labelled lines: ``Title: ...``, ``PDF: ...``, ``Summary: ...``.

What small scripts write. A record begins with its ``Title`` line; a value goes on over the
lines that bear no label of ours. ``Summary`` is arXiv's word for the abstract.
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

_KEYS = {
    "title": "title", "abstract": "abstract", "summary": "abstract", "authors": "authors",
    "author": "authors", "pdf": "address", "url": "address", "link": "address", "id": "address",
    "arxiv": "address", "arxiv id": "address", "paper": "address", "doi": "doi",
    "published": "day", "date": "day", "upvotes": "upvotes", "categories": "categories",
}  # fmt: skip
_LABEL = re.compile(
    r"(?:[-*#>]{1,3} ?)?(?:\*\*)?([A-Za-z]{2,10}(?: ID)?)(?:\*\*:|:\*\*|:)(?!//)\s*(.*)"
)
_RULE = re.compile(r"[-=*_]{3,}")
_RECORD = re.compile(
    r"(?im)^[-*#> ]{0,4}(?:\*\*)?Title(?:\*\*)?:(?:\*\*)?[ \t]*\S[^\n]*\n(?:[^\n]*\n){0,12}?"
    r"[-*#> ]{0,4}(?:\*\*)?(?:PDF|URL|Link|ID|arXiv|arXiv ID|Paper|DOI|Abstract|Summary)(?:\*\*)?:"
)
_UNTIL = 200  # characters; a longer line is words, whatever it begins with, unless labelled ours

Fields = dict[str, list[str]]


def detect(origin: InputFile) -> str | None:
    """A ``Title:`` line with an address or an abstract under a label soon after it."""
    return "lines with labels" if _RECORD.search(origin.text) else None


def read(origin: InputFile, witness: str) -> Dump:
    """All records, in order; one without an id and an abstract is a reject with its line.

    Raises `Unreadable` where no record is found.
    """
    rejects = Rejects()
    sightings = spill.collected(_sightings(origin, rejects), Sighting, origin.aside)
    if not sightings and not rejects:
        raise Unreadable("not a listing of papers")
    return sources.dump_of_file(origin, NAME, witness, sightings, rejects)


def _sightings(origin: InputFile, rejects: Rejects) -> Iterator[Sighting]:
    for line, fields in _records(origin):
        found = _sighting(line, {name: furniture.joined(rows) for name, rows in fields.items()})
        if found is None:
            rejects.add(line, "a title without an id or an abstract")
        else:
            yield found


def _records(origin: InputFile) -> Iterator[tuple[int, Fields]]:
    """The values of each record's labels, row by row, with the line of its title."""
    begin = 0
    fields: Fields = {}
    value: list[str] | None = None
    for number, raw in enumerate(lines.lines(origin.stream, origin.head), start=1):
        row = raw.decode("utf-8", "replace").strip(lines.EDGES)
        label = _LABEL.fullmatch(row)
        key = _KEYS.get(label[1].lower()) if label else None
        if key == "title":
            if begin:
                yield begin, fields
            begin, fields = number, {}
        if _RULE.fullmatch(row):
            value = None
        elif label and key and begin:
            value = fields.setdefault(key, [])
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
    authors = tuple(name for one in fields.get("authors", "").split(",") if (name := one.strip()))
    written = fields.get("day")
    day = dates.iso_day(written) if written else None
    return Sighting(
        title=title,
        abstract=abstract,
        arxiv_id=arxiv_id,
        doi=doi,
        url=links.arxiv_page(arxiv_id) if arxiv_id else ids.address(address),
        authors=authors,
        n_authors=len(authors) or None,
        published=day.isoformat() if day else None,
        published_text=written,
        upvotes=furniture.count(fields.get("upvotes", "")),
        categories=tuple(fields.get("categories", "").replace(",", " ").split()),
        line=line,
    )
