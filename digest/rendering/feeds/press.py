"""The forms of a feed document, and what the documents of one publication share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from digest.model.issues import Issue
from digest.model.settings import Site
from digest.rendering import paths
from digest.rendering.feeds import atom, jsonfeed, notices, rss
from digest.rendering.feeds.document import Channel, Piece
from digest.rendering.feeds.entry import Entry

_KEPT = 40  # issues whose papers are remembered: more than a month
_PIECES = 4096  # papers


class Format(NamedTuple):
    """One way to write a feed, and where the main feed's documents stand."""

    live: str
    suffix: str
    write: Callable[[Entry], Piece]
    render: Callable[[Channel, Iterable[bytes]], bytes]

    def archive(self, week: str) -> str:
        """Where the archive document of an ISO week stands."""
        return f"archive/{week}{self.suffix}"


RSS = Format(paths.RSS, ".xml", rss.piece, rss.render)
FORMATS = (
    RSS,
    Format(paths.ATOM, ".atom.xml", atom.piece, atom.render),
    Format(paths.JSON_FEED, ".json", jsonfeed.piece, jsonfeed.render),
)


class Press:
    """What the documents of one publication share: the site, and papers written only once.

    Remembers the entries of the last `_KEPT` issues and their pieces of RSS, the one format
    that several documents are written in.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.rss = RSS._replace(write=lru_cache(_PIECES)(rss.piece))
        self.formats: tuple[Format, ...] = (self.rss, *FORMATS[1:])
        self._entries: dict[int, tuple[Issue, list[Entry]]] = {}  # by identity

    def entries(self, issue: Issue) -> list[Entry]:
        """The papers of an issue, or what it says instead."""
        if id(issue) not in self._entries:
            if len(self._entries) >= _KEPT:
                del self._entries[next(iter(self._entries))]
            self._entries[id(issue)] = issue, notices.entries(issue, self.site)
        return self._entries[id(issue)][1]
