"""Name the media type of each file in the output tree, as a web server has to send it."""

from __future__ import annotations

from digest.render import paths
from digest.render.feeds import OPML, atom, rss

_TEXT = {
    "html": "text/html", "css": "text/css", "js": "text/javascript", "md": "text/markdown",
    "svg": "image/svg+xml", "csv": "text/csv", "bib": "application/x-bibtex",
    "ris": "application/x-research-info-systems",
}  # fmt: skip
_FEED = "application/feed+json"


def media_type(path: str) -> str:
    """Return the value of ``Content-Type`` for a path below ``output/``.

    All texts are in UTF-8. A file of somebody else, which has no known ending, is
    ``application/octet-stream``.
    """
    folder, _, name = path.rpartition("/")
    ending = name.rpartition(".")[2]
    if ending == "json":  # is always in UTF-8: RFC 8259, section 11 names no charset
        is_feed = path == paths.JSON_FEED or folder == paths.ARCHIVE.partition("/")[0]
        return _FEED if is_feed else "application/json"
    text = _xml_type(path) if ending == "xml" else _TEXT.get(ending)
    return f"{text}; charset=utf-8" if text else "application/octet-stream"


def _xml_type(path: str) -> str:
    if path == OPML:
        return "text/x-opml"
    # The documents of the feeds' archive are called `2026-w47.xml` and `2026-w47.atom.xml`.
    return atom.TYPE if path == paths.ATOM or path.endswith(".atom.xml") else rss.TYPE
