"""The listing page as Markdown or text with its links, and lists of links to papers.

Reads inline links, numbered links with or without their list, addresses on lines of their
own, titles as headings, front matter, a code fence around the whole page, and the trending
page. On the trending page an AI summary may stand in the abstract's place; it becomes the
sighting's summary.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from datetime import date

from digest.errors import Unreadable
from digest.model.papers import Dump
from digest.parsers.fields import dates, sources
from digest.parsers.input import lines, spill
from digest.parsers.input.input_file import InputFile
from digest.parsers.listing_page import furniture

NAME = "linked-text"

_ANY_LINK = r"\]\(|\]\[|/papers/|\n##|\n[ \t*•+-]{0,8}\["
_PAGE_LINK = (
    # Any site and wrapping: beside the page's own lines, its addresses need not be exact.
    r"(?m)\]\([^()\s]{0,300}(?:/|%2F|_)(?:papers(?:/|%2F|_)\d|login\?next=)"
    r"|\]\[\d{1,5}\][ \t]*$|^[ \t]{0,8}(?:[#*•+-]{1,6}[ \t]{0,4})?\[\d{1,5}\][^\s\[\](),.;:]"
    r"|^[ \t]{0,8}<?https?://[^\s<>]{0,300}(?:/|%2F|_)papers(?:/|%2F|_)\d"
    r"|^#{2,6}[ \t]\S"
)
_TITLE_LINK = (
    r"(?m)^[ \t>]{0,8}(?:[#*•+-]{1,6}[ \t]{1,4}|\d{1,4}[.)][ \t]{1,4})?(?:\*\*)?"
    r"\[[^\[\]\n]{12,400}\]\(([^()\s]{8,2000})"
)
_STATED_ADDRESS = r"(?im)^[-*> \t]{0,8}(?:source )?url:[^\n]*/papers/date/(\d{4}-\d\d-\d\d)"
_STATED_DAY = (
    r"(?im)^[-*> \t]{0,8}(?:retrieved|exported|captured|saved|fetched|accessed|archived|crawled|"
    r"scraped|downloaded|snapshot|date)\b[^:\n]{0,30}:[ \t]*[\"']?(\d{4}-\d\d-\d\d)"
)
_TRENDING = r"(?im)^[-*> \t]{0,8}(?:source )?url:[^\n]*/papers/trending\b|^# Trending Papers"
_TOP = 4096  # characters; of a page without its header, searched for the day of the capture
_ENOUGH = 2  # links; any text may hold a single one


def detect(input_file: InputFile) -> str | None:
    """Detect the listing page by its links or headings, or a list of links to papers."""
    head = input_file.head_text
    # One cheap search for any link: the exact ones below take longer on a page without links.
    if not re.search(_ANY_LINK, head):
        return None
    page = "the page's header" if furniture.HEADER_PHRASE in head else None
    if page is None and furniture.METADATA_LINE.search(head):
        page = "author and date lines"
    if page and _has_enough(re.finditer(_PAGE_LINK, head)):
        return f"{page}, and links"
    papers = filter(_is_paper, (match[1] for match in re.finditer(_TITLE_LINK, head)))
    return "links to papers" if _has_enough(papers) else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all records of the page in order.

    Raises `Unreadable` for a page that lists no papers.
    """
    from digest.parsers.listing_page import card_dump, numbered_links, pieces
    from digest.parsers.listing_page.cards import Card, CardParser

    head = input_file.head_text
    has_header = furniture.HEADER_PHRASE in head
    # The list of numbered links stands at the end, so the file is read twice.
    addresses = numbered_links.NumberedAddresses(
        lines.iter_lines(input_file.stream, input_file.head)
    )
    input_file.stream.seek(0)
    cards = CardParser(
        started=not has_header, headings=furniture.METADATA_LINE.search(head) is not None
    )
    cards.trending = re.search(_TRENDING, head) is not None
    page = lines.iter_lines(input_file.stream, input_file.head)
    page_pieces = pieces.page_pieces(page, addresses if addresses.lists else None)
    records = spill.collect(cards.records(page_pieces), Card, input_file.spill_factory)
    if not records and not cards.rejects:
        raise Unreadable("not a listing of papers")
    is_page = has_header or cards.headings
    source = furniture.SOURCE if is_page else sources.from_file_name(input_file.name)
    return card_dump.build_dump(
        input_file, NAME, evidence, cards, records, _stated_day(head), source
    )


def _has_enough(found: Iterable[object]) -> bool:
    return len(list(itertools.islice(found, _ENOUGH))) == _ENOUGH


def _is_paper(href: str) -> bool:
    target = furniture.link_target(href)
    return target is not None and target.kind in ("paper", "comments")


def _stated_day(head: str) -> date | None:
    """Return the day of the capture as front matter or lines above the page give it."""
    above = (
        head[: head.find(furniture.HEADER_PHRASE)]
        if furniture.HEADER_PHRASE in head
        else head[:_TOP]
    )
    for pattern in (_STATED_ADDRESS, _STATED_DAY):
        if match := re.search(pattern, above):
            return dates.iso_day(match[1])
    return None
