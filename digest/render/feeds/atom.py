"""Atom (RFC 4287), with the links and the mark of archived feeds (RFC 5005)."""

from __future__ import annotations

import functools
from collections.abc import Iterable

from digest.render import escape
from digest.render.feeds import document
from digest.render.feeds.document import Channel, EntryFragment
from digest.render.feeds.entry import Category, FeedEntry

TYPE = "application/atom+xml"

_NO_DATE = "1970-01-01T00:00:00+00:00"  # a feed without entries needs a date too
_CLOSE = b"\n</feed>\n"


def write_document(channel: Channel, bodies: Iterable[bytes]) -> bytes:
    """Return the whole document; ``bodies`` are the bytes of its entries."""
    head = "\n".join(_head(channel))
    return b"".join((head.encode(), *bodies, _CLOSE))


def write_entry(entry: FeedEntry) -> EntryFragment:
    """Return an entry's bytes; without its full content it keeps its summary and its link."""
    text = document.escape_text
    authors = document.repeat_element("<author><name>", entry.authors, "</name></author>")
    categories = "".join(map(_category, entry.categories))
    # "updated" equals "published", because an issue is never changed once it is composed.
    date = entry.moment.rfc3339
    head = (
        f'\n<entry><title type="text">{text(entry.title)}</title>'
        f"<id>{text(entry.guid)}</id>"
        f"<published>{date}</published><updated>{date}</updated>"
        f'<link rel="alternate" href="{escape.html(entry.link)}"/>{authors}{categories}'
        f'<summary type="text">{text(entry.summary)}</summary>'
    )
    full = f'<content type="html">{document.escape_content(entry)}</content></entry>'
    return EntryFragment(head.encode(), full.encode(), b"</entry>")


@functools.lru_cache
def _category(topic: Category) -> str:
    return document.write_element("category", term=topic.id, scheme=topic.url, label=topic.name)


def _head(channel: Channel) -> Iterable[str]:
    element = document.write_element
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield (
        '<feed xmlns="http://www.w3.org/2005/Atom"'
        ' xmlns:fh="http://purl.org/syndication/history/1.0"'
        f' xml:lang="{escape.html(channel.language)}">'
    )
    yield element("title", channel.title, type="text")
    yield element("subtitle", channel.description, type="text")
    # Archive documents have the id of the live one: they are parts of one feed.
    yield element("id", channel.current)
    yield element("updated", channel.updated.rfc3339 if channel.updated else _NO_DATE)
    yield f"<author>{element('name', channel.author)}{element('uri', channel.home)}</author>"
    yield element("generator", document.GENERATOR)
    yield element("link", rel="alternate", type="text/html", href=channel.home)
    yield element("link", rel="self", type=TYPE, href=channel.own)
    if channel.older:
        yield element("link", rel="prev-archive", type=TYPE, href=channel.older)
    if channel.archived:
        yield element("link", rel="current", type=TYPE, href=channel.current)
        yield element("fh:archive")
    elif channel.hub:
        yield element("link", rel="hub", href=channel.hub)
