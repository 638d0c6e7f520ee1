"""RSS 2.0 with the content, Dublin Core, syndication, history and Atom link modules.

Follows the RSS Best Practices Profile: the channel's link is the home page, the guid is no
address, the description comes before the full content.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable

from digest.render import escape
from digest.render.feeds import document
from digest.render.feeds.document import Channel, EntryFragment
from digest.render.feeds.entry import Category, FeedEntry

TYPE = "application/rss+xml"

_OPEN = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom"'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:fh="http://purl.org/syndication/history/1.0"'
    ' xmlns:sy="http://purl.org/rss/1.0/modules/syndication/">\n<channel>\n'
)
_CLOSE = "\n</channel>\n</rss>\n"
_DOCS = "https://www.rssboard.org/rss-specification"
_TTL = 1440  # minutes; a day whatever the rhythm, or a weekly issue could be seen a week late


def render(channel: Channel, bodies: Iterable[bytes]) -> bytes:
    """The whole document; ``bodies`` are items made of `piece`."""
    head = "\n".join(_head(channel))
    return b"".join(((_OPEN + head).encode(), *bodies, _CLOSE.encode()))


def piece(entry: FeedEntry) -> EntryFragment:
    """The item of an entry; without its full content it keeps its description."""
    text = document.text
    creators = document.each("<dc:creator>", entry.authors, "</dc:creator>")
    categories = "".join(map(_category, entry.categories))
    head = (
        f"\n<item><title>{text(entry.title)}</title><link>{text(entry.link)}</link>"
        f'<guid isPermaLink="false">{text(entry.guid)}</guid>'
        f"<pubDate>{entry.moment.rfc822}</pubDate>{creators}{categories}"
        f"<description>{text(escape.html(entry.summary))}</description>"
    )
    full = f"<content:encoded>{document.content(entry)}</content:encoded></item>"
    return EntryFragment(head.encode(), full.encode(), b"</item>")


@functools.lru_cache
def _category(topic: Category) -> str:
    domain, name = escape.html(topic.url), document.text(topic.name)
    return f'<category domain="{domain}">{name}</category>'


def _head(channel: Channel) -> Iterable[str]:
    tag = document.tag
    yield tag("title", channel.title)
    yield tag("link", channel.home)
    yield tag("description", channel.description)
    yield tag("language", channel.language)
    yield tag("generator", document.NAME)
    yield tag("docs", _DOCS)
    yield tag("atom:link", rel="self", type=TYPE, href=channel.own)
    if channel.older:
        yield tag("atom:link", rel="prev-archive", type=TYPE, href=channel.older)
    if channel.updated:
        yield tag("lastBuildDate", channel.updated.rfc822)
    if channel.archived:
        yield tag("atom:link", rel="current", type=TYPE, href=channel.current)
        yield tag("fh:archive")
    else:
        yield tag("ttl", str(_TTL))
        yield tag("sy:updatePeriod", channel.rhythm.period)
        yield tag("sy:updateFrequency", str(channel.rhythm.times))
