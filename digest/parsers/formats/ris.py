"""RIS, the tagged format every reference manager exports, read by rispy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import references as fields_references
from digest.parsers.fields import sources
from digest.parsers.input import lines
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "ris"

_BEGIN = re.compile(r"(?m)^\ufeff?[ \t]{0,9}TY {1,2}- ?[A-Z]{2,8}[ \t]*$")
_TAG = re.compile(r"[A-Z][A-Z0-9] {1,2}-(?: |$)")
_TOP = 4096  # bytes; some exporters put a line or two before the first reference
_SOME = 500  # references parsed at a time
_LONGEST = 20_000  # lines of a reference; one with 3,000 authors has 3,010
_MOST_UNTAGGED = 500  # lines of a reference; rispy copies what it has for each further one
_NO_END = "the file ends in this reference"


def detect(origin: InputFile) -> str | None:
    """A line near the top that gives a reference's type (``TY  - JOUR``)."""
    top = origin.head_text[:_TOP]
    return "a RIS reference" if _BEGIN.search(top) else None


def read(origin: InputFile, witness: str) -> Dump:
    """All references, in order; one without an end or a title is a reject with its line.

    Raises `Unreadable` where no reference can be read.
    """
    sightings: list[Sighting] = []
    rejects = Rejects()
    references = _references(lines.decode(origin.read_all()).removeprefix("\ufeff"))
    while some := list(islice(references, _SOME)):
        parsed = iter(_parse([text for _, text in some if text]))
        for line, text in some:
            found = fields_references.sighting(_reference(next(parsed), line)) if text else None
            if found is None:
                rejects.add(line, "a reference without a title" if text else _NO_END)
            else:
                sightings.append(found)
    if not sightings:
        raise Unreadable(rejects[0].reason if rejects else "RIS without a reference")
    return sources.build_dump(origin, NAME, witness, tuple(sightings), rejects)


def _references(text: str) -> Iterator[tuple[int, str]]:
    """Each reference's line and text; no text where the next begins before its ``ER``.

    rispy drops what has no end without a word, so only whole references are given to it.
    """
    begin, untagged = 0, 0
    kept: list[str] = []
    for number, line in enumerate(_rows(text), start=1):
        bare = line.strip()
        tag = bare[:5].replace(" ", "")
        if tag == "TY-":
            if kept:
                yield begin, ""
            begin, kept, untagged = number, [bare], 0
        elif kept:
            tagged = _TAG.match(bare)
            untagged += not tagged
            if tagged or untagged <= _MOST_UNTAGGED:
                kept.append(bare if tagged else line)
            if len(kept) > _LONGEST:
                yield begin, ""
                kept = []
            elif tag == "ER-":
                yield begin, "\n".join(kept) + "\n"
                kept = []
    if kept:
        yield begin, ""


def _rows(text: str) -> Iterator[str]:
    """The lines of a text, which are not all held at once."""
    at = 0
    while (end := text.find("\n", at)) >= 0:
        yield text[at:end]
        at = end + 1
    yield text[at:]


def _parse(texts: list[str]) -> list[dict[str, Any]]:
    """The fields of each reference; of all at once where none of them is broken."""
    import rispy  # only a run with RIS pays for it

    try:
        together = rispy.loads("".join(texts))
    except (rispy.parser.ParseError, OSError, ValueError, LookupError, TypeError):
        together = []
    if len(together) == len(texts):
        return [dict(one) for one in together]
    return [{}] if len(texts) == 1 else [_parse([text])[0] for text in texts]


def _reference(fields: dict[str, Any], line: int) -> fields_references.Reference:
    def of(*names: str) -> tuple[str, ...]:
        found: list[str] = []
        for name in names:
            if one := fields.get(name):
                found += [one] if isinstance(one, str) else [text for text in one if text]
        return tuple(found)

    def first(*names: str) -> str:
        return next((text for text in of(*names) if text), "")

    return fields_references.Reference(
        title=first("title", "primary_title", "secondary_title"),
        abstract=first("abstract", "notes_abstract"),
        authors=of("authors", "first_authors", "secondary_authors"),
        addresses=of("urls", "url", "doi", "accession_number", "number", "id", "file_attachments1"),
        places=of(
            "journal_name", "alternate_title3", "secondary_title", "number", "notes", "publisher"
        ),
        published=first("date", "publication_year", "year"),
        categories=of("keywords"),
        line=line,
    )
