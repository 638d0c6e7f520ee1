"""RIS, the tagged format that every reference manager exports.

The tags are those of https://en.wikipedia.org/wiki/RIS_(file_format). A reference begins with
``TY`` and ends with ``ER``, with the next ``TY``, or with the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from digest.model.papers import Dump
from digest.parsers.fields import references, timestamps
from digest.parsers.fields.references import LibraryEntry, Reference, ReferenceRecord
from digest.parsers.input import text_blocks
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "ris"

_BLANKS, _HYPHENS = r"[ \t\xa0]", r"[-\u2010-\u2014]"
_BEGIN = (
    rf"(?m)^\ufeff?{_BLANKS}{{0,9}}TY{_BLANKS}{{1,3}}{_HYPHENS}{_BLANKS}{{0,3}}"
    rf"([A-Z]{{2,8}}){_BLANKS}*$"
)
# The same page lists the types; some programs write others.
_TYPES = frozenset(
    "ABST ADVS AGGR ANCIENT ART ARTICLE BILL BLOG BOOK CASE CHAP CHART CLSWK COMP CONF CPAPER CTLG "
    "DATA DBASE DICT EBOOK ECHAP EDBOOK EJOUR ELEC ENCYC EQUA FIGURE GEN GOVDOC GRANT HEAR ICOMM "
    "INPR INTV JFULL JOUR LEGAL MANSCPT MAP MGZN MPCT MULTI MUSIC NEWS PAMP PAT PCOMM POD PREPRINT "
    "PRESS RPRT SER SLIDE SOUND STAND STAT STD THES UNBILL UNPB UNPD VIDEO WEB".split()
)
# With one blank before the hyphen a line is tagged only by RIS's own tags, since a sentence
# may go on with "AI - ...".
_OWN_TAGS = (
    "A1|A2|A3|A4|AB|AD|AN|AU|C[1-8]|CA|CN|CT|CY|DA|DB|DI|DO|DP|ED|EP|ER|ET|ID|IS|J1|J2|JA|JF|JO|"
    "KW|L[1-4]|LA|LB|LK|M[1-3]|N1|N2|NV|OP|PB|PP|PY|RI|RN|RP|SE|SN|SP|ST|T[1-3]|TA|TI|TT|TY|U[1-5]|"
    "UR|VL|VO|Y1|Y2"
)
_TAG = (
    rf"{_BLANKS}{{0,9}}(?:([A-Z][A-Z0-9])(?:{_BLANKS}{{2,3}}|\t){_HYPHENS}(?:{_BLANKS}|$)"
    rf"|({_OWN_TAGS}){_BLANKS}{_HYPHENS}(?:{_BLANKS}|$)"
    rf"|({_OWN_TAGS}){_BLANKS}{{2}}{_HYPHENS}|(TY){_BLANKS}{_HYPHENS}(?=[A-Z]{{2,8}}{_BLANKS}*$)"
    rf"|(ER){_BLANKS}*(?:{_HYPHENS}.*)?$)"
)
_TOP = 4096  # characters; some exporters put a line or two before the first reference
_LOOK_AHEAD, _FIRST_ROWS = 4096, 6  # after the type of a reference
_MAX_CHARS = 2_000_000  # of a reference; one with 3,000 authors has 60,000
_TITLES = ("TI", "T1", "CT")
_ADDRESSES = ("UR", "LK", "DO", "DI", "AN", "IS", "ID", "L1", "L2")
_PLACES = ("JO", "JF", "J1", "J2", "JA", "T2", "IS", "VL", "N1", "M1", "M3", "C7", "SP", "PB")
_AUTHORS = ("AU", "A1")
_EDITORS = ("A2", "ED")
_DATES = ("DA", "PY", "Y1")
_TEXTS = (*_TITLES, "AB", "N2", "N1")  # these go on over lines
_BORDERS = frozenset({"TY", "ER"})
_USED = frozenset((*_TEXTS, *_ADDRESSES, *_PLACES, *_AUTHORS, *_EDITORS, *_DATES, "KW", *_BORDERS))
_TOO_LONG = "a reference too long to be one"
_NO_BEGIN = "a title without the line TY before it"
_NO_END = "the file ends in this reference"


def detect(input_file: InputFile) -> str | None:
    """Detect RIS by a reference near the top: its type (``TY  - JOUR``) and further tags.

    Before it may stand words that are no records of another form.
    """
    # This search is faster than the pattern's.
    if "TY" not in input_file.head_text:
        return None
    text = input_file.head_text
    for opening in re.finditer(_BEGIN, text[:_TOP]):
        if _opens_reference(text, opening):
            is_quoted = references.is_quoted(text[:_TOP], opening.start())
            return None if is_quoted else "a RIS reference"
    return None


def _opens_reference(text: str, opening: re.Match[str]) -> bool:
    """Return whether a further tag follows a type; two, if the type is unknown."""
    after = text[opening.end() : opening.end() + _LOOK_AHEAD].splitlines()
    rows = [row for row in after if row.strip()][:_FIRST_ROWS]
    tags = [tag for row in rows if (tag := _tagged(row)[0])]
    if "TY" in tags:
        tags = tags[: tags.index("TY")]
    return len(tags) > (opening[1] not in _TYPES)


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all references in order; one without a title becomes a reject with its line.

    So does the last one if it alone has no end. Raises `Unreadable` if no reference can be read.
    """
    return references.build_dump(input_file, NAME, evidence, _records(input_file), _reference)


