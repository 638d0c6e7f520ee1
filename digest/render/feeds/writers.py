"""The forms of a feed document, and what the documents of one publication share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from digest.model.issues import Issue
from digest.model.settings import Site
from digest.render import paths
from digest.render.feeds import atom, jsonfeed, notices, rss
from digest.render.feeds.document import Channel, EntryFragment
from digest.render.feeds.entry import FeedEntry

_KEPT = 62  # issues whose papers are remembered: the feed of each topic goes over two months
_PIECES = 4096  # papers


class FeedFormat(NamedTuple):
    """One way to write a feed, and where the main feed's documents stand."""

    live: str
    suffix: str
    write: Callable[[FeedEntry], EntryFragment]
    render: Callable[[Channel, Iterable[bytes]], bytes]

    def archive(self, week: str) -> str:
        """Where the archive document of an ISO week stands."""
        return f"archive/{week}{self.suffix}"


RSS = FeedFormat(paths.RSS, ".xml", rss.piece, rss.render)
FORMATS = (
    RSS,
    FeedFormat(paths.ATOM, ".atom.xml", atom.piece, atom.render),
    FeedFormat(paths.JSON_FEED, ".json", jsonfeed.piece, jsonfeed.render),
)


class FeedWriters:
    """What the documents of one publication share: the site, and papers written only once.

    Remembers the entries of the last `_KEPT` issues and their pieces of RSS, the one format
    that several documents are written in.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.rss = RSS._replace(write=lru_cache(_PIECES)(rss.piece))
        self.formats: tuple[FeedFormat, ...] = (self.rss, *FORMATS[1:])
        self._papers: dict[int, _Papers] = {}  # by identity

    def entries(self, issue: Issue) -> list[FeedEntry]:
        """The papers of an issue, or what it says instead."""
        return self._of(issue).entries

    def under(self, issue: Issue, topic: str) -> list[FeedEntry]:
        """Those that are under a topic's heading, or also belong to it."""
        return self._of(issue).by_topic.get(topic, [])

    def _of(self, issue: Issue) -> _Papers:
        if id(issue) not in self._papers:
            if len(self._papers) >= _KEPT:
                del self._papers[next(iter(self._papers))]
            self._papers[id(issue)] = _papers(issue, self.site)
        return self._papers[id(issue)]


class _Papers(NamedTuple):
    """The papers of an issue, which is held so that its identity is no other's."""

    issue: Issue
    entries: list[FeedEntry]
    by_topic: dict[str, list[FeedEntry]]


def _papers(issue: Issue, site: Site) -> _Papers:
    entries = notices.entries(issue, site)
    by_topic = defaultdict[str, list[FeedEntry]](list)
    for entry in entries:
        for category in entry.categories:
            by_topic[category.id].append(entry)
    return _Papers(issue, entries, by_topic)
