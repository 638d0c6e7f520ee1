"""Read a reader's own library, exported by a reference manager, as papers.

BibTeX, RIS and CSV are read by their formats. The JSON exports (CSL, Better
BibTeX) are read here, because no listing uses them. Opens no file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

from digest import text as words
from digest.errors import Unreadable
from digest.model.papers import LibraryPaper
from digest.parsers import formats
from digest.parsers.fields import json_fields, json_pieces, json_values, markup, timestamps
from digest.parsers.fields.references import LibraryEntry
from digest.parsers.input import lines
from digest.parsers.input.input_file import HEAD_BYTES, InputFile

_TITLE = ("title", "Title")
_ABSTRACT = ("abstract", "abstractNote", "Abstract Note")
_ADDED = ("dateAdded", "Date Added")


def read_library(name: str, data: bytes) -> tuple[LibraryPaper, ...]:
    """Return the papers of a library that have a title.

    Papers come in the order of the day they were added, the latest first. Those without that
    day follow, and of two equal ones the later in the file comes first. Raises `Unreadable`
    for a file in another format, and for a library without any title.
    """
    input_file = InputFile(name, data[:HEAD_BYTES], io.BytesIO(data))
    entries = map(_paper, _entries(input_file, lines.decode(data)))
    papers = [paper for paper in entries if paper.title]
    if not papers:
        raise Unreadable("no paper with a title was found in it")
    # The sort is stable: reversed first, the later of two papers of one day comes first.
    papers.reverse()
    papers.sort(key=lambda paper: paper.added or "", reverse=True)
    return tuple(papers)


def _entries(input_file: InputFile, text: str) -> Iterator[LibraryEntry]:
    for file_format in formats.in_order():
        if isinstance(file_format, formats.LibraryFormat) and file_format.detect(input_file):
            return file_format.library_entries(input_file)
    if text.lstrip("\ufeff \n")[:1] in ("[", "{"):
        return map(
            _record_entry, _json_records(text.removeprefix("\ufeff").encode(errors="replace"))
        )
    # A table with titles alone is no listing of papers, but it is a library.
    table = formats.load("delimited_table")
    if isinstance(table, formats.LibraryFormat):
        return table.library_entries(input_file)
    raise Unreadable("not a library in a known format")


def _paper(entry: LibraryEntry) -> LibraryPaper:
    # Mended as an issue's words are, since a profile compares the two.
    title, abstract = markup.to_line(entry.title), markup.to_text(entry.abstract)
    return LibraryPaper(
        words.mend(title).text, words.mend(abstract).text or None, timestamps.day(entry.added)
    )


def _json_records(data: bytes) -> Iterator[dict[str, Any]]:
    """Yield the records of a JSON export: CSL is a list, Better BibTeX has ``items``.

    Of a damaged export the complete records are left.
    """
    if loaded := json_values.load(data):
        records = loaded.value
    else:
        spans = list(json_pieces.iter_objects(data, json_fields.looks_like_record))
        records = [span.value for span in spans if not isinstance(span, json_values.JsonDamage)]
        if not records and isinstance(spans[0], json_values.JsonDamage):
            raise Unreadable(spans[0].reason, line=spans[0].line)
    if isinstance(records, dict):
        records = records.get("items")
    if not isinstance(records, list):
        raise Unreadable("JSON without a list of papers")
    # Zotero's API has the fields of an item in an object of their own.
    for record in filter(_is_object, records):
        yield json_values.object_at(record, "data") or record


def _is_object(record: Any) -> bool:
    return isinstance(record, dict)


def _record_entry(record: dict[str, Any]) -> LibraryEntry:
    def first(names: tuple[str, ...]) -> str:
        return next((value for name in names if isinstance(value := record.get(name), str)), "")

    return LibraryEntry(first(_TITLE), first(_ABSTRACT), first(_ADDED))