def library_entries(input_file: InputFile) -> Iterator[LibraryEntry]:
    """Yield title and abstract of each reference; RIS has no field for the day it was added."""
    for paper in references.sightings(_records(input_file), _reference, Rejects()):
        yield LibraryEntry(paper.title, paper.abstract or "")


def _records(input_file: InputFile) -> Iterator[ReferenceRecord]:
    return _ReferenceScan().records(_rows(text_blocks.iter_blocks(input_file)))


def _rows(blocks: Iterator[str]) -> Iterator[str]:
    """Yield the lines of a text; of one that is longer than a reference, the beginning."""
    rest = ""
    for block in blocks:
        *rows, last = block.split("\n")
        if rows:
            yield rest + rows[0]
            yield from rows[1:]
            rest = last
        else:
            rest = rest + last if len(rest) <= _MAX_CHARS else rest
    yield rest


class _ReferenceScan:
    """The state of reading references line by line."""

    def __init__(self) -> None:
        self._fields: dict[str, list[str]] | None = None  # None between two references
        self._begin, self._chars = 0, 0
        self._tag = ""  # of the line above
        self._more: list[str] = []  # the lines in which the last value goes on
        self._has_ends = False

    def records(self, rows: Iterator[str]) -> Iterator[ReferenceRecord]:
        """Yield all references, and titles between them, which have lost their beginning."""
        for number, row in enumerate(rows, start=1):
            tag, value = _tagged(row)
            if not tag:
                self._continue(value)
                continue
            if self._more:
                self._join()
            if tag in _BORDERS:
                yield from self._border(tag, number)
            elif self._fields is None:
                if tag in _TITLES and value:
                    yield ReferenceRecord(number, {}, _NO_BEGIN)
            elif tag in _USED and self._chars <= _MAX_CHARS:
                self._fields.setdefault(tag, []).append(value)
            self._tag = tag
            self._chars += len(row)
        self._join()
        # A file with ends that lacks the last one is cut, perhaps within an id.
        yield from self._end(_NO_END if self._has_ends else "")

    def _border(self, tag: str, number: int) -> Iterator[ReferenceRecord]:
        yield from self._end()
        if tag == "ER":
            self._has_ends = True
        else:
            self._fields, self._begin, self._chars = {}, number, 0

    def _end(self, problem: str = "") -> Iterator[ReferenceRecord]:
        if self._fields is not None:
            problem = _TOO_LONG if self._chars > _MAX_CHARS else problem
            yield ReferenceRecord(self._begin, self._fields, problem, problem == _NO_END)
        self._fields = None

    def _continue(self, value: str) -> None:
        """Add a line without a tag to the text above it."""
        self._chars += len(value) + 1
        if value and self._fields and self._tag in _TEXTS and self._chars <= _MAX_CHARS:
            self._more.append(value)

    def _join(self) -> None:
        if self._more and self._fields and self._tag in self._fields:
            values = self._fields[self._tag]
            values[-1] = " ".join(filter(None, (values[-1], *self._more)))
        self._more.clear()


def _tagged(row: str) -> tuple[str, str]:
    """Return tag and value of a line, or no tag and the whole line."""
    if row[2:6] == "  - " and row[:2] in _USED:
        return row[:2], row[6:].strip()  # nearly all lines, and four times as fast
    match = re.match(_TAG, row)
    if match is None:
        return "", row.strip()
    return next(filter(None, match.groups()), ""), row[match.end() :].strip()


def _reference(record: ReferenceRecord) -> Reference:
    values = record.values
    return Reference(
        title=record.first(*_TITLES),
        abstract="\n".join(values("AB") or values("N2")),
        authors=tuple(dict.fromkeys(values(*_AUTHORS) or values(*_EDITORS))),
        addresses=values(*_ADDRESSES),
        places=(
            *values(*_PLACES),
            *references.volume_ids(record.first("JO", "JF", "T2"), values("VL")),
        ),
        notes=values("N1"),
        published=_published(values(*_DATES)),
        categories=values("KW"),
        line=record.line,
    )


def _published(dates: tuple[str, ...]) -> str:
    """Return the first date with a day of the month, else the first one."""
    for written in dates:
        if match := re.match(r"(\d{4})/(\d{1,2})/(\d{1,2})(?!\d)", written):
            return "/".join(part.zfill(2) for part in match.groups())
    return next((written for written in dates if timestamps.day(written)), next(iter(dates), ""))
