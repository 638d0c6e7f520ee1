"""A reader's own library: what a reference manager exports, as the papers that are kept.

BibTeX and RIS are read by their dialects; Zotero's CSV and the JSON forms (CSL, Better
BibTeX) here, because no listing comes in them. Opens no file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from digest import text as words
from digest.errors import Unreadable
from digest.model.papers import LibraryPaper
from digest.parsers.fields import markup, timestamps
from digest.parsers.formats import bibtex, ris
from digest.parsers.input import lines
from digest.parsers.input.input_file import HEAD_BYTES, InputFile

_TITLE = ("title", "Title")
_ABSTRACT = ("abstract", "abstractNote", "Abstract Note")
_ADDED = ("dateAdded", "Date Added")
# As BibDesk, Better BibTeX, JabRef (new and old) and BibSonomy write it into BibTeX.
_ADDED_BIBTEX = ("date-added", "dateadded", "creationdate", "timestamp", "added-at")


def read(name: str, raw: bytes) -> tuple[LibraryPaper, ...]:
    """The papers of a library, those known to be added last first, else the last in the file.

    Raises `Unreadable` for another form, and for a library without a title.
    """
    origin = InputFile(name, raw[:HEAD_BYTES], io.BytesIO(raw))
    found = [kept for kept in _kept(origin, lines.decode(raw)) if kept.title]
    if not found:
        raise Unreadable("no paper with a title was found in it")
    found.reverse()
    found.sort(key=lambda kept: kept.added or "", reverse=True)
    return tuple(found)


def _kept(origin: InputFile, text: str) -> Iterator[LibraryPaper]:
    if bibtex.detect(origin):
        for fields in bibtex.bare_fields(text):
            yield _of(fields.get("title", ""), fields.get("abstract", ""), _added(fields))
    elif ris.detect(origin):
        for one in ris.read(origin, "").sightings:
            yield _of(one.title, one.abstract or "", "")
    elif text.lstrip("\ufeff \n")[:1] in ("[", "{"):
        yield from map(_of_record, _records(text))
    elif "title" in text[:4096].partition("\n")[0].lower():
        yield from map(_of_record, csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
    else:
        raise Unreadable("not a library in a form we know")


def _added(fields: dict[str, str]) -> str:
    return next((fields[name] for name in _ADDED_BIBTEX if fields.get(name)), "")


def _of(title: str, abstract: str, added: str) -> LibraryPaper:
    """A paper of a library, its words as an issue would show them."""
    shown = words.mend(markup.to_line(title)).text
    return LibraryPaper(
        shown, words.mend(markup.to_text(abstract)).text or None, timestamps.day(added)
    )


def _records(text: str) -> Iterable[dict[str, Any]]:
    """CSL is a list; Better BibTeX keeps its own under ``items``."""
    try:
        found = msgspec.json.decode(text.removeprefix("\ufeff"))
    except msgspec.DecodeError as error:
        raise Unreadable(f"not JSON: {error}") from error
    listed = found.get("items") if isinstance(found, dict) else found
    if not isinstance(listed, list):
        raise Unreadable("JSON without a list of papers")
    return [one for one in listed if isinstance(one, dict)]


def _of_record(record: dict[str, Any]) -> LibraryPaper:
    def first(names: tuple[str, ...]) -> str:
        return next((value for name in names if isinstance(value := record.get(name), str)), "")

    return _of(first(_TITLE), first(_ABSTRACT), first(_ADDED))
