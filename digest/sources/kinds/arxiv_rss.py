"""`arxiv-rss`: what arXiv announced today in some categories.

One feed has all categories, and an item says how it was announced. It is empty on days without
an announcement.
Source: https://info.arxiv.org/help/rss.html.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from urllib.parse import quote

from digest.model.fetching import Answer, Look, Request, SourceState
from digest.model.source_settings import Source
from digest.sources import look_parts

EVERY = "6h"
BY_DAY = False
ADDRESS = "https://rss.arxiv.org/rss/"
_ITEM = re.compile(rb"[ \t]*<item[\s>].*?</item\s*>[ \t]*(?:\r?\n)?", re.DOTALL)
_TYPE = re.compile(
    rb"<(?:\w+:)?announce_type>\s*([\w-]+)\s*<|<description>[^<]{0,100}?Announce Type:\s*([\w-]+)"
)


def looks(
    source: Source, _state: SourceState | None, days: Sequence[date], _token: str | None
) -> list[Look]:
    """Return the look at the feed of today."""
    address = ADDRESS + quote("+".join(source.categories), safe="+")
    request = Request(address, look_parts.headers("application/rss+xml, application/xml;q=0.9"))

    def bodies(answers: Sequence[Answer]) -> list[bytes]:
        return [only(answer.body, source.announce) for answer in answers]

    day = days[-1]
    name = look_parts.name(source, day)
    return [Look(name, request, ".xml", ("feed",), bodies=bodies, day=day.isoformat())]


def only(feed: bytes, announce: Collection[str]) -> bytes:
    """Return a feed without the items announced in another way than these; none given: all.

    An item that does not say how it was announced stays. Nothing else changes.
    """

    def kept(item: re.Match[bytes]) -> bytes:
        found = _TYPE.search(item[0])
        kind = (found[1] or found[2]).decode() if found else ""
        return item[0] if not kind or kind in announce else b""

    return _ITEM.sub(kept, feed) if announce else feed
