"""The listing page as a browser or a downloader saved it, or as a mail contains it.

The page has its records twice: as JSON in a ``data-props`` attribute (complete, read as an
answer of the API) and as cards (read like a linked text, often without abstracts). Other pages
of the same site are no listings.
"""

from __future__ import annotations

import contextlib
import html
import io
import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers import formats
from digest.parsers.fields import dates, json_values
from digest.parsers.input.input_file import HEAD_BYTES, InputFile

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

NAME = "saved-html"

_BEGIN = (
    r"(?i)\s{0,99}(?:<\?xml[^<>]{0,200}>\s{0,99})?(?:<!--[^<>]{0,2000}-->\s{0,99}){0,9}"
    r"<(?:!doctype html|html|head|body|main|div|article|section)\b"
)
_TOP = 8192  # characters; longer than all that may stand before the first tag
_ATTRIBUTE = b'data-props="'
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

    page = html_pieces.read_page(input_file)
    tree = LexborHTMLParser(page)
    carried = (*_carried(tree), *_cut_off(page))
    for text in carried:
        if (properties := _properties(text)) is not None:
            return _from_properties(input_file, evidence, page, properties)
    in_pieces = _from_pieces(input_file, evidence, page, carried)
    cards = CardParser(started=False, headings=False)
    records = tuple(cards.records(html_pieces.page_pieces(tree, page)))
    if records:
        # Every page ends with a tag, also where end tags are left out.
        cards.rejects.is_cut |= not page.rstrip().endswith(b">")
        dump = card_dump.build_dump(
            input_file,
            NAME,
            f"{evidence}, read by its cards",
            cards,
            records,
            None,
            furniture.SOURCE,
        )
        return _completed(dump, in_pieces) if in_pieces else dump
    if in_pieces:
        return in_pieces
    raise Unreadable("not a listing of papers")


def _carried(tree: LexborHTMLParser) -> Iterator[bytes]:
    """Yield the JSON of each component that may have a list of papers."""
    for node in tree.css("[data-props]"):
        text = node.attributes.get("data-props") or ""
        # Decoding the properties of every component would cost much more than this search.
        if '"paper"' in text or _EMPTY in text:
            yield text.encode(errors="replace")


def _cut_off(page: bytes) -> Iterator[bytes]:
    """Yield the JSON in an attribute in which the page ends; a parser of HTML leaves it out."""
    begin = page.rfind(_ATTRIBUTE)
    text = page[begin + len(_ATTRIBUTE) :] if begin >= 0 else b""
    if b"&quot;paper&quot;" in text and b'"' not in text:
        yield html.unescape(text.decode(errors="replace")).encode(errors="replace")


def _properties(text: bytes) -> dict[str, Any] | None:
    """Return the properties of a component if they are whole and have a list of papers."""
    if not json_values.fits_memory(text):
        return None
    try:
        properties = msgspec.json.decode(text)
    except json_values.DECODE_ERRORS:
        return None
    if isinstance(properties, dict) and (_entries(properties) or _EMPTY.encode() in text):
        return properties
    return None


def _entries(properties: dict[str, Any]) -> list[Any]:
    """Return the first list with an entry that holds a paper."""
    for value in properties.values():
        if isinstance(value, list) and any(
            isinstance(entry, dict) and "paper" in entry for entry in value
        ):
            return value
    return []


def _from_properties(
    input_file: InputFile, evidence: str, page: bytes, properties: dict[str, Any]
) -> Dump:
    """Read the entries as an answer of the API."""
    dump = _from_answer(input_file, evidence, page, msgspec.json.encode(_entries(properties)))
    day = _page_day(properties)
    return msgspec.structs.replace(dump, page_date=day.isoformat()) if day else dump


def _from_pieces(
    input_file: InputFile, evidence: str, page: bytes, carried: Iterable[bytes]
) -> Dump | None:
    """Read the whole entries of the first damaged JSON that has any, else return None."""
    for text in carried:
        with contextlib.suppress(Unreadable):
            return _from_answer(input_file, evidence, page, text)
    return None


def _from_answer(input_file: InputFile, evidence: str, page: bytes, answer: bytes) -> Dump:
    """Read JSON as an answer of the API; all entries get the line of the attribute."""
    answer_file = InputFile(
        input_file.name, answer[:HEAD_BYTES], io.BytesIO(answer), input_file.modified
    )
    dump = formats.load("daily_papers_api").read(answer_file, evidence)
    # In the bytes of the page, the quotes inside the attribute are escaped.
    line = page.count(b"\n", 0, max(page.find(b"&quot;paper&quot;"), 0)) + 1
    return msgspec.structs.replace(
        dump,
        format_name=NAME,
        sightings=tuple(msgspec.structs.replace(paper, line=line) for paper in dump.sightings),
        rejects=tuple(msgspec.structs.replace(reject, line=line) for reject in dump.rejects),
        evidence=dump.evidence | {"dialect": f"{evidence}, read by the JSON it carries"},
    )


def _completed(cards: Dump, in_pieces: Dump) -> Dump:
    """Return the records of the cards with those of the JSON in their places.

    An entry that is damaged in the JSON is no reject if its card is whole.
    """
    entries = {paper.arxiv_id: paper for paper in in_pieces.sightings}
    papers = [entries.pop(card.arxiv_id, card) for card in cards.sightings]
    added = len(papers) - (len(in_pieces.sightings) - len(entries))
    return msgspec.structs.replace(
        cards,
        sightings=(*papers, *entries.values()),
        rejects=(*cards.rejects, *in_pieces.rejects[added:]),
        evidence=cards.evidence | {"dialect": f"{in_pieces.evidence['dialect']}, and by its cards"},
    )


def _page_day(properties: dict[str, Any]) -> date | None:
    days = (properties.get(name) for name in _DAYS)
    return next((dates.iso_day(day) for day in days if isinstance(day, str)), None)
