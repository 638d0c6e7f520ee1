"""Count the records that open in raw bytes, without calling a parser.

Each format has a function of its own, written from its grammar. It returns the places of the
openings, or None where the bytes alone do not decide. That is so for the pages of text and HTML
cards, where a title is a title by what stands around it: there only a file whose records are
known is judged exactly.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator

_XML_TOKEN = re.compile(
    rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>|<!DOCTYPE[^>\[]*(?:\[[^\]]*\]\s*)?>"
    rb"|<(?P<close>/?)(?:[\w.-]+:)?(?P<name>[A-Za-z_][\w.-]*)(?P<rest>(?:\s+[\w:.-]+\s*=\s*"
    rb"(?:\"[^\"<]*\"|'[^'<]*'))*\s*/?)>",
    re.DOTALL,
)
_CDATA = b"<![CDATA["
_BIBTEX = re.compile(rb"(?i)@(?!(?:comment|string|preamble)\b)[a-z]+\s*[{(]")
_RIS = re.compile(rb"(?:\xef\xbb\xbf)?[ \t]*TY {1,2}- ?[A-Z]{2,8}[ \t]*\r?\Z")
_LABELLED = re.compile(rb"(?mi)^[-*#> ]{0,4}(?:\*\*)?Title(?:\*\*)?:(?:\*\*)?[ \t]*\S")


def find(format_name: str, data: bytes) -> list[int] | None:
    """Return the places where records open in a file of a format; None if undecided.

    ``format_name`` is the name of the format in a dump (``feed``, ``ris``, ...).
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in data:
        return None  # two bytes a character, or damage
    find_in = _FORMATS.get(format_name)
    return find_in(data) if find_in else None


def _xml(names: bytes) -> Callable[[bytes], list[int] | None]:
    """Return the function that finds elements with these names.

    Only a document whose tags all pair is decided: where none does, a parser may be right to
    begin a record elsewhere. So it may where a CDATA section holds the mark of another: it may
    have lost its end, with records after it. An element inside another of these names is no
    record of its own.
    """
    wanted = re.compile(rb"(?:" + names + rb")\Z")

    def places(data: bytes) -> list[int] | None:
        found: list[int] = []
        open_names: list[bytes] = []
        position = 0
        for token in _XML_TOKEN.finditer(data):
            if b"<" in data[position : token.start()]:
                return None  # something that is no markup
            position = token.end()
            name = token["name"]
            if _CDATA in token[0][len(_CDATA) :]:
                return None
            if name is None:
                continue
            if token["close"]:
                if not open_names or open_names.pop() != name:
                    return None
                continue
            if wanted.match(name):
                if any(map(wanted.match, open_names)):
                    return None
                found.append(token.start())
            if not token["rest"].endswith(b"/"):
                open_names.append(name)
        return found if not open_names and b"<" not in data[position:] else None

    return places


def _bibtex(data: bytes) -> list[int] | None:
    """Return the places of ``@type{``: each must stand after the end of the one before.

    An entry ends where its braces close. In quotation marks they must pair as well
    (https://ctan.org/pkg/btxdoc), so that they can be counted everywhere.
    """
    found: list[int] = []
    end = inside = 0
    for opening in _BIBTEX.finditer(data):
        if opening.start() < end:
            before = data[inside : opening.start()]
            if before.count(b"{") <= before.count(b"}") and not before.count(b'"') % 2:
                return None  # in the place of a key or of a field's name
            if data[: opening.start()].rpartition(b"\n")[2].strip():
                continue  # inside a value
            return None  # so does this, but it may as well be the next entry
        if b"@" in data[end : opening.start()] or data[end : opening.start()].strip():
            return None  # text that is a comment, or what is left of an entry
        entry_end = _entry_end(data, opening.end() - 1)
        if entry_end is None:
            return None
        found.append(opening.start())
        end, inside = entry_end, opening.end()
    return None if data[end:].strip() else found


def _entry_end(data: bytes, start: int) -> int | None:
    depth = 0
    closing = b")" if data[start : start + 1] == b"(" else b"}"
    for mark in re.finditer(rb"\\.|[{}()]", data[start + 1 :]):
        if mark[0] == b"{":
            depth += 1
        elif mark[0] == closing and not depth:
            return start + 1 + mark.end()
        elif mark[0] == b"}":
            depth -= 1
        if depth < 0:
            return None
    return None


def _ris(data: bytes) -> list[int] | None:
    """Return the places of ``TY  - TYPE``; a line that is nearly one leaves it open.

    So do fields before the first type or after the end of a reference: their own may be lost.
    """
    found, is_open = [], False
    for line in re.finditer(rb"(?m)^[^\n]*", data):
        if _RIS.match(line[0]):
            found.append(line.start())
            is_open = True
        elif re.match(rb".{0,9}TY {0,9}-", line[0]):
            return None
        elif re.match(rb"[ \t]*[A-Z][A-Z0-9] {0,9}-", line[0]):
            if not is_open:
                return None
            is_open = not line[0].lstrip().startswith(b"ER")
    return None if re.search(rb"\r(?!\n)", data) else found


def _labelled(data: bytes) -> list[int] | None:
    return [match.start() for match in _LABELLED.finditer(data)]


def _json(data: bytes) -> list[int] | None:
    """Return the places of the objects of a list, or of the only list in an object."""
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict):
        lists = [inner for inner in value.values() if _has_objects(inner)]
        # An object with names of its own may be a record, and lists inside it its authors.
        if len(lists) != 1 or {"title", "id", "doi"} & value.keys():
            return None
        value = lists[0]
    if value == []:
        return []
    list_start = re.search(rb"\[\s*(?=\{)", data)
    if not _has_objects(value) or list_start is None:
        return None
    starts = list(_objects(data, list_start.end()))
    return starts if len(starts) == len(value) else None


def _has_objects(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(record, dict) for record in value)


def _objects(data: bytes, start: int) -> Iterator[int]:
    """Yield the places of the objects directly inside a list that begins before ``start``."""
    depth = 0
    for token in re.finditer(rb'"(?:\\.|[^"\\])*"|[\[\]{}]', data[start:]):
        if token[0] in (b"{", b"["):
            if not depth:
                yield start + token.start()
            depth += 1
        elif token[0] in (b"}", b"]"):
            depth -= 1
            if depth < 0:
                return


def _lines_or_json(data: bytes) -> list[int] | None:
    """Return the places of JSON Lines if every line is an object, else those of a list."""
    if re.search(rb"\r(?!\n)", data):
        return None  # the end of a line, or none
    found, position = [], 0
    for line in data.split(b"\n"):
        if line.strip():
            try:
                is_object = isinstance(json.loads(line), dict)
            except (ValueError, RecursionError):
                is_object = False
            if not is_object or b'"' not in line:
                return _json(data)
            found.append(position)
        position += len(line) + 1
    return found if len(found) > 1 else _json(data)


_FORMATS: dict[str, Callable[[bytes], list[int] | None]] = {
    "feed": _xml(rb"item|entry"),
    "oai-pmh": _xml(rb"record"),
    "pubmed-xml": _xml(rb"PubmedArticle|PubmedBookArticle"),
    "acl-anthology": _xml(rb"paper"),
    "bibtex": _bibtex,
    "ris": _ris,
    "labelled-text": _labelled,
    "daily-papers-api": _json,
    "json-feed": _json,
    "json": _lines_or_json,
}
