"""Records as labelled lines: ``Title: ...``, ``PDF: ...``, ``Summary: ...``.

Small scripts write such files. A record is what stands between two rules, between two blank
lines, or from one first label to the next; its fields may be in any order, and any may be
missing (`digest.parsers.labelled_lines.layouts`). A value continues over the lines that have no
label. ``Summary`` is arXiv's word for the abstract.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import (
    categories,
    ids,
    names,
    sources,
    timestamps,
    withdrawals,
)
from digest.parsers.input import lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects
from digest.parsers.labelled_lines import layouts
from digest.parsers.labelled_lines.records import LabelEntry, RecordCutter
from digest.parsers.listing_page import furniture
from digest.text import links

NAME = "labelled-text"

_MARKDOWN_LINK = re.compile(r"!?\[[^\[\]]*\]\(([^()\s]+)\)|<([^<>\s]+)>")


def detect(input_file: InputFile) -> str | None:
    """Detect a title's label near one for an address or an abstract."""
    # One cheap search: the exact one looks at every line.
    if "title" not in input_file.head_text.lower():
        return None
    return "lines with labels" if layouts.has_records(input_file.head_text) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all records in order.

    One without a title, or with neither id nor abstract, becomes a reject. Raises `Unreadable`
    if there is no record.
    """
    rejects = Rejects()
    sightings = spill.collect(_sightings(input_file, rejects), Sighting, input_file.spill_factory)
    if not sightings and not rejects:
        raise Unreadable("not a listing of papers")
    return sources.build_dump(input_file, NAME, evidence, sightings, rejects)


def _sightings(input_file: InputFile, rejects: Rejects) -> Iterator[Sighting]:
    complete = input_file.size <= len(input_file.head)
    layout = layouts.analyse(input_file.head_text, complete=complete)
    page = lines.iter_lines(input_file.stream, input_file.head)
    for record in RecordCutter(layout).records(page):
        title = next((entry for entry in record.entries if entry.label.field == "title"), None)
        line = (title or record.entries[0]).line
        if record.too_long:
            rejects.add(line, "a record that is too long")
        elif title is None:
            if _is_paper(record.entries):
                rejects.add(line, "a record without a title")
        elif paper := _sighting(line, record.entries):
            yield paper
        else:
            rejects.add(line, "a title without an id or an abstract")


def _is_paper(entries: Iterable[LabelEntry]) -> bool:
    """Return whether entries without a title are a damaged record, and no front matter."""
    return any(
        entry.label.field == "abstract" or (entry.label.field == "address" and _ids(entry))
        for entry in entries
    )


def _ids(entry: LabelEntry) -> str | None:
    return ids.arxiv_id(_address(entry.value))


def _sighting(line: int, entries: list[LabelEntry]) -> Sighting | None:
    values: dict[str, list[str]] = {}
    for entry in entries:
        if (value := entry.value) and entry.label.field:
            values.setdefault(entry.label.field, []).append(value)
    first = {field: written[0] for field, written in values.items()}
    addresses = list(map(_address, values.get("address", ())))
    found = tuple(map(ids.arxiv_id, addresses))
    arxiv_id = _only(found)
    others = (address for address, number in zip(addresses, found, strict=True) if not number)
    doi = _only(map(ids.doi, (*map(_address, values.get("doi", ())), *others)))
    title, abstract = first.get("title"), first.get("abstract")
    if not title or not (arxiv_id or doi or abstract):
        return None
    written = values.get("authors", ())
    # Several lines hold a name each.
    authors = names.split_names(first["authors"] if len(written) == 1 else "; ".join(written))
    notes = (title, abstract or "", *values.get("notes", ()))
    return Sighting(
        title=title,
        abstract=abstract,
        arxiv_id=arxiv_id,
        doi=doi,
        url=links.identifier_page(arxiv_id) or ids.first(ids.address, addresses),
        authors=authors,
        n_authors=len(authors) or None,
        published=timestamps.day(first["day"]) if "day" in first else None,
        published_text=first.get("day"),
        upvotes=furniture.parse_count(first.get("upvotes", "")),
        categories=categories.split(first.get("categories", "")),
        retracted=any(map(withdrawals.is_withdrawal_notice, notes)),
        line=line,
    )


def _only(found: Iterable[str | None]) -> str | None:
    """Return the identifier of a record; two that differ leave open which one is its own."""
    different = set(filter(None, found))
    return different.pop() if len(different) == 1 else None


def _address(value: str) -> str:
    """Return the address of a Markdown link, or the value."""
    match = _MARKDOWN_LINK.fullmatch(value)
    return (match[1] or match[2]) if match else value
