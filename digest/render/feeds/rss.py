"""RSS 2.0 with the content, Dublin Core, syndication, history and Atom link modules.

Follows the RSS Best Practices Profile: the channel's link is the home page, the guid is not a
web address, the description comes before the full content.
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
# Minutes: one day for every schedule. With a week for a weekly edition, a reader that fetches
# the feed just before an issue would show it a week late.
_TTL = 1440


def write_document(channel: Channel, bodies: Iterable[bytes]) -> bytes:
    """Return the whole document; ``bodies`` are the bytes of its items."""
    head = "\n".join(_head(channel))
    return b"".join(((_OPEN + head).encode(), *bodies, _CLOSE.encode()))


def write_entry(entry: FeedEntry) -> EntryFragment:
    """Return an entry's item; without its full content it keeps its description."""
    text = document.escape_text
    # One element: of several, most readers show the first or the last alone.
    creator = f"<dc:creator>{text(entry.byline)}</dc:creator>" if entry.byline else ""
    categories = "".join(map(_category, entry.categories))
    # A description is HTML, so its text is escaped twice.
    head = (
        f"\n<item><title>{text(entry.title)}</title><link>{text(entry.link)}</link>"
        f'<guid isPermaLink="false">{text(entry.guid)}</guid>'
        f"<pubDate>{entry.moment.rfc822}</pubDate>{creator}{categories}"
        f"<description>{text(escape.html(entry.summary))}</description>"
    )
    full = f"<content:encoded>{document.escape_content(entry)}</content:encoded></item>"
    return EntryFragment(head.encode(), full.encode(), b"</item>")


@functools.lru_cache
def _category(topic: Category) -> str:
    domain, name = escape.html(topic.url), document.escape_text(topic.name)
    return f'<category domain="{domain}">{name}</category>'


def _head(channel: Channel) -> Iterable[str]:
    element = document.write_element
    yield element("title", channel.title)
    yield element("link", channel.home)
    yield element("description", channel.description)
    yield element("language", channel.language)
    yield element("generator", document.GENERATOR)
    yield element("docs", _DOCS)
    yield element("atom:link", rel="self", type=TYPE, href=channel.own)
    if channel.older:
        yield element("atom:link", rel="prev-archive", type=TYPE, href=channel.older)
    if channel.updated:
        yield element("lastBuildDate", channel.updated.rfc822)
    if channel.archived:
        yield element("atom:link", rel="current", type=TYPE, href=channel.current)
        yield element("fh:archive")
    else:
        if channel.hub:
            yield element("atom:link", rel="hub", href=channel.hub)
        yield element("ttl", str(_TTL))
        yield element("sy:updatePeriod", channel.frequency.period)
        yield element("sy:updateFrequency", str(channel.frequency.times))
