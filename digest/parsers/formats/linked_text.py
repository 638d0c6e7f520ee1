"""The listing page as Markdown or text with its links, and lists of links to papers.

Inline links, numbered links with or without their list, addresses on lines of their own,
titles as headings, front matter, code fences around everything, the trending page. On the
trending page an AI summary may stand in the abstract's place; it is kept as one.
"""

from __future__ import annotations

import itertools
import re
from datetime import date

from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers.fields import dates, sources
from digest.parsers.input import lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.listing_page import card_dump, furniture, numbered_links, pieces
from digest.parsers.listing_page.cards import Card, CardParser

NAME = "linked-text"

_LINK = re.compile(
    r"(?m)\]\((?:https?://(?:www\.)?(?:huggingface|hf)\.co)?/(?:papers/\d|login\?next=)"
    r"|\]\[\d{1,5}\][ \t]*$|^[ \t]{0,8}(?:[#*•+-]{1,6}[ \t]{0,4})?\[\d{1,5}\][^\s\[\](),.;:]"
    r"|^[ \t]{0,8}<?https?://(?:www\.)?(?:huggingface|hf)\.co/papers/\d"
    r"|^#{2,6}[ \t]\S"
)
_PAPER = re.compile(
    r"(?m)^[ \t>]{0,8}(?:[#*•+-]{1,6}[ \t]{1,4}|\d{1,4}[.)][ \t]{1,4})?(?:\*\*)?"
    r"\[[^\[\]\n]{12,400}\]"
    r"\((?:https?://[^()\s]{0,80}/(?:abs|pdf|html|papers|arxiv|forum|overview)/|/papers/)"
    r"(?:\d{4}\.\d{4,5}|[a-z-]{2,12}/\d{7})"
)
_STATED_ADDRESS = re.compile(
    r"(?im)^[-*> \t]{0,8}(?:source )?url:[^\n]*/papers/date/(\d{4}-\d\d-\d\d)"
)
_STATED_DAY = re.compile(
    r"(?im)^[-*> \t]{0,8}(?:retrieved|exported|captured|saved|fetched|accessed|archived|crawled|"
    r"scraped|downloaded|snapshot|date)\b[^:\n]{0,30}:[ \t]*[\"']?(\d{4}-\d\d-\d\d)"
)
_TRENDING = re.compile(
    r"(?im)^[-*> \t]{0,8}(?:source )?url:[^\n]*/papers/trending\b|^# Trending Papers"
)
_ENOUGH = 2  # one link may stand in any text


def detect(origin: InputFile) -> str | None:
    """Links or headings on the listing page, or links to papers that begin their lines."""
    head = origin.head_text
    page = "the page's header" if furniture.HEADER_PHRASE in head else None
    if page is None and furniture.METADATA_LINE.search(head):
        page = "author and date lines"
    if page and _has_enough(_LINK, head):
        return f"{page}, and links"
    return "links to papers" if _has_enough(_PAPER, head) else None


def read(origin: InputFile, witness: str) -> Dump:
    """All records of the page, in order.

    Raises `Unreadable` for a page that lists no paper.
    """
    head = origin.head_text
    on_page = furniture.HEADER_PHRASE in head
    addresses = numbered_links.NumberedAddresses(lines.iter_lines(origin.stream, origin.head))
    origin.stream.seek(0)
    cards = CardParser(
        started=not on_page, headings=furniture.METADATA_LINE.search(head) is not None
    )
    cards.trending = _TRENDING.search(head) is not None
    page = lines.iter_lines(origin.stream, origin.head)
    found = pieces.page_pieces(page, addresses if addresses.lists else None)
    records = spill.collect(cards.records(found), Card, origin.spill_factory)
    if not records and not cards.rejects:
        raise Unreadable("not a listing of papers")
    source = furniture.SOURCE if on_page or cards.headings else sources.from_file_name(origin.name)
    return card_dump.build_dump(origin, NAME, witness, cards, records, _stated(head), source)


def _has_enough(pattern: re.Pattern[str], head: str) -> bool:
    return len(list(itertools.islice(pattern.finditer(head), _ENOUGH))) == _ENOUGH


def _stated(head: str) -> date | None:
    """The day of the capture as the text above the page states it."""
    above = (
        head[: head.find(furniture.HEADER_PHRASE)]
        if furniture.HEADER_PHRASE in head
        else head[:4096]
    )
    for pattern in (_STATED_ADDRESS, _STATED_DAY):
        if match := pattern.search(above):
            return dates.iso_day(match[1])
    return None
