"""BibTeX and BibLaTeX, parsed with bibtexparser: lists of references and exported libraries."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import references, sources
from digest.parsers.fields.references import LibraryEntry
from digest.parsers.input import lines
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "bibtex"

_ENTRY = r"(?mi)^([ \t]{0,20}@(?!comment|string|preamble)[a-z]{3,20}\s{0,9}\{)[^,{}=\n]{0,200},"
_GROUP = r"(\\[A-Za-z]{1,30}\*?\s?|\\[^A-Za-z\s]|[\^_])?\{([^{}]{0,9999})\}"
_LETTER = r"\\[A-Za-z]{1,2}$"  # a letter that its braces keep apart ({\o}, {\ss})
_ABBREVIATION = (
    r"(?mi)^[ \t]{0,20}@string[ \t]{0,9}[{(][ \t]{0,9}([^\s=]{1,99})[^\n]{0,9999}[)}][ \t]*$"
)
_CHUNK = 100_000  # characters parsed at a time
_LONGEST = 2_000_000  # characters of an entry; one with 3,000 authors takes 60,000
_DEEPEST = 6  # groups inside groups
_TOP = 4096  # characters; managers put a line or two of their own before the first entry
_AND = r"(?i)\s+and\s+"
# As BibDesk, Better BibTeX, JabRef (new and old) and BibSonomy name it.
_ADDED = ("date-added", "dateadded", "creationdate", "timestamp", "added-at")


def detect(input_file: InputFile) -> str | None:
    """Detect BibTeX by a line near the top that opens an entry (``@article{key,``)."""
    top = input_file.head_text[:_TOP]
    return "a BibTeX entry" if "@" in top and re.search(_ENTRY, top) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all references in order; an entry that does not parse becomes a reject with its line.

    Raises `Unreadable` if no entry can be read.
    """
    sightings: list[Sighting] = []
    rejects = Rejects()
    for library, lines_above in _parsed_chunks(_text(input_file)):
        for block in library.failed_blocks:
            rejects.add(lines_above + block.start_line + 1, "a broken BibTeX entry")
        for entry in library.entries:
            line = lines_above + entry.start_line + 1
            paper = references.sighting(_reference(_fields(entry), line))
            if paper is None:
                rejects.add(line, "a reference without a title")
            else:
                sightings.append(paper)
    if not sightings:
        first = min(rejects, default=None, key=lambda reject: reject.line)
        raise Unreadable(first.reason if first else "BibTeX without a reference")
    return sources.build_dump(input_file, NAME, evidence, tuple(sightings), rejects)


def library_entries(input_file: InputFile) -> Iterator[LibraryEntry]:
    """Yield title, abstract and the day it was added of each entry, without protecting braces."""
    for library, _ in _parsed_chunks(_text(input_file)):
        for entry in library.entries:
            fields = {name: _unbraced(value) for name, value in _fields(entry).items()}
            added = next((fields[name] for name in _ADDED if fields.get(name)), "")
            yield LibraryEntry(fields.get("title", ""), fields.get("abstract", ""), added)


def _text(input_file: InputFile) -> str:
    return lines.decode(input_file.read_all()).removeprefix("\ufeff")


def _fields(entry: Any) -> dict[str, str]:
    return {field.key.lower(): str(field.value) for field in entry.fields}


def _parsed_chunks(text: str) -> Iterator[tuple[Any, int]]:
    """Parse a text in chunks of whole entries.

    Yields bibtexparser's library of each chunk and the number of lines above the chunk.
    """
    import logging

    from bibtexparser import entrypoint  # takes 150 ms, and few runs read BibTeX

    # The parser logs each entry that it cannot parse. `read` makes rejects of them instead.
    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)
    numbers = itertools.count()
    abbreviations: dict[str, str] = {}
    lines_above = 0
    # A library takes nine times the memory of its text, hence chunks.
    for start, end in itertools.pairwise((*_chunk_starts(text), len(text))):
        if end - start > _LONGEST:
            raise Unreadable("an entry too long for a reference", line=lines_above + 1)
        # The parser rejects the second entry under a key, but it is a paper as well.
        chunk = re.sub(_ENTRY, lambda entry: f"{entry[1]}entry-{next(numbers)},", text[start:end])
        # An abbreviation (@string) holds to the end of the file, so later chunks repeat it.
        repeated = "".join(f"{line}\n" for line in abbreviations.values())
        yield entrypoint.parse_string(repeated + chunk), lines_above - len(abbreviations)
        for abbreviation in re.compile(_ABBREVIATION).finditer(text, start, end):
            abbreviations[abbreviation[1].lower()] = abbreviation[0]
        lines_above += text.count("\n", start, end)


def _chunk_starts(text: str) -> Iterator[int]:
    """Yield where each chunk starts: 0, then the first entry after every `_CHUNK` characters."""
    yield (last := 0)
    for entry in re.finditer(_ENTRY, text):
        if entry.start() - last >= _CHUNK:
            yield (last := entry.start())


def _reference(fields: dict[str, str], line: int) -> references.Reference:
    def values(*names: str) -> tuple[str, ...]:
        return tuple(fields[name] for name in names if fields.get(name))

    # BibLaTeX has "eprinttype" instead. Without either field, managers mean arXiv.
    archive = fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).lower()
    eprint = values("eprint") if archive == "arxiv" else ()
    return references.Reference(
        title=_unbraced(fields.get("title", "")),
        abstract=_unbraced(fields.get("abstract", "")),
        authors=tuple(
            _mended(name) if "\\" in name else name
            for name in re.split(_AND, _unbraced(fields.get("author", "")))
            if name.lower() != "others"
        ),
        addresses=(*eprint, *map(_address, values("url", "doi", "howpublished", "ee"))),
        places=values("journal", "journaltitle", "note", "number", "annote", "volume", "publisher"),
        published=_date(fields),
        categories=(*values("primaryclass"), *re.split(r"[,;]", fields.get("keywords", ""))),
        line=line,
    )


def _mended(name: str) -> str:
    from digest import text  # takes 40 ms, and few names hold TeX

    return text.mend(name).text


def _address(value: str) -> str:
    """Return an address without the macro around it and without escapes of TeX."""
    return re.sub(r"\\url|\\(?=[%&#$_~{}])|[{}]", "", value).strip()


def _unbraced(value: str) -> str:
    """Return a field without braces that only protect capitals.

    Keeps braces around arguments and single letters, and TeX: `digest.text.mend` repairs it
    later, as for every format.
    """
    for _ in range(_DEEPEST):
        if "{" not in value:
            break
        value = re.sub(_GROUP, _opened, value)
    # `_opened` wrote the braces it keeps as \1 and \2, so that the next round could match those
    # around them.
    return value.replace("\1", "{").replace("\2", "}")


def _opened(group: re.Match[str]) -> str:
    only_protects = group[1] is None and not re.search(_LETTER, group[2])
    return group[2] if only_protects else f"{group[1] or ''}\1{group[2]}\2"


def _date(fields: dict[str, str]) -> str:
    if fields.get("date"):
        return fields["date"]
    return " ".join(fields[name] for name in ("day", "month", "year") if fields.get(name))
