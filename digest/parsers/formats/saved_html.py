"""The listing page as a browser or a downloader saved it, or as a mail contains it.

The page has its records twice: as JSON in a ``data-props`` attribute (complete, read as an
answer of the API) and as cards (read like a linked text, often without abstracts). Other pages
of the same site are no listings.
"""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers import formats
from digest.parsers.fields import dates
from digest.parsers.input import encodings
from digest.parsers.input.input_file import HEAD_BYTES, InputFile

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

NAME = "saved-html"

_BEGIN = (
    r"(?i)\s{0,99}(?:<\?xml[^<>]{0,200}>\s{0,99})?(?:<!--[^<>]{0,2000}-->\s{0,99}){0,9}"
    r"<(?:!doctype html|html|head|body|main|div|article|section)\b"
)
_TOP = 8192  # characters; longer than all that may stand before the first tag
_EMPTY = '"dailyPapers":[]'
_DAYS = ("date", "dateString", "currentDate")


def detect(input_file: InputFile) -> str | None:
    """Detect a document that begins with one of HTML's own tags."""
    is_html = input_file.first_character == "<" and re.match(_BEGIN, input_file.head_text[:_TOP])
    return "a document of HTML" if is_html else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read the records in the page's JSON if it has them, else its cards.

    Raises `Unreadable` for a page that lists no papers, and for markup too costly to parse.
    """
    from selectolax.lexbor import LexborHTMLParser

    from digest.parsers.listing_page import card_dump, furniture, html_pieces
    from digest.parsers.listing_page.cards import CardParser

    data = input_file.read_all()
    html_pieces.check_markup(data)
    tree = LexborHTMLParser(_in_utf8(data))
    properties = _properties(tree)
    if properties is not None:
        return _from_properties(input_file, evidence, data, properties)
    cards = CardParser(started=False, headings=False)
    records = tuple(cards.records(html_pieces.page_pieces(tree, data)))
    if not records:
        raise Unreadable("not a listing of papers")
    return card_dump.build_dump(
        input_file, NAME, f"{evidence}, read by its cards", cards, records, None, furniture.SOURCE
    )


def _in_utf8(data: bytes) -> bytes:
    """Return the page in UTF-8, decoded by its byte order mark, its bytes or its declaration."""
    return encodings.in_utf8(data, encodings.declared_in_html(data[:HEAD_BYTES]))


def _properties(tree: LexborHTMLParser) -> dict[str, Any] | None:
    """Return the properties of the first component that has a list of papers."""
    for node in tree.css("[data-props]"):
        text = node.attributes.get("data-props") or ""
        # Decoding the properties of every component would cost much more than this search.
        if '"paper"' not in text and _EMPTY not in text:
            continue
        try:
            properties = msgspec.json.decode(text.encode(errors="replace"))
        except (msgspec.DecodeError, RecursionError):
            continue
        if isinstance(properties, dict) and (_entries(properties) or _EMPTY in text):
            return properties
    return None


def _entries(properties: dict[str, Any]) -> list[Any]:
    """Return the first list of entries that hold a paper each."""
    for value in properties.values():
        lists_papers = isinstance(value, list) and all(
            isinstance(entry, dict) and "paper" in entry for entry in value
        )
        if lists_papers and value:
            return list(value)
    return []


def _from_properties(
    input_file: InputFile, evidence: str, data: bytes, properties: dict[str, Any]
) -> Dump:
    """Read the entries as an answer of the API; all get the line of the attribute."""
    answer = msgspec.json.encode(_entries(properties))
    answer_file = InputFile(
        input_file.name, answer[:HEAD_BYTES], io.BytesIO(answer), input_file.modified
    )
    dump = formats.load("daily_papers_api").read(answer_file, evidence)
    # In the bytes of the page, the quotes inside the attribute are escaped.
    line = data.count(b"\n", 0, max(data.find(b"&quot;paper&quot;"), 0)) + 1
    day = _page_day(properties)
    return msgspec.structs.replace(
        dump,
        format_name=NAME,
        page_date=day.isoformat() if day else dump.page_date,
        sightings=tuple(msgspec.structs.replace(paper, line=line) for paper in dump.sightings),
        rejects=tuple(msgspec.structs.replace(reject, line=line) for reject in dump.rejects),
        evidence=dump.evidence | {"dialect": f"{evidence}, read by the JSON it carries"},
    )


def _page_day(properties: dict[str, Any]) -> date | None:
    days = (properties.get(name) for name in _DAYS)
    return next((dates.iso_day(day) for day in days if isinstance(day, str)), None)
