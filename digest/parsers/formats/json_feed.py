"""JSON Feed 1.0 and 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from digest.errors import Unreadable
from digest.model.papers import Dump, Sighting
from digest.parsers.fields import dates, feed_items, json_values, sources
from digest.parsers.fields.json_values import Json
from digest.parsers.formats import scraped_json
from digest.parsers.input.input_file import InputFile
from digest.parsers.input.rejects import Rejects

NAME = "json-feed"

_VERSION = re.compile(rb'"version"\s*:\s*"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version')


def detect(origin: InputFile) -> str | None:
    """A JSON object with the version address of JSON Feed."""
    head = json_values.to_utf8(origin.head).lstrip()
    return (
        "the version address of JSON Feed" if head[:1] == b"{" and _VERSION.search(head) else None
    )


def read(origin: InputFile, witness: str) -> Dump:
    """All items that are papers, in order; others are rejects with their line.

    A cut feed gives the items before the cut. Raises `Unreadable` for a feed that is not of
    papers.
    """
    data = json_values.to_utf8(origin.read_all())
    loaded = json_values.load(data)
    feed = loaded.values[0].value if len(loaded.values) == 1 else {}
    items = feed.get("items") if isinstance(feed, dict) and "items" in feed else None
    if not isinstance(items, list):
        items, feed = [one.value for one in loaded.values if one.value is not feed], {}
    finder = scraped_json.Finder(data)
    sightings: list[Sighting] = []
    rejects = Rejects(loaded.rejects)
    for item in items:
        line = finder.line(item)
        found = feed_items.sighting(_item(item, line)) if isinstance(item, dict) else None
        if found is None:
            rejects.add(line, "an item without the address of a paper")
        else:
            sightings.append(found)
    if rejects and not sightings:
        raise Unreadable("a feed, but not of papers")
    newest = max((one.published for one in sightings if one.published), default=None)
    addresses = tuple(text for key in ("feed_url", "home_page_url") if (text := _text(feed, key)))
    return Dump(
        name=origin.name,
        dialect=NAME,
        source=sources.from_feed(_text(feed, "title"), addresses)
        or sources.from_file_name(origin.name),
        page_date=dates.iso_day_in_name(origin.name) or newest,
        sightings=tuple(sightings),
        rejects=rejects.by_line(),
        witness={"dialect": witness},
    )


def _item(item: Json, line: int) -> feed_items.FeedItem:
    texts = [_text(item, key) for key in ("content_text", "content_html", "summary")]
    return feed_items.FeedItem(
        title=_text(item, "title"),
        text=max(texts, key=len),
        links=tuple(link for key in ("external_url", "url", "id") if (link := _text(item, key))),
        authors=tuple(_authors(item)),
        published=_text(item, "date_published"),
        categories=tuple(
            tag for tag in _list(item.get("tags")) if isinstance(tag, str) and tag.strip()
        ),
        line=line,
    )


def _authors(item: Json) -> Iterator[str]:
    for author in (*_list(item.get("authors")), item.get("author")):
        if name := _text(author, "name") if isinstance(author, dict) else "":
            yield " ".join(name.split())


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(holder: Json, key: str) -> str:
    return json_values.as_text(holder.get(key)) or ""
