"""RSS 0.9 to 2.0 and Atom, parsed with feedparser: arXiv's feeds, its API's answers, others.

feedparser gets only well-formed XML, some items at a time: its parser for broken feeds takes
quadratic time on unclosed tags (measured: 0.6 MB, 3 s). So lxml splits the feed into items,
with entities and network off, and a damaged item is mended before.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Reject, Sighting
from digest.parsers.fields import (
    dates,
    feed_items,
    ids,
    markup,
    names,
    rest_days,
    sources,
    timestamps,
)
from digest.parsers.input import xml_records, xml_text
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.xml_text import XmlForm, XmlRecord

NAME = "feed"

_LEAVES = (
    "title link description guid pubdate category comments encoded creator date rights "
    "id updated published summary content name email uri subtitle lastbuilddate language "
    "doi comment journal_ref journal_reference announce_type identifier abstract subject "
    "generator copyright managingeditor webmaster docs ttl issued modified tagline"
)
_FORM = XmlForm(("item", "entry"), ("rss", "feed", "RDF"), frozenset(_LEAVES.split()))
_ERROR_ID = r"https?://(?:export\.)?arxiv\.org/api/errors"
_ERROR_CHARS = 200  # of the words of an error answer
# Items parsed at a time; feedparser takes ten times their size.
_BATCH, _BATCH_BYTES = 200, 1 << 20
# Elements that feedparser takes for a part of the channel, and fails on inside an item.
_NOT_IN_ITEMS = ("{*}textinput", "{*}textInput", "{*}image", "{*}cloud")
_NO_PAPER = "an item without a link to a paper"
_CUT = "the feed breaks off in this item"
_DAMAGED = "an item that is damaged beyond repair"


def detect(input_file: InputFile) -> str | None:
    """Detect an XML text whose root is a feed's."""
    root = xml_text.root_name(input_file.head)
    return f"XML with the root element {root}" if root in _FORM.roots else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all items that are papers, in order; any other becomes a reject with its line.

    A channel without items is a dump without entries. Raises `Unreadable` for an error answer,
    with its own words, and if there are items and none is a paper.
    """
    listing = xml_records.read(input_file, _FORM, _papers)
    if listing.root is None:
        raise Unreadable("XML that cannot be read")
    if listing.rejects and not listing.sightings:
        reasons = [reject.reason for reject in listing.rejects if reject.reason != _NO_PAPER]
        raise Unreadable(reasons[0] if reasons else "a feed, but not of papers")
    around = xml_text.serialize(listing.root)
    channel = _parsed(around if len(around) <= _BATCH_BYTES else b"")
    if not channel.get("version") and not listing.sightings:
        raise Unreadable("XML, but not a feed that can be read")
    dump = _dump(input_file, evidence, channel.get("feed", {}), listing)
    return rest_days.with_evidence(dump, around)


def _papers(records: Iterable[XmlRecord]) -> Iterator[Sighting | Reject]:
    """Yield the paper of each item, or a reject."""
    for record, entry in _entries(records):
        if entry is None:
            reason = _CUT if record.is_cut else _DAMAGED
            yield Reject(record.line, reason)
            continue
        if re.match(_ERROR_ID, str(entry.get("id", ""))):
            words = markup.to_line(entry.get("summary", ""))
            raise Unreadable(f"an error answer: {words[:_ERROR_CHARS]}")
        yield feed_items.sighting(_item(entry, record.line)) or Reject(record.line, _NO_PAPER)


class _Batch:
    """Items that feedparser parses together."""

    def __init__(self) -> None:
        self._items: list[tuple[XmlRecord, bytes]] = []
        self._bytes = 0
        self._open = self._close = b""

    def add(self, record: XmlRecord) -> None:
        """Add an item; its element is not kept."""
        item = b""
        if record.element is not None and len(record.element):
            item = xml_text.serialize(record.element)
            if not self._open:
                self._open, self._close = xml_text.enclosing_tags(record.element)
        self._items.append((record._replace(element=None), item))
        self._bytes += len(item)

    @property
    def is_full(self) -> bool:
        """Whether its items should be parsed before more are added."""
        return len(self._items) >= _BATCH or self._bytes > _BATCH_BYTES

    def entries(self) -> Iterator[tuple[XmlRecord, Any]]:
        """Yield each item with feedparser's entry of it, and forget it.

        There is no entry for a damaged item, and for one that feedparser does not read.
        """
        items = [item for _, item in self._items if item]
        entries = iter(self._parse(items))
        for record, item in self._items:
            yield record, next(entries) if item else None
        self._items, self._bytes = [], 0

    def _parse(self, items: list[bytes]) -> list[Any]:
        """Return an entry or None for each item."""
        is_large = sum(map(len, items)) > 2 * _BATCH_BYTES
        if not is_large:
            entries = list(_parsed(b"".join((self._open, *items, self._close))).entries)
            if len(entries) == len(items):
                return entries
        # An item that feedparser fails on, or leaves out, is parsed by itself.
        return [self._parse_one(item) for item in items]

    def _parse_one(self, item: bytes) -> Any:
        if len(item) > _BATCH_BYTES:
            return None
        for xml in (item, xml_text.without(item, *_NOT_IN_ITEMS)):
            entries = _parsed(self._open + xml + self._close).entries
            if len(entries) == 1:
                return entries[0]
        return None


def _entries(records: Iterable[XmlRecord]) -> Iterator[tuple[XmlRecord, Any]]:
    """Yield each item with feedparser's entry of it, None for one that cannot be parsed."""
    batch = _Batch()
    for record in records:
        batch.add(record)
        if batch.is_full:
            yield from batch.entries()
    yield from batch.entries()


def _parsed(document: bytes) -> Any:
    """Return feedparser's result; an empty one if it fails on the document."""
    import feedparser  # takes 100 ms, and few runs read a feed

    try:
        return feedparser.parse(
            io.BytesIO(document),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,  # only words are taken, and escaped where they are printed
            resolve_relative_uris=False,
        )
    except Exception:  # noqa: BLE001 - it raises nearly anything (KeyError: 'textinput')
        return feedparser.FeedParserDict(feed={}, entries=[], version="")


def _dump(input_file: InputFile, evidence: str, channel: Any, listing: xml_records.Listing) -> Dump:
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
        sightings=listing.sightings,
        rejects=tuple(listing.rejects),
        is_cut=listing.rejects.is_cut,
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
            int(channel[f"opensearch_{key}"])
            for key in ("totalresults", "startindex", "itemsperpage")
        )
    except (KeyError, TypeError, ValueError):
        return None
    return max(0, min(most, total - start))


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
        announce_type=str(entry.get("arxiv_announce_type", "")),
        comment=str(entry.get("arxiv_comment", "")),
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
    people = [markup.to_line(str(author.get("name", ""))) for author in entry.get("authors", ())]
    # arXiv's feeds write all authors into one, and others add links among the names.
    if len(people) == 1:
        return tuple(name for name in names.split_names(people[0]) if not ids.address(name))
    people = [names.without_affiliations(person).strip() for person in people]
    return tuple(person for person in people if person and not ids.address(person))
