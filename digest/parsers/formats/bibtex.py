"""BibTeX and BibLaTeX, read by bibtexparser."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Iterator
from typing import Any

from digest import text as words
from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import references, sources
from digest.parsers.input import lines
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "bibtex"

_KEY = re.compile(
    r"(?m)^([ \t]{0,20}@(?!comment|string|preamble)[a-z]{3,20}\s{0,9}\{)[^,{}=\n]{0,200},",
    re.IGNORECASE,
)
_GROUP = re.compile(r"(\\[A-Za-z]{1,30}\*?\s?|\\[^A-Za-z\s]|[\^_])?\{([^{}]{0,9999})\}")
_LETTER = re.compile(r"\\[A-Za-z]{1,2}$")  # a letter that its braces keep apart ({\o}, {\ss})
_ABBREVIATION = re.compile(
    r"(?mi)^[ \t]{0,20}@string[ \t]{0,9}[{(][ \t]{0,9}([^\s=]{1,99})[^\n]{0,9999}[)}][ \t]*$"
)
_SOME = 100_000  # characters parsed at a time
_LONGEST = 2_000_000  # characters of an entry; one with 3,000 authors takes 60,000
_DEEPEST = 6  # groups inside groups
_TOP = 4096  # bytes; managers put a line or two of their own before the first entry
_AND = re.compile(r"\s+and\s+", re.IGNORECASE)


def detect(origin: InputFile) -> str | None:
    """A line near the top that opens an entry (``@article{key,``)."""
    top = origin.head_text[:_TOP]
    return "a BibTeX entry" if "@" in top and _KEY.search(top) else None


def read(origin: InputFile, witness: str) -> Dump:
    """All references, in order; what does not parse is a reject with its line.

    Raises `Unreadable` where no entry can be read.
    """
    sightings: list[Sighting] = []
    rejects = Rejects()
    for library, above in _parsed(lines.decode(origin.read_all()).removeprefix("\ufeff")):
        for block in library.failed_blocks:
            rejects.add(above + block.start_line + 1, "a broken BibTeX entry")
        for entry in library.entries:
            line = above + entry.start_line + 1
            found = references.sighting(_reference(_fields(entry), line))
            if found is None:
                rejects.add(line, "a reference without a title")
            else:
                sightings.append(found)
    if not sightings:
        first = min(rejects, default=None, key=lambda reject: reject.line)
        raise Unreadable(first.reason if first else "BibTeX without a reference")
    return sources.build_dump(origin, NAME, witness, tuple(sightings), rejects)


def bare_fields(text: str) -> Iterator[dict[str, str]]:
    """The fields of each entry by name in lower case, without the braces that only protect."""
    for library, _ in _parsed(text):
        for entry in library.entries:
            yield {name: _bare(value) for name, value in _fields(entry).items()}


def _fields(entry: Any) -> dict[str, str]:
    return {field.key.lower(): str(field.value) for field in entry.fields}


def _parsed(text: str) -> Iterator[tuple[Any, int]]:
    """Bibtexparser's libraries of some entries each, and the number of lines above each.

    Keys are numbered first: two papers under one key are two papers. A library takes nine
    times its text, hence some entries at a time; each is told the abbreviations
    that stand above it.
    """
    from bibtexparser import entrypoint  # 150 ms, for a run with BibTeX only

    logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)  # its news become rejects here
    numbers = itertools.count()
    known: dict[str, str] = {}
    above = 0
    for start, end in itertools.pairwise((*_cuts(text), len(text))):
        if end - start > _LONGEST:
            raise Unreadable("an entry too long for a reference", line=above + 1)
        some = _KEY.sub(lambda key: f"{key[1]}entry-{next(numbers)},", text[start:end])
        told = "".join(f"{line}\n" for line in known.values())
        yield entrypoint.parse_string(told + some), above - len(known)
        known |= {one[1].lower(): one[0] for one in _ABBREVIATION.finditer(text, start, end)}
        above += text.count("\n", start, end)


def _cuts(text: str) -> Iterator[int]:
    """Where to cut a text into stretches of whole entries; the first is its begin."""
    yield (last := 0)
    for key in _KEY.finditer(text):
        if key.start() - last >= _SOME:
            yield (last := key.start())


def _reference(fields: dict[str, str], line: int) -> references.Reference:
    def of(*names: str) -> tuple[str, ...]:
        return tuple(fields[name] for name in names if fields.get(name))

    prefix = fields.get("archiveprefix", fields.get("eprinttype", "arxiv")).lower()
    eprint = of("eprint") if prefix == "arxiv" else ()
    return references.Reference(
        title=_bare(fields.get("title", "")),
        abstract=_bare(fields.get("abstract", "")),
        authors=tuple(
            words.mend(name).text if "\\" in name else name
            for name in _AND.split(_bare(fields.get("author", "")))
            if name.lower() != "others"
        ),
        addresses=(*eprint, *map(_address, of("url", "doi", "howpublished", "ee"))),
        places=of("journal", "journaltitle", "note", "number", "annote", "volume", "publisher"),
        published=_date(fields),
        categories=(*of("primaryclass"), *re.split(r"[,;]", fields.get("keywords", ""))),
        line=line,
    )


def _address(value: str) -> str:
    """An address is never TeX, but may be inside a macro and bear its escapes."""
    return re.sub(r"\\url|\\(?=[%&#$_~{}])|[{}]", "", value).strip()


def _bare(value: str) -> str:
    """A field without the groups that only protect capitals; arguments and letters keep theirs.

    TeX itself stays: it is mended where every dialect's is.
    """
    for _ in range(_DEEPEST):
        if "{" not in value:
            break
        value = _GROUP.sub(_opened, value)
    return value.replace("\1", "{").replace("\2", "}")


def _opened(group: re.Match[str]) -> str:
    bare = group[1] is None and not _LETTER.search(group[2])
    return group[2] if bare else f"{group[1] or ''}\1{group[2]}\2"


def _date(fields: dict[str, str]) -> str:
    if fields.get("date"):
        return fields["date"]
    return " ".join(fields[name] for name in ("day", "month", "year") if fields.get(name))
