"""OPML 2.0: the list of feeds, for import into a feed reader."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from digest.render.feeds import document

Outline = tuple[str, str, str]  # title, address of the feed, address of its page


def write_document(title: str, feeds: Iterable[Outline], topics: Sequence[Outline]) -> bytes:
    """Return the document: the feeds, then the feeds of topics in a folder of their own."""
    # Without dateCreated, which is optional: it would change the bytes of an unchanged list.
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<opml version="2.0">',
        f"<head>{document.write_element('title', title)}</head>",
        "<body>",
        *map(_outline, feeds),
    ]
    if topics:
        lines += ['<outline text="Topics" title="Topics">', *map(_outline, topics), "</outline>"]
    return "\n".join((*lines, "</body>", "</opml>\n")).encode()


def _outline(outline: Outline) -> str:
    title, feed, page = outline
    return document.write_element(
        "outline", type="rss", text=title, title=title, xmlUrl=feed, htmlUrl=page
    )
