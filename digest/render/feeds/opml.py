"""OPML 2.0: the list of feeds that readers import."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digest.render.feeds import document

Outline = tuple[str, str, str]  # title, address of the feed, address of its page


def render(title: str, feeds: Iterable[Outline], topics: Sequence[Outline]) -> bytes:
    """The document: the feeds, then the topics' feeds in a folder of their own.

    It bears no date, which is optional and would change the bytes of an unchanged list.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head>{document.tag('title', title)}</head>",
        "<body>",
        *map(_outline, feeds),
    ]
    if topics:
        lines += ['<outline text="Topics" title="Topics">', *map(_outline, topics), "</outline>"]
    return "\n".join((*lines, "</body>", "</opml>\n")).encode()


def _outline(outline: Outline) -> str:
    title, feed, page = outline
    return document.tag("outline", type="rss", text=title, title=title, xmlUrl=feed, htmlUrl=page)
