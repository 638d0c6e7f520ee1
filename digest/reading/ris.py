"""RIS, the tagged format every reference manager exports, read by rispy."""

from __future__ import annotations

import re
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Reject, Sighting
from digest.reading import bibliography, lines, sources
from digest.reading.origin import Origin

NAME = "ris"

_BEGIN = re.compile(r"(?m)^\ufeff?[ \t]{0,9}TY {1,2}- ?[A-Z]{2,8}[ \t]*$")
_TAG = re.compile(r"[A-Z][A-Z0-9] {1,2}-(?: |$)")
_TOP = 4096  # bytes; some exporters put a line or two before the first reference
_NO_END = "the file ends in this reference"


def recognise(origin: Origin) -> str | None:
    """A line near the top that gives a reference's type (``TY  - JOUR``)."""
    top = origin.text[:_TOP]
    return "a RIS reference" if _BEGIN.search(top) else None


def read(origin: Origin, witness: str) -> Dump:
    """All references, in order; one without an end or a title is a reject with its line.

    Raises `Unreadable` where no reference can be read.
    """
    sightings: list[Sighting] = []
    rejects: list[Reject] = []
    references = _references(lines.text(origin.whole()).removeprefix("\ufeff"))
    parsed = iter(_parse([text for _, text, ended in references if ended]))
    for line, _, ended in references:
        found = bibliography.sighting(_reference(next(parsed), line)) if ended else None
        if found is None:
            rejects.append(Reject(line, "a reference without a title" if ended else _NO_END))
        else:
            sightings.append(found)
    if not sightings:
        raise Unreadable(rejects[0].reason if rejects else "RIS without a reference")
    return sources.dump_of_file(origin, NAME, witness, sightings, rejects)


def _references(text: str) -> list[tuple[int, str, bool]]:
    """Each reference with its line, and whether its ``ER`` came before the next one.

    rispy drops what has no end without a word, so only whole references are given to it.
    """
    found: list[tuple[int, str, bool]] = []
    begin = 0
    kept: list[str] = []
    for number, line in enumerate(text.split("\n"), start=1):
        tag = line.lstrip()[:5].replace(" ", "")
        if tag == "TY-":
            if kept:
                found.append((begin, "", False))
            begin, kept = number, [line.strip()]
        elif kept:
            kept.append(line.strip() if _TAG.match(line.strip()) else line)
            if tag == "ER-":
                found.append((begin, "\n".join(kept) + "\n", True))
                kept = []
    if kept:
        found.append((begin, "", False))
    return found


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


def _reference(fields: dict[str, Any], line: int) -> bibliography.Reference:
    def of(*names: str) -> tuple[str, ...]:
        found = (fields.get(name) for name in names)
        return tuple(
            text
            for one in found
            for text in (one if isinstance(one, list) else [one])
            if isinstance(text, str)
        )

    def first(*names: str) -> str:
        return next(iter(of(*names)), "")

    return bibliography.Reference(
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
