"""arXiv's pages of new and recent papers (``arxiv.org/list/cs.LG/new``), saved or copied as text.

A page lists each paper with its id and title; only the page of new papers has abstracts. Below
"Replacement submissions" stand later versions of older papers. The days are those of the
announcement, so that no paper has a date of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from digest.model.papers import Dump
from digest.parsers.fields import addresses, arxiv_items, ids, timestamps
from digest.parsers.fields.arxiv_items import ArxivItem
from digest.parsers.input import encodings, lines
from digest.parsers.input.input_file import InputFile
from digest.parsers.labelled_lines import labels

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

NAME = "arxiv-listing"

_PAGE_MARKS = ("list-title", "/abs/", "<dt")
_TITLE_CLASS = "list-title"
_COPIED = (
    r"(?m)^[ \t]{0,8}\[\d{1,5}\][ \t]{0,4}arXiv:\S{9,30}[^\n]{0,200}\n"
    r"(?:[ \t]*\n){0,2}[ \t]{0,8}Title:"
)
_SELECTOR = (
    "h1, h2, h3, h4, dt, a[title='Abstract'], .list-title, .list-authors, .list-subjects,"
    " .list-comments, dd p"
)
_ITEM = re.compile(
    r"\[\d{1,5}\]\s{0,4}arXiv:(?P<id>\S{1,40})(?P<notes>[^\n]{0,300})", re.IGNORECASE
)
_TEXT_ID = re.compile(r"arXiv:(\S{1,40})", re.IGNORECASE)
_SECTION = re.compile(
    r"(?:new|cross|replacement)[ -](?:submissions|lists)?\b.*|(?:cross-lists|replacements)\b.*"
    r"|\w{3,9}, \d{1,2} \w{3,9} \d{2,4}\b.*|total of \d+ entries.*|showing .*",
    re.IGNORECASE,
)
_REPLACED = re.compile(r"replace(?:d|ments?)\b", re.IGNORECASE)
# By the labels of the lines, with which the names of the page's classes end.
_FIELDS = {
    "title": "title",
    "authors": "authors",
    "subjects": "categories",
    "comments": "comments",
}
_DAY = r"[A-Z][a-z]{2,8}, (\d{1,2}) ([A-Z][a-z]{2,8}) (20)?(\d\d)\b"
_LISTING = r"/list/([a-z-]{2,10}(?:\.[A-Za-z-]{2,17})?)/(?:new|recent|pastweek|current)\b"


def detect(input_file: InputFile) -> str | None:
    """Detect the page's own markup, or its lines as a browser copies them."""
    head = input_file.head_text
    if input_file.first_character == "<":
        is_page = all(mark in head for mark in _PAGE_MARKS)
        return "the markup of arXiv's listing" if is_page else None
    is_copy = "arXiv:" in head and re.search(_COPIED, head)
    return "the lines of arXiv's listing" if is_copy else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all records in order; one without a title, or without id and abstract, is a reject.

    Raises `Unreadable` for a page without a paper, and for markup too costly to parse.
    """
    if input_file.first_character == "<":
        items = _items_of_page(input_file)
    else:
        items = _TextReader().items(lines.iter_lines(input_file.stream, input_file.head))
    listing = re.search(_LISTING, input_file.head_text)
    source = f"arxiv.org/list/{listing[1]}" if listing else None
    day = _page_day(input_file.head_text)
    return arxiv_items.build_dump(input_file, NAME, evidence, items, source, day)


def _page_day(head: str) -> str | None:
    """Return the latest day in the headings of a page."""
    days = (
        timestamps.day(f"{day} {month} 20{year}") for day, month, _, year in re.findall(_DAY, head)
    )
    return max(filter(None, days), default=None)


def _items_of_page(input_file: InputFile) -> Iterator[ArxivItem]:
    """Yield the records of a saved page: one begins with each term of its list."""
    from selectolax.lexbor import LexborHTMLParser

    from digest.parsers.listing_page import html_pieces

    page = html_pieces.read_page(input_file)
    search = lines.LineSearch(page, max_misses=8)
    item: ArxivItem | None = None
    replaced = False
    for node in LexborHTMLParser(page).css(_SELECTOR):
        tag = node.tag or ""
        if tag[0] == "h":
            replaced = bool(_REPLACED.search(node.text()))
            continue
        if tag == "dt" or _begins_without_term(item, node):
            if item is not None:
                yield item
            item = ArxivItem(search.line, revision=replaced)
        if item is not None:
            _read_node(item, node, search)
    if item is not None:
        yield item


def _begins_without_term(item: ArxivItem | None, node: LexborNode) -> bool:
    """Return whether a link or a title begins a record, because its term is damaged."""
    is_title = _TITLE_CLASS in (node.attributes.get("class") or "")
    if not is_title and node.tag != "a":
        return False
    return item is None or "title" in item.fields


def _read_node(item: ArxivItem, node: LexborNode, search: lines.LineSearch) -> None:
    row = " ".join(node.text().split())
    if node.tag == "dt":
        item.revision = item.revision or "(replaced" in row
        written = _TEXT_ID.search(row)
        item.ids.add(ids.arxiv_id(written[1]) if written else None)
    elif node.tag == "a":
        href = addresses.unwrap(node.attributes.get("href") or "")
        found = ids.arxiv_id(f"https://arxiv.org{href}" if href.startswith("/") else href)
        item.ids.add(found)
        item.line = search.find(f"/abs/{found}".encode()) if found else search.line
    elif node.tag == "p":
        item.add("abstract", row)
    elif kind := re.search(r"\blist-(\w+)", node.attributes.get("class") or ""):
        label = labels.parse(row)
        value = label.value if label and label.name in _FIELDS else row
        item.add(_FIELDS.get(kind[1], kind[1]), value)


class _TextReader:
    """Read the lines of a page that was copied as text."""

    def __init__(self) -> None:
        self.item: ArxivItem | None = None
        self.field = ""  # that the next line belongs to
        self.replaced = False

    def items(self, page: Iterable[bytes]) -> Iterator[ArxivItem]:
        """Yield each record once the next one begins, or a section does."""
        for number, raw in enumerate(page, start=1):
            row = encodings.decode_line(raw[: 1 << 16]).strip(lines.BLANKS)
            begin, is_section = _ITEM.match(row), _SECTION.fullmatch(row)
            if (begin or is_section) and self.item is not None:
                yield self.item
                self.item = None
            if begin:
                revision = self.replaced or "(replaced" in begin["notes"]
                self.item = ArxivItem(number, {ids.arxiv_id(begin["id"])}, revision=revision)
                self.field = ""
            elif is_section:
                self.replaced = bool(_REPLACED.match(row))
            elif self.item is not None:
                self._read(self.item, row)
        if self.item is not None:
            yield self.item

    def _read(self, item: ArxivItem, row: str) -> None:
        label = labels.parse(row)
        name = label.name if label and self.field != "abstract" else ""
        if not row:
            # The abstract stands below a blank line; the other lines stand together.
            self.field = "abstract" if "title" in item.fields else self.field
        elif label and name in _FIELDS:
            item.add(_FIELDS[name], label.value)
            self.field = "authors" if name == "title" else name
        elif label and name in ("journal ref", "report no", "msc class", "acm class"):
            self.field = ""
        elif self.field:
            item.add(self.field, row)
