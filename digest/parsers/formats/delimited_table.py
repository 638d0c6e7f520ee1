"""Tables as CSV or TSV, with the names of the columns in the first line.

Spreadsheets, reference managers and literature databases (Zotero, Scopus, Web of Science, IEEE
Xplore, PubMed) export them, each with names of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import json_values, references, sources
from digest.parsers.fields.json_fields import RecordReader
from digest.parsers.fields.references import LibraryEntry
from digest.parsers.input import spill, table_rows, text_blocks
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects
from digest.text import counting

NAME = "table"

_DELIMITERS = ("\t", ";", ",")
_OTHER_BEGINNINGS = frozenset("<{[@")
# Names of columns, without case and everything but letters, and the field that each is.
_FIELD_NAMES = {
    "title": "title papertitle articletitle documenttitle preprinttitle ti",
    "abstract": "abstract summary abstractnote abstracttext paperabstract ab",
    "arxiv_id": "arxivid arxiv eprint",
    "id": "id paperid identifier entryid archiveid articleid",
    "doi": "doi paperdoi articledoi di",
    "url": "url link paperurl articleurl pageurl absurl urls links doilink weblink",
    "pdf_url": "pdfurl pdflink pdf",
    "authors": "authors author authornames authorlist creators af au",
    "published": "published publishedat publisheddate publicationdate datepublished pubdate date "
    "createdate submitted created year publicationyear py",
    "categories": "categories category primarycategory arxivcategories subjects tags keywords "
    "authorkeywords topics",
    "upvotes": "upvotes votes likes",
    "comments": "comments numcomments commentcount",
    "organization": "organization organisation affiliation",
    "code_url": "codeurl code githuburl github githubrepo",
    "stars": "stars githubstars",
    "added": "dateadded added",
}
# For each name the number of names that are preferred to it, and its field.
_FIELDS_BY_NAME = {
    name: (rank, field)
    for field, names in _FIELD_NAMES.items()
    for rank, name in enumerate(names.split())
}
_PAPER_FIELDS = frozenset({"abstract", "arxiv_id", "id", "doi", "url", "pdf_url"})
_MAX_NAME_CHARS, _MAX_COLUMNS = 60, 500
_EXCEL = r"(?i)\s*sep=.[ \t]*$"  # a first line that tells Excel the delimiter
_SCOPUS_ID = r"\s*\(\d{6,}\)"  # after an author's name


class _Header(NamedTuple):
    """The number of columns, that of the title, and all that are fields, preferred ones first."""

    columns: int
    title: int
    fields: tuple[tuple[str, int], ...]


def detect(input_file: InputFile) -> str | None:
    """Detect a table by a first line that names a title and an abstract, an id or an address.

    The line below it must have as many cells.
    """
    if input_file.first_character in _OTHER_BEGINNINGS or not (found := _table(input_file)):
        return None
    names = dict.fromkeys(field for field, _ in found[1].fields)
    return f"a table with {', '.join(names)}" if _PAPER_FIELDS & names.keys() else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all rows in order; one that is no paper, or has other cells, becomes a reject.

    Raises `Unreadable` if there are rows, and none is a paper.
    """
    rejects, reader = Rejects(), RecordReader()
    papers = spill.collect(
        _sightings(input_file, reader, rejects), Sighting, input_file.spill_factory
    )
    if not papers and rejects:
        raise Unreadable(rejects[0].reason, line=rejects[0].line)
    dump = sources.build_dump(input_file, NAME, evidence, papers, rejects)
    return msgspec.structs.replace(
        dump, evidence={**dump.evidence, "fields": reader.describe_fields()}
    )


def library_entries(input_file: InputFile) -> Iterator[LibraryEntry]:
    """Yield title, abstract and the day it was added of each row."""
    for _, record in _records(input_file, Rejects()):
        yield LibraryEntry(*(record.get(name, "") for name in ("title", "abstract", "added")))


