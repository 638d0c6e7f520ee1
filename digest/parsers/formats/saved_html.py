"""The listing page as a browser or a downloader saved it, or as a mail brought it.

The page carries its records twice: as JSON in a ``data-props`` attribute (whole, read as an
answer of the API) and as cards (read like a linked text; they may lack abstracts). Other
pages of the same site are no listings.
"""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers.fields import dates
from digest.parsers.formats import daily_papers_api
from digest.parsers.input import lines
from digest.parsers.input.input_file import HEAD_BYTES, InputFile
from digest.parsers.listing_page import card_dump, furniture, html_pieces
from digest.parsers.listing_page.cards import CardParser

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

NAME = "saved-html"

_BEGIN = re.compile(
    r"\s{0,99}(?:<\?xml[^<>]{0,200}>\s{0,99})?(?:<!--[^<>]{0,2000}-->\s{0,99}){0,9}"
    r"<(?:!doctype html|html|head|body|main|div|article|section)\b",
    re.IGNORECASE,
)
_CHARSET = re.compile(rb"<meta[^<>]{0,200}charset=[\"']?([\w-]{3,20})", re.IGNORECASE)
_CHARSETS = {
    name: codec
    for codec, names in {
        "cp1251": (b"windows-1251", b"cp1251"),
        "gb18030": (b"gb2312", b"gbk", b"gb18030"),
        "big5": (b"big5",),
        "shift_jis": (b"shift_jis", b"shift-jis"),
        "euc_jp": (b"euc-jp",),
        "euc_kr": (b"euc-kr",),
        "iso8859_15": (b"iso-8859-15",),
    }.items()
    for name in names
}
_EMPTY = '"dailyPapers":[]'
_DAYS = ("date", "dateString", "currentDate")


def detect(origin: InputFile) -> str | None:
    """A document that begins with one of HTML's own tags."""
    return "a document of HTML" if _BEGIN.match(origin.head_text[:8192]) else None


def read(origin: InputFile, witness: str) -> Dump:
    """The whole records where the page carries them, else its cards.

    Raises `Unreadable` for any other page, and for markup no page has.
    """
    from selectolax.lexbor import LexborHTMLParser

    data = origin.read_all()
    html_pieces.check_markup(data)
    tree = LexborHTMLParser(_in_utf8(data))
    carried = _carried(tree)
    if carried is not None:
        return _whole(origin, witness, data, carried)
    cards = CardParser(started=False, headings=False)
    records = tuple(cards.records(html_pieces.page_pieces(tree, data)))
    if not records:
        raise Unreadable("not a listing of papers")
    return card_dump.build_dump(
        origin, NAME, f"{witness}, read by its cards", cards, records, None, furniture.SOURCE
    )


def _in_utf8(data: bytes) -> bytes:
    """The page in the encoding its mark, its own words or its bytes tell."""
    name = lines.detect_encoding(data[:HEAD_BYTES])
    declared = _CHARSET.search(data, 0, HEAD_BYTES)
    if declared and name == "cp1252":
        name = _CHARSETS.get(declared[1].lower(), name)
    return data if name == "utf-8" else data.decode(name, "replace").encode(errors="replace")


def _carried(tree: LexborHTMLParser) -> dict[str, Any] | None:
    """The properties of the first component that bears a list of papers."""
    for node in tree.css("[data-props]"):
        written = node.attributes.get("data-props") or ""
        if '"paper"' not in written and _EMPTY not in written:
            continue
        try:
            properties = msgspec.json.decode(written.encode(errors="replace"))
        except (msgspec.DecodeError, RecursionError):
            continue
        if isinstance(properties, dict) and (_entries(properties) or _EMPTY in written):
            return properties
    return None


def _entries(properties: dict[str, Any]) -> list[Any]:
    """The first list of entries that hold a paper each."""
    for value in properties.values():
        whole = isinstance(value, list) and all(
            isinstance(entry, dict) and "paper" in entry for entry in value
        )
        if whole and value:
            return list(value)
    return []


def _whole(origin: InputFile, witness: str, data: bytes, properties: dict[str, Any]) -> Dump:
    """The records as an answer of the API would give them, at the line where they stand."""
    answer = msgspec.json.encode(_entries(properties))
    inner = InputFile(origin.name, answer[:HEAD_BYTES], io.BytesIO(answer), origin.modified)
    dump = daily_papers_api.read(inner, witness)
    line = data.count(b"\n", 0, max(data.find(b"&quot;paper&quot;"), 0)) + 1
    day = _page_day(properties)
    return msgspec.structs.replace(
        dump,
        dialect=NAME,
        page_date=day.isoformat() if day else dump.page_date,
        sightings=tuple(msgspec.structs.replace(one, line=line) for one in dump.sightings),
        rejects=tuple(msgspec.structs.replace(one, line=line) for one in dump.rejects),
        witness=dump.witness | {"dialect": f"{witness}, read by the JSON it carries"},
    )


def _page_day(properties: dict[str, Any]) -> date | None:
    written = (properties.get(name) for name in _DAYS)
    return next((dates.iso_day(day) for day in written if isinstance(day, str)), None)
