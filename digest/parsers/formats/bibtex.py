"""BibTeX and BibLaTeX: lists of references and exported libraries."""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.model.papers import Dump
from digest.parsers.bibtex import field_values, openings
from digest.parsers.bibtex.entries import EntryReader
from digest.parsers.fields import references
from digest.parsers.fields.references import LibraryEntry, Reference, ReferenceRecord
from digest.parsers.input import text_blocks
from digest.parsers.input.input_file import InputFile

NAME = "bibtex"

_TOP = 4096  # characters; managers put a line or two of their own before the first entry
_LABEL = r"(?im)^[ \t]*%.{0,99}?\b(?:encoding:|coding[:=])[ \t]*([\w.:-]{2,40})"
# As BibDesk, Better BibTeX, JabRef (new and old) and BibSonomy name it.
_ADDED = ("date-added", "dateadded", "creationdate", "timestamp", "added-at")


def detect(input_file: InputFile) -> str | None:
    """Detect BibTeX by a whole entry near the top (``@article{key, title = ``).

    Before it stand comments, or words that are no records of another form.
    """
    top = input_file.head_text
    # A file that begins with a comment or a preamble may have long ones.
    top = top if input_file.first_character in {"@", "%"} else top[:_TOP]
    opening = openings.first_whole(top) if "@" in top else None
    if opening is None or references.is_quoted(top, opening.start()):
        return None
    return "a BibTeX entry"


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all references in order; an entry that does not parse becomes a reject with its line.

    Raises `Unreadable` if no entry can be read.
    """
    return references.build_dump(input_file, NAME, evidence, _entries(input_file), _reference)


def library_entries(input_file: InputFile) -> Iterator[LibraryEntry]:
    """Yield title, abstract and the day it was added of each entry, without protecting braces."""
    for entry in _entries(input_file):
        values = (entry.first("title"), entry.first("abstract"), entry.first(*_ADDED))
        yield LibraryEntry(*map(field_values.unbraced, values))


def _entries(input_file: InputFile) -> EntryReader:
    label = re.search(_LABEL, input_file.head_text[:_TOP])  # as JabRef and Emacs write it
    return EntryReader(text_blocks.iter_blocks(input_file, label[1] if label else None))


def _reference(entry: ReferenceRecord) -> Reference:
    values, first = entry.values, entry.first
    return Reference(
        title=field_values.unbraced(first("title")),
        abstract=field_values.unbraced(first("abstract")),
        authors=field_values.names(first("author")),
        addresses=(
            *_eprints(entry),
            *map(
                field_values.address,
                values("arxiv", "arxivid", "arxiv_id", "url", "doi", "howpublished", "ee", "link"),
            ),
        ),
        places=(
            *references.volume_ids(first("journal", "journaltitle"), values("volume", "pages")),
            *values(
            "journal", "journaltitle", "note", "number", "annote", "volume", "publisher",
            "howpublished", "eid", "pages", "booktitle", "series",
        )),
        notes=values("note", "annote", "comment"),
        published=field_values.published(*map(first, ("date", "day", "month", "year"))),
        categories=(
            *values("primaryclass", "eprintclass"),
            *(part for value in values("keywords") for part in re.split(r"[,;]", value)),
        ),
        line=entry.line,
    )  # fmt: skip


def _eprints(entry: ReferenceRecord) -> tuple[str, ...]:
    """Return the ids of an entry's ``eprint`` if they are arXiv's."""
    # BibLaTeX has "eprinttype" instead. Without either field, managers mean arXiv.
    archive = entry.first("archiveprefix", "eprinttype") or "arxiv"
    if archive.strip(" {}").lower() != "arxiv":
        return ()
    # Ids before 2007 have the archive in front, which some managers leave to the class.
    archive_name = entry.first("primaryclass", "eprintclass").partition(".")[0]
    return tuple(
        f"{archive_name}/{eprint}" if re.fullmatch(r"\d{7}(?:v\d+)?", eprint) else eprint
        for eprint in map(field_values.address, entry.values("eprint"))
    )