def _sightings(input_file: InputFile, reader: RecordReader, rejects: Rejects) -> Iterator[Sighting]:
    for line, record in _records(input_file, rejects):
        lists = {name: _list(record[name]) for name in ("authors", "categories") if name in record}
        paper = reader.sighting({**record, **lists}, line)
        if isinstance(paper, Sighting):
            yield paper
        else:
            rejects.add(line, paper)


def _table(input_file: InputFile) -> tuple[str, _Header] | None:
    """Return the delimiter and the header of a table, or None if the file is none."""
    for delimiter in _DELIMITERS:
        rows = (row.cells for row in table_rows.rows(iter([input_file.head_text]), delimiter))
        first = next(rows, [])
        if re.match(_EXCEL, delimiter.join(first)):
            first = next(rows, [])
        if (header := _header(first)) and _fits(next(rows, first), header):
            return delimiter, header
    return None


def _header(cells: list[str]) -> _Header | None:
    """Return the columns that a row names, None if it does not name a title."""
    if not 2 <= len(cells) <= _MAX_COLUMNS or any(len(cell) > _MAX_NAME_CHARS for cell in cells):
        return None
    ranked = sorted((*_ranked_field(cell), column) for column, cell in enumerate(cells))
    fields = tuple((field, column) for _, field, column in ranked if field)
    title = next((column for field, column in fields if field == "title"), None)
    return None if title is None else _Header(len(cells), title, fields)


def _records(input_file: InputFile, rejects: Rejects) -> Iterator[tuple[int, dict[str, str]]]:
    """Yield line and fields of each row; one with other cells than the header is a reject."""
    if not (found := _table(input_file)):
        return
    delimiter, header = found
    is_above = True
    for line, cells in table_rows.rows(text_blocks.iter_blocks(input_file), delimiter):
        rejects.is_cut = not cells  # until another row follows
        # Tables that were joined have another header in between.
        if other := _other_header(cells, header):
            header, is_above = other, False
        elif not cells:
            rejects.add(line, "a quoted field without an end")
        elif not _fits(cells, header):
            if not is_above:
                length = counting.count(len(cells), "cell")
                names = counting.count(header.columns, "name")
                rejects.add(line, f"a row of {length} below {names}")
        else:
            yield line, _fields(cells, header)


def _fits(cells: list[str], header: _Header) -> bool:
    """Return whether a row has a cell for each name, and none with text beyond.

    True without cells: a quoted field has no end, and in the head it may be cut.
    """
    if not cells:
        return True
    return len(cells) >= header.columns and not any(map(str.strip, cells[header.columns :]))


def _other_header(cells: list[str], header: _Header) -> _Header | None:
    """Return the columns that a row below a header names, None if it is no header."""
    # Two cells first, because looking at all takes longer.
    candidates = (*cells[:1], *cells[header.title : header.title + 1])
    other = _header(cells) if any(_ranked_field(cell)[1] for cell in candidates) else None
    # A single word that is also a name ("TI") may be what is left of a damaged row.
    return other if other and len(other.fields) > 1 else None


def _ranked_field(cell: str) -> tuple[int, str]:
    name = re.sub(r"[^a-z0-9]+", "", cell.lower()) if len(cell) <= _MAX_NAME_CHARS else ""
    return _FIELDS_BY_NAME.get(name, (0, ""))


def _fields(cells: list[str], header: _Header) -> dict[str, str]:
    fields: dict[str, str] = {}
    for field, column in header.fields:
        if text := cells[column].replace("\0", "").strip():
            fields.setdefault(field, text)
    return fields


def _list(text: str) -> object:
    """Return the values of a cell with a list; text that a comma may separate stays text."""
    if isinstance(values := json_values.parse_embedded(text), list):
        return values
    if ";" not in text:
        return text
    names = re.sub(_SCOPUS_ID, "", text).split(";")
    return [name for part in names if (name := references.given_name_first(part))]
