"""RIS, the tagged format that every reference manager exports, parsed with rispy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import references, sources
from digest.parsers.fields.references import LibraryEntry, Reference
from digest.parsers.input import lines
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "ris"

_BEGIN = r"(?m)^\ufeff?[ \t]{0,9}TY {1,2}- ?[A-Z]{2,8}[ \t]*$"
_TAG = r"[A-Z][A-Z0-9] {1,2}-(?: |$)"
_TOP = 4096  # characters; some exporters put a line or two before the first reference
_BATCH = 500  # references parsed at a time
_LONGEST = 20_000  # lines of a reference; one with 3,000 authors has 3,010
_MOST_UNTAGGED = 500  # lines of a reference; for each, rispy copies all those before it
_NO_END = "the file ends in this reference"


def detect(input_file: InputFile) -> str | None:
    """Detect RIS by a line near the top that gives a reference's type (``TY  - JOUR``)."""
    # rispy reads only tags with two blanks, and this search is faster than the pattern's.
    if "TY  -" not in input_file.head_text:
        return None
    return "a RIS reference" if re.search(_BEGIN, input_file.head_text[:_TOP]) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all references in order; one without an end or a title becomes a reject with its line.

    Raises `Unreadable` if no reference can be read.
    """
    sightings: list[Sighting] = []
    rejects = Rejects()
    texts = _reference_texts(lines.decode(input_file.read_all()).removeprefix("\ufeff"))
    while batch := list(islice(texts, _BATCH)):
        parsed = iter(_parse([text for _, text in batch if text]))
        for line, text in batch:
            paper = references.sighting(_reference(next(parsed), line)) if text else None
            if paper is None:
                rejects.add(line, "a reference without a title" if text else _NO_END)
            else:
                sightings.append(paper)
    if not sightings:
        raise Unreadable(rejects[0].reason if rejects else "RIS without a reference")
    return sources.build_dump(input_file, NAME, evidence, tuple(sightings), rejects)


def library_entries(input_file: InputFile) -> Iterator[LibraryEntry]:
    """Yield title and abstract of each reference; RIS has no field for the day it was added.

    Raises `Unreadable` if no reference can be read.
    """
    for paper in read(input_file, "").sightings:
        yield LibraryEntry(paper.title, paper.abstract or "")


def _reference_texts(text: str) -> Iterator[tuple[int, str]]:
    """Yield the first line number and the text of each reference.

    The text is empty if the next reference begins, or the file ends, before its ``ER`` line.
    """
    # rispy silently drops a reference without an end, so it only ever gets whole ones.
    begin, untagged = 0, 0
    reference: list[str] = []
    for number, line in enumerate(_rows(text), start=1):
        stripped = line.strip()
        tag = stripped[:5].replace(" ", "")
        if tag == "TY-":
            if reference:
                yield begin, ""
            begin, reference, untagged = number, [stripped], 0
        elif reference:
            tagged = re.match(_TAG, stripped)
            untagged += not tagged
            if tagged or untagged <= _MOST_UNTAGGED:
                reference.append(stripped if tagged else line)
            if len(reference) > _LONGEST:
                yield begin, ""
                reference = []
            elif tag == "ER-":
                yield begin, "\n".join(reference) + "\n"
                reference = []
    if reference:
        yield begin, ""


def _rows(text: str) -> Iterator[str]:
    """Yield the lines of a text without making a list of them all."""
    start = 0
    while (end := text.find("\n", start)) >= 0:
        yield text[start:end]
        start = end + 1
    yield text[start:]


def _parse(texts: list[str]) -> list[dict[str, Any]]:
    """Return the fields of each reference, no fields for one that rispy cannot parse."""
    import rispy  # imported here because few runs read RIS

    # One call for all of them is fastest. If one is broken, each is parsed by itself.
    try:
        references_fields = rispy.loads("".join(texts))
    except (rispy.parser.ParseError, OSError, ValueError, LookupError, TypeError):
        references_fields = []
    if len(references_fields) == len(texts):
        return [dict(fields) for fields in references_fields]
    return [{}] if len(texts) == 1 else [_parse([text])[0] for text in texts]


def _reference(fields: dict[str, Any], line: int) -> Reference:
    def values(*names: str) -> tuple[str, ...]:
        texts: list[str] = []
        for name in names:
            if value := fields.get(name):
                texts += [value] if isinstance(value, str) else filter(None, value)
        return tuple(texts)

    def first(*names: str) -> str:
        return next(filter(None, values(*names)), "")

    return Reference(
        title=first("title", "primary_title", "secondary_title"),
        abstract=first("abstract", "notes_abstract"),
        authors=values("authors", "first_authors", "secondary_authors"),
        addresses=values(
            "urls", "url", "doi", "accession_number", "number", "id", "file_attachments1"
        ),
        places=values(
            "journal_name", "alternate_title3", "secondary_title", "number", "notes", "publisher"
        ),
        published=first("date", "publication_year", "year"),
        categories=values("keywords"),
        line=line,
    )
