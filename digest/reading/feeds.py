"""RSS 0.9 to 2.0 and Atom, read by feedparser: arXiv's own, its API's answers, and others'.

feedparser only ever sees well-formed XML: its reader for broken feeds takes quadratic time
on unclosed tags (measured: 0.6 MB, 3 s), so lxml mends a broken one first, with entities
and network off.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Reject, Sighting
from digest.reading import dates, feed_items, ids, markup, moments, sources, xml_text
from digest.reading.origin import Origin

NAME = "feed"

_ROOTS = ("rss", "feed", "RDF")
_ITEM = re.compile(rb"<(/?)(?:\w+:)?(?:item|entry)[\s>]")
_ENTITY = re.compile(rb"&([A-Za-z][A-Za-z0-9]{1,31};)")
_BARE = re.compile(rb"&(?!#?\w{1,31};)")
_XML_ENTITIES = {b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"}
_ERROR_ID = re.compile(r"https?://(?:export\.)?arxiv\.org/api/errors")
_CUT = "the feed breaks off in this item"


def recognise(origin: Origin) -> str | None:
    """An XML text whose root is a feed's."""
    root = xml_text.root_name(origin.head)
    return f"XML with the root element {root}" if root in _ROOTS else None


def read(origin: Origin, witness: str) -> Dump:
    """All items that are papers, in order; others are rejects with their line.

    A channel without items is a dump with no entries. Raises `Unreadable` for an error
    answer, with its words, and for a feed that is not of papers.
    """
    data = origin.whole()
    places, cut = _places(data)
    found = _parse(data)
    entries = found.entries
    for entry in entries:
        if _ERROR_ID.match(str(entry.get("id", ""))):
            raise Unreadable(f"an error answer: {markup.line(entry.get('summary', ''))[:200]}")
    if not found.version and not entries:
        raise Unreadable("XML, but not a feed that can be read")
    sightings: list[Sighting] = []
    rejects: list[Reject] = []
    for number, entry in enumerate(entries):
        line = places[number] if len(places) == len(entries) else 1
        paper = feed_items.sighting(_item(entry, line))
        if cut and number == len(entries) - 1:
            rejects.append(Reject(line, _CUT))
        elif paper is None:
            rejects.append(Reject(line, "an item without the address of a paper"))
        else:
            sightings.append(paper)
    if rejects and not sightings:
        raise Unreadable(_CUT if cut and len(entries) == 1 else "a feed, but not of papers")
    return _dump(origin, witness, found.feed, sightings, rejects)


def _dump(
    origin: Origin, witness: str, feed: Any, sightings: list[Sighting], rejects: list[Reject]
) -> Dump:
    links = [
        str(link.get("href", "")) for link in feed.get("links", ()) if link.get("rel") == "self"
    ]
    addresses = (str(feed.get("id", "")), *links, str(feed.get("link", "")))
    own = moments.day(_date(feed, "updated")) or moments.day(_date(feed, "published"))
    in_name = dates.day_in_name(origin.name)
    return Dump(
        name=origin.name,
        dialect=NAME,
        source=sources.of_feed(markup.line(feed.get("title", "")), addresses)
        or sources.of_file(origin.name),
        page_date=own or (in_name.isoformat() if in_name else None),
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


def _places(data: bytes) -> tuple[list[int], bool]:
    """The line each item starts on, and whether the last one is not closed."""
    lines: list[int] = []
    line, at, is_open = 1, 0, False
    for tag in _ITEM.finditer(data):
        is_open = not tag[1]
        if is_open:
            line += data.count(b"\n", at, tag.start())
            at = tag.start()
            lines.append(line)
    return lines, is_open


def _parse(data: bytes) -> Any:
    import feedparser  # 100 ms that only a run with a feed pays

    known = xml_text.is_utf8(data)
    if xml_text.tree(data, strict=True) is None:
        if known:
            data = _BARE.sub(b"&amp;", _ENTITY.sub(_character, data))
        tree = xml_text.tree(data)
        if tree is None:
            raise Unreadable("XML that cannot be read")
        data, known = xml_text.well_formed(tree), True
    headers = {"content-type": "application/xml; charset=utf-8"} if known else {}
    return feedparser.parse(
        io.BytesIO(data),
        response_headers=headers,
        sanitize_html=False,  # only words are taken, and escaped where they are printed
        resolve_relative_uris=False,
    )


def _character(entity: re.Match[bytes]) -> bytes:
    """HTML's names for characters, which broken feeds use without declaring them."""
    if entity[1] in _XML_ENTITIES:
        return entity[0]
    return html5.get(entity[1].decode(), "").encode() or entity[0]


def _item(entry: Any, line: int) -> feed_items.Item:
    return feed_items.Item(
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
    names = [markup.line(str(one.get("name", ""))) for one in entry.get("authors", ())]
    if len(names) == 1:
        names = [part.strip() for part in re.split(r",\s+|;\s*", names[0])]
    return tuple(name for name in names if name and not ids.address(name))
