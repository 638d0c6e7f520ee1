"""RSS 0.9 to 2.0 and Atom, parsed with feedparser: arXiv's feeds, its API's answers, others.

feedparser gets only well-formed XML: its parser for broken feeds takes quadratic time
on unclosed tags (measured: 0.6 MB, 3 s). So lxml splits the feed into items and mends a broken
one, with entities and network off.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterator
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
_ITEM_TAG = rb"<(/?)(?:\w+:)?(?:item|entry)[\s>]"
_ENTITY = rb"&([A-Za-z][A-Za-z0-9]{1,31};)"
_BARE_AMPERSAND = rb"&(?!#?\w{1,31};)"
_XML_ENTITIES = {b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"}
_ERROR_ID = r"https?://(?:export\.)?arxiv\.org/api/errors"
_ERROR_CHARS = 200  # of the words of an error answer
_BATCH = 200  # items parsed at a time; feedparser takes ten times their size
_NO_PAPER = "an item without a link to a paper"
_CUT = "the feed breaks off in this item"


def detect(input_file: InputFile) -> str | None:
    """Detect an XML text whose root is a feed's."""
    if input_file.first_character != "<":
        return None
    root = xml_text.root_name(input_file.head)
    return f"XML with the root element {root}" if root in _ROOTS else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all items that are papers, in order; any other becomes a reject with its line.

    A channel without items is a dump without entries. Raises `Unreadable` for an error answer,
    with its own words, and if there are items and none is a paper.
    """
    feed = _Feed(input_file.read_all())
    sightings: list[Sighting] = []
    rejects = Rejects()
    for entry, line, is_cut in feed.entries():
        if re.match(_ERROR_ID, str(entry.get("id", ""))):
            words = markup.to_line(entry.get("summary", ""))
            raise Unreadable(f"an error answer: {words[:_ERROR_CHARS]}")
        paper = None if is_cut else feed_items.sighting(_item(entry, line))
        if paper is None:
            rejects.add(line, _CUT if is_cut else _NO_PAPER)
        else:
            sightings.append(paper)
    if rejects and not sightings:
        raise Unreadable(_CUT if rejects[0].reason == _CUT else "a feed, but not of papers")
    return _dump(input_file, evidence, feed.channel, sightings, rejects)


class _Feed:
    """A feed split into its items, and the fields of the channel around them.

    Raises `Unreadable` for XML that is no feed.
    """

    def __init__(self, data: bytes) -> None:
        self._is_cut = _is_cut(data)
        try:
            self._split(data, strict=True)
        except xml_text.NotWellFormed:
            # lxml drops entities and ampersands that it cannot mend, so these are replaced first.
            if xml_text.is_utf8(data):
                data = re.sub(_BARE_AMPERSAND, b"&amp;", re.sub(_ENTITY, _character, data))
            self._split(data, strict=False)
        around = _parsed(self._around)
        if not around.version and not self._items:
            raise Unreadable("XML, but not a feed that can be read")
        self.channel = around.feed

    def _split(self, data: bytes, *, strict: bool) -> None:
        """Take the items with their lines out of the feed, and keep the channel around them."""
        stream = xml_text.ElementStream(data, "item", "entry", strict=strict)
        self._items: list[tuple[bytes, int]] = []
        self._open, self._close = b"", b""
        for element in stream:
            if not self._items:
                self._open, self._close = xml_text.enclosing_tags(element)
            self._items.append((xml_text.serialize(element), xml_text.line_of(element)))
        if stream.root is None:
            raise Unreadable("XML that cannot be read")
        self._around = xml_text.serialize(stream.root)

    def entries(self) -> Iterator[tuple[Any, int, bool]]:
        """Yield feedparser's entry of each item, its line, and True if the feed ends in it."""
        for start in range(0, len(self._items), _BATCH):
            batch = self._items[start : start + _BATCH]
            items = (item for item, _ in batch)
            entries = _parsed(b"".join((self._open, *items, self._close))).entries
            # feedparser may leave an item out. Then no line is certain but the first.
            is_complete = len(batch) == len(entries)
            lines = [line for _, line in batch] if is_complete else [batch[0][1]]
            is_last = start + _BATCH >= len(self._items)
            for entry, line in zip_longest(entries, lines[: len(entries)], fillvalue=lines[0]):
                yield entry, line, self._is_cut and is_last and entry is entries[-1]


def _is_cut(data: bytes) -> bool:
    """Return whether the last item of a feed is not closed."""
    # A deque of one keeps only the last match.
    last_tag = deque(re.finditer(_ITEM_TAG, data), maxlen=1)
    return bool(last_tag) and not last_tag[0][1]


def _dump(
    input_file: InputFile,
    evidence: str,
    channel: Any,
    sightings: list[Sighting],
    rejects: list[Reject],
) -> Dump:
    own_links = [
        str(link.get("href", "")) for link in channel.get("links", ()) if link.get("rel") == "self"
    ]
    addresses = (str(channel.get("id", "")), *own_links, str(channel.get("link", "")))
    own_day = timestamps.day(_date(channel, "updated")) or timestamps.day(
        _date(channel, "published")
    )
    return Dump(
        name=input_file.name,
        format_name=NAME,
        source=sources.from_feed(markup.to_line(channel.get("title", "")), addresses)
        or sources.from_file_name(input_file.name),
        page_date=own_day or dates.iso_day_in_name(input_file.name),
        sightings=tuple(sightings),
        rejects=tuple(rejects),
        evidence={"dialect": evidence},
        stated=_stated_count(channel),
    )


def _date(holder: Any, key: str) -> str:
    # For a date that is missing, feedparser returns another one, with a warning.
    return str(holder[key]) if key in holder else ""


def _stated_count(channel: Any) -> int | None:
    """Return the number of entries that an arXiv answer states for itself (OpenSearch)."""
    try:
        total, start, most = (
            int(channel[f"opensearch_{name}"])
            for name in ("totalresults", "startindex", "itemsperpage")
        )
    except (KeyError, TypeError, ValueError):
        return None
    return max(0, min(most, total - start))


def _parsed(document: bytes) -> Any:
    import feedparser  # takes 100 ms, and few runs read a feed

    return feedparser.parse(
        io.BytesIO(document),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        sanitize_html=False,  # only words are taken, and escaped where they are printed
        resolve_relative_uris=False,
    )


def _character(entity: re.Match[bytes]) -> bytes:
    """Return the character that HTML calls by this name; broken feeds do not declare them."""
    from html.entities import html5  # a large table, needed for broken feeds only

    if entity[1] in _XML_ENTITIES:
        return entity[0]
    return html5.get(entity[1].decode(), "").encode() or entity[0]


def _item(entry: Any, line: int) -> feed_items.FeedItem:
    return feed_items.FeedItem(
        title=str(entry.get("title", "")),
        # The longest text has the most of the abstract.
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
    """Yield the item's own address, then its id, then other addresses and DOIs."""
    for link in (entry.get("link"), entry.get("id")):
        if link:
            yield str(link)
    for link in entry.get("links", ()):
        if address := link.get("href"):
            yield str(address)
    for key in ("arxiv_doi", "prism_doi", "dc_identifier"):
        if doi := entry.get(key):
            yield str(doi)


def _authors(entry: Any) -> tuple[str, ...]:
    names = [markup.to_line(str(author.get("name", ""))) for author in entry.get("authors", ())]
    # arXiv's feeds write all authors into one, and others add links among the names.
    if len(names) == 1:
        names = [part.strip() for part in re.split(r",\s+|;\s*", names[0])]
    return tuple(name for name in names if name and not ids.address(name))
