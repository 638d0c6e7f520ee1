"""JSON Feed 1.1."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from digest.render import escape
from digest.render.feeds.document import Channel, EntryFragment
from digest.render.feeds.entry import FeedEntry

TYPE = "application/feed+json"

_VERSION = "https://jsonfeed.org/version/1.1"
_encode = msgspec.json.Encoder().encode


def write_document(channel: Channel, bodies: Iterable[bytes]) -> bytes:
    """Return the whole document; ``bodies`` are the bytes of its items."""
    frame = {
        "version": _VERSION,
        "title": channel.title,
        "home_page_url": channel.home,
        "feed_url": channel.own,
        "description": channel.description,
        "language": channel.language,
    }
    if channel.older:
        frame["next_url"] = channel.older  # the archive document with the next older items
    texts = {key: escape.xml_chars(value) for key, value in frame.items()}
    author = {"name": escape.xml_chars(channel.author), "url": texts["home_page_url"]}
    # Without the closing brace, because the items follow.
    more: dict[str, object] = {"authors": [author]}
    if channel.hub and not channel.archived:
        more["hubs"] = [{"type": "WebSub", "url": escape.xml_chars(channel.hub)}]
    head = _encode({**texts, **more})[:-1]
    items = b"".join(bodies)[1:]  # each item begins with a comma, the first one needs none
    return b'%b,"items":[%b\n]}\n' % (head, items)


def write_entry(entry: FeedEntry) -> EntryFragment:
    """Return an entry's item; without its full content the summary is its content."""
    item = {
        "id": entry.guid,
        "url": entry.link,
        "title": entry.title,
        "date_published": entry.moment.rfc3339,
        "authors": [{"name": name} for name in entry.authors],
        "tags": [topic.name for topic in entry.categories],
    }
    summary, content = _encode(entry.summary), _encode(entry.content)
    return EntryFragment(
        b",\n%b" % _encode(item)[:-1],  # without its brace: one of the two ends follows
        b',"summary":%b,"content_html":%b}' % (summary, content),
        b',"content_text":%b}' % summary,
    )
