"""RSS 0.9 to 2.0 and Atom, read by feedparser: arXiv's own, its API's answers, and others'.

feedparser only ever sees well-formed XML: its reader for broken feeds takes quadratic time
on unclosed tags (measured: 0.6 MB, 3 s), so lxml takes the feed apart and mends a broken
one, with entities and network off.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterator
from html.entities import html5
from itertools import zip_longest
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.fields import dates, feed_items, ids, markup, sources, timestamps
from digest.parsers.input import xml_text
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "feed"

_ROOTS = ("rss", "feed", "RDF")
_ITEM = re.compile(rb"<(/?)(?:\w+:)?(?:item|entry)[\s>]")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31};)")
_BARE = re.compile(rb"&(?!#?\w{1,31};)")
_XML_ENTITIES = {b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"}
_ERROR_ID = re.compile(r"https?://(?:export\.)?arxiv\.org/api/errors")
_SOME = 200  # items parsed at a time
_NO_PAPER = "an item without the address of a paper"
_CUT = "the feed breaks off in this item"


def detect(origin: InputFile) -> str | None:
    """An XML text whose root is a feed's."""
    root = xml_text.root_name(origin.head)
    return f"XML with the root element {root}" if root in _ROOTS else None


def read(origin: InputFile, witness: str) -> Dump:
    """All items that are papers, in order; others are rejects with their line.

    A channel without items is a dump with no entries. Raises `Unreadable` for an error
    answer, with its words, and for a feed that is not of papers.
    """
    feed = _Feed(origin.read_all())
    sightings: list[Sighting] = []
    rejects = Rejects()
    for entry, line, cut in feed.entries():
        if _ERROR_ID.match(str(entry.get("id", ""))):
            raise Unreadable(f"an error answer: {markup.to_line(entry.get('summary', ''))[:200]}")
        paper = None if cut else feed_items.sighting(_item(entry, line))
        if paper is None:
            rejects.add(line, _CUT if cut else _NO_PAPER)
        else:
            sightings.append(paper)
    if rejects and not sightings:
        raise Unreadable(_CUT if rejects[0].reason == _CUT else "a feed, but not of papers")
    return _dump(origin, witness, feed.head, sightings, rejects)


class _Feed:
    """A feed, of which feedparser sees some items at a time: it takes ten times their size."""

    def __init__(self, data: bytes) -> None:
        self.cut = _is_cut(data)
        try:
            self._split(data, strict=True)
        except xml_text.NotWellFormed:
            if xml_text.is_utf8(data):
                data = _BARE.sub(b"&amp;", _ENTITY.sub(_character, data))
            self._split(data, strict=False)
        found = _parsed(self.around)
        if not found.version and not self.items:
            raise Unreadable("XML, but not a feed that can be read")
        self.head = found.feed

    def _split(self, data: bytes, *, strict: bool) -> None:
        """The items with their lines, and the feed around them."""
        stream = xml_text.ElementStream(data, "item", "entry", strict=strict)
        self.items: list[tuple[bytes, int]] = []
        self.open, self.close = b"", b""
        for element in stream:
            if not self.items:
                self.open, self.close = xml_text.enclosing_tags(element)
            self.items.append((xml_text.serialize(element), xml_text.line_of(element)))
        if stream.root is None:
            raise Unreadable("XML that cannot be read")
        self.around = xml_text.serialize(stream.root)

    def entries(self) -> Iterator[tuple[Any, int, bool]]:
        """What feedparser makes of each item, its line, and whether the feed ends in it."""
        for start in range(0, len(self.items), _SOME):
            some = self.items[start : start + _SOME]
            found = _parsed(b"".join((self.open, *(item for item, _ in some), self.close))).entries
            lines = [line for _, line in some] if len(some) == len(found) else [some[0][1]]
            is_last = start + _SOME >= len(self.items)
            for entry, line in zip_longest(found, lines[: len(found)], fillvalue=lines[0]):
                yield entry, line, self.cut and is_last and entry is found[-1]


def _is_cut(data: bytes) -> bool:
    """Whether the last item is not closed."""
    last = deque(_ITEM.finditer(data), maxlen=1)
    return bool(last) and not last[0][1]


def _dump(
    origin: InputFile, witness: str, feed: Any, sightings: list[Sighting], rejects: list[Reject]
) -> Dump:
    links = [
        str(link.get("href", "")) for link in feed.get("links", ()) if link.get("rel") == "self"
    ]
    addresses = (str(feed.get("id", "")), *links, str(feed.get("link", "")))
    own = timestamps.day(_date(feed, "updated")) or timestamps.day(_date(feed, "published"))
    return Dump(
        name=origin.name,
        dialect=NAME,
        source=sources.from_feed(markup.to_line(feed.get("title", "")), addresses)
        or sources.from_file_name(origin.name),
        page_date=own or dates.iso_day_in_name(origin.name),
        sightings=tuple(sightings),
        rejects=tuple(rejects),
        witness={"dialect": witness},
        stated=_stated(feed),
    )


def _date(holder: Any, key: str) -> str:
    """A date as written; feedparser would give one for the other, with a warning."""
    return str(holder[key]) if key in holder else ""


def _stated(feed: Any) -> int | None:
    """How many entries an arXiv answer says this page of its results has (OpenSearch)."""
    try:
        total, start, most = (
            int(feed[f"opensearch_{name}"])
            for name in ("totalresults", "startindex", "itemsperpage")
        )
    except (KeyError, TypeError, ValueError):
        return None
    return max(0, min(most, total - start))


def _parsed(document: bytes) -> Any:
    import feedparser  # 100 ms that only a run with a feed pays

    return feedparser.parse(
        io.BytesIO(document),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # only words are taken, and escaped where they are printed
        resolve_relative_uris=False,
    )


def _character(entity: re.Match[bytes]) -> bytes:
    """HTML's names for characters, which broken feeds use without declaring them."""
    if entity[1] in _XML_ENTITIES:
        return entity[0]
    return html5.get(entity[1].decode(), "").encode() or entity[0]


def _item(entry: Any, line: int) -> feed_items.FeedItem:
    return feed_items.FeedItem(
        title=str(entry.get("title", "")),
        text=max((str(text) for text in _texts(entry)), key=len, default=""),
        links=tuple(_links(entry)),
        authors=_authors(entry),
        published=_date(entry, "published") or _date(entry, "updated"),
        categories=tuple(
            dict.fromkeys(str(tag.term).strip() for tag in entry.get("tags", ()) if tag.get("term"))
        ),
        line=line,
    )


def _texts(entry: Any) -> Iterator[str]:
    yield entry.get("summary", "")
    for content in entry.get("content", ()):
        yield content.get("value", "")


def _links(entry: Any) -> Iterator[str]:
    """The item's own address, then its id, then other addresses and DOIs."""
    for link in (entry.get("link"), entry.get("id")):
        if link:
            yield str(link)
    for link in entry.get("links", ()):
        if found := link.get("href"):
            yield str(found)
    for key in ("arxiv_doi", "prism_doi", "dc_identifier"):
        if found := entry.get(key):
            yield str(found)


def _authors(entry: Any) -> tuple[str, ...]:
    """One name an author; arXiv's feeds write them all into one, some as links."""
    names = [markup.to_line(str(one.get("name", ""))) for one in entry.get("authors", ())]
    if len(names) == 1:
        names = [part.strip() for part in re.split(r",\s+|;\s*", names[0])]
    return tuple(name for name in names if name and not ids.address(name))
