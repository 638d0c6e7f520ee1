"""Atom (RFC 4287), with the links and the mark of archived feeds (RFC 5005)."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from digest.render import escape
from digest.render.feeds import document
from digest.render.feeds.document import Channel, EntryFragment
from digest.render.feeds.entry import Category, FeedEntry

TYPE = "application/atom+xml"

_NEVER = "1970-01-01T00:00:00+00:00"  # a feed without entries has no date, and must have one
_CLOSE = b"\n</feed>\n"


def render(channel: Channel, bodies: Iterable[bytes]) -> bytes:
    """The whole document; ``bodies`` are entries made of `piece`.

    The feed's id is the address of the live document, in its archive documents too: they
    are parts of one feed.
    """
    head = "\n".join(_head(channel))
    return b"".join((head.encode(), *bodies, _CLOSE))


def piece(entry: FeedEntry) -> EntryFragment:
    """The entry; without its full content it keeps its summary and its link.

    ``updated`` equals ``published``: an issue is never changed after it was composed.
    """
    text = document.text
    authors = document.each("<author><name>", entry.authors, "</name></author>")
    categories = "".join(map(_category, entry.categories))
    when = entry.moment.rfc3339
    head = (
        f'\n<entry><title type="text">{text(entry.title)}</title>'
        f"<id>{text(entry.guid)}</id>"
        f"<published>{when}</published><updated>{when}</updated>"
        f'<link rel="alternate" href="{escape.html(entry.link)}"/>{authors}{categories}'
        f'<summary type="text">{text(entry.summary)}</summary>'
    )
    full = f'<content type="html">{document.content(entry)}</content></entry>'
    return EntryFragment(head.encode(), full.encode(), b"</entry>")


@functools.lru_cache
def _category(topic: Category) -> str:
    return document.tag("category", term=topic.id, scheme=topic.url, label=topic.name)


def _head(channel: Channel) -> Iterable[str]:
    tag = document.tag
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        '<feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:fh="http://purl.org/syndication/history/1.0"'
        f' xml:lang="{escape.html(channel.language)}">'
    )
    yield tag("title", channel.title, type="text")
    yield tag("subtitle", channel.description, type="text")
    yield tag("id", channel.current)
    yield tag("updated", channel.updated.rfc3339 if channel.updated else _NEVER)
    yield f"<author>{tag('name', channel.author)}{tag('uri', channel.home)}</author>"
    yield tag("generator", document.NAME)
    yield tag("link", rel="alternate", type="text/html", href=channel.home)
    yield tag("link", rel="self", type=TYPE, href=channel.own)
    if channel.older:
        yield tag("link", rel="prev-archive", type=TYPE, href=channel.older)
    if channel.archived:
        yield tag("link", rel="current", type=TYPE, href=channel.current)
        yield tag("fh:archive")
