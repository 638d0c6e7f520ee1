"""The formats of a feed document, and a cache of entries that several documents share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import NamedTuple

from digest.model.issues import Issue
from digest.model.settings import Site
from digest.render import paths
from digest.render.feeds import atom, document, jsonfeed, notices, rss
from digest.render.feeds.document import Channel, EntryFragment
from digest.render.feeds.entry import FeedEntry

# Papers. The feed of each topic reads the issues of two months, unless they have more.
_CACHED_ENTRIES = 4096


class FeedFormat(NamedTuple):
    """A feed format: the path of its live document, and the functions that write it."""

    live: str
    suffix: str
    write_entry: Callable[[FeedEntry], EntryFragment]
    write_document: Callable[[Channel, Iterable[bytes]], bytes]

    def archive(self, name: str) -> str:
        """Return the path of the archive document of this name."""
        return f"archive/{name}{self.suffix}"


RSS = FeedFormat(paths.RSS, ".xml", rss.write_entry, rss.write_document)
FORMATS = (
    RSS,
    FeedFormat(paths.ATOM, ".atom.xml", atom.write_entry, atom.write_document),
    FeedFormat(paths.JSON_FEED, ".json", jsonfeed.write_entry, jsonfeed.write_document),
)


class FeedWriters:
    """The site and the formats of one publication, with a cache of entries.

    Holds up to `_CACHED_ENTRIES` entries of the issues that were read last, and their bytes in
    RSS, the one format in which several documents show the same entry.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.clear()

    def clear(self) -> None:
        """Forget all entries and their issues, to free memory for what needs none of them."""
        document.escape_content.cache_clear()
        self.rss = RSS._replace(write_entry=lru_cache(_CACHED_ENTRIES)(rss.write_entry))
        self.formats: tuple[FeedFormat, ...] = (self.rss, *FORMATS[1:])
        self._cache: dict[int, _IssueEntries] = {}  # by the identity of the issue
        self._cached = 0  # entries

    def entries(self, issue: Issue) -> list[FeedEntry]:
        """Return the entries of an issue's papers, or of its notice."""
        return self._issue_entries(issue).entries

    def entries_under(self, issue: Issue, topic: str) -> list[FeedEntry]:
        """Return the entries of papers under a topic's heading, or that also belong to it."""
        return self._issue_entries(issue).by_topic.get(topic, [])

    def _issue_entries(self, issue: Issue) -> _IssueEntries:
        if id(issue) not in self._cache:
            added = _group_entries(issue, self.site)
            self._cached += len(added.entries)
            while len(self._cache) > 1 and self._cached > _CACHED_ENTRIES:
                first_added = next(iter(self._cache))
                self._cached -= len(self._cache.pop(first_added).entries)
            self._cache[id(issue)] = added
        return self._cache[id(issue)]


class _IssueEntries(NamedTuple):
    """The entries of an issue, all and by topic."""

    issue: Issue  # held, because another issue could get the identity of one that is freed
    entries: list[FeedEntry]
    by_topic: dict[str, list[FeedEntry]]


def _group_entries(issue: Issue, site: Site) -> _IssueEntries:
    entries = notices.entries_or_notice(issue, site)
    by_topic = defaultdict[str, list[FeedEntry]](list)
    for entry in entries:
        for category in entry.categories:
            by_topic[category.id].append(entry)
    return _IssueEntries(issue, entries, by_topic)
