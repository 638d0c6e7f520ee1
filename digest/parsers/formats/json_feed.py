"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import dates, feed_items, json_pieces, json_values, sources
from digest.parsers.fields.json_values import Json
from digest.parsers.fields.record_lines import LineFinder
from digest.parsers.input import encodings
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "json-feed"

_VERSION = rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version'


def detect(input_file: InputFile) -> str | None:
    """Detect a JSON object with the version address of JSON Feed."""
    if not json_values.may_be_json(input_file):
        return None
    head = encodings.in_utf8(input_file.head, None).lstrip()
    is_feed = head[:1] == b"{" and re.search(_VERSION, head)
    return "the version address of JSON Feed" if is_feed else None


def read(input_file: InputFile, evidence: str) -> Dump:
    """Read all items that are papers, in order; any other becomes a reject with its line.

    A feed that is cut off gives the items before the cut. Raises `Unreadable` if there are
    items and none is a paper.
    """
    data = encodings.in_utf8(input_file.read_all(), None)
    loaded = json_values.load(data)
    feed = loaded.value if loaded and isinstance(loaded.value, dict) else {}
    sightings: list[Sighting] = []
    rejects = Rejects()
    for item, line in _items(data, feed, rejects):
        paper = feed_items.sighting(_item(item, line)) if isinstance(item, dict) else None
        if paper is None:
            rejects.add(line, "an item without a link to a paper")
        else:
            sightings.append(paper)
    if rejects and not sightings:
        raise Unreadable("a feed, but not of papers")
    newest = max((paper.published for paper in sightings if paper.published), default=None)
    addresses = tuple(text for key in ("feed_url", "home_page_url") if (text := _text(feed, key)))
    source = sources.from_feed(_text(feed, "title"), addresses) or sources.from_file_name(
        input_file.name
    )
    return Dump(
        name=input_file.name,
        format_name=NAME,
        source=source,
        page_date=dates.iso_day_in_name(input_file.name) or newest,
        sightings=tuple(sightings),
        rejects=rejects.by_line(),
        is_cut=rejects.is_cut,
        evidence={"dialect": evidence},
    )


def _items(data: bytes, feed: Json, rejects: Rejects) -> Iterator[tuple[Any, int]]:
    """Yield each item and its line; of a damaged feed only the items are left."""
    if feed:
        finder = LineFinder(data)
        yield from ((item, finder.line(item)) for item in _list(feed.get("items")))
        return
    for span in json_pieces.iter_objects(data, _is_item):
        if isinstance(span, json_values.JsonDamage):
            rejects.add(span.line, span.reason, is_cut=span.is_cut)
        else:
            yield span.value, span.line


def _is_item(value: Any) -> bool:
    is_object = isinstance(value, dict) and "items" not in value
    return is_object and "title" in value and bool(value.keys() & {"id", "url", "external_url"})


def _item(item: Json, line: int) -> feed_items.FeedItem:
    texts = [_text(item, key) for key in ("content_text", "content_html", "summary")]
    return feed_items.FeedItem(
        title=_text(item, "title"),
        text=max(texts, key=len),  # the longest has the most of the abstract
        links=tuple(link for key in ("external_url", "url", "id") if (link := _text(item, key))),
        authors=tuple(_authors(item)),
        published=_text(item, "date_published"),
        categories=tuple(
            tag for tag in _list(item.get("tags")) if isinstance(tag, str) and tag.strip()
        ),
        line=line,
    )


def _authors(item: Json) -> Iterator[str]:
    # Version 1.0 has one "author", 1.1 a list of "authors".
    for author in (*_list(item.get("authors")), item.get("author")):
        if name := _text(author, "name") if isinstance(author, dict) else "":
            yield " ".join(name.split())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(holder: Json, key: str) -> str:
    return json_values.as_text(holder.get(key)) or ""
