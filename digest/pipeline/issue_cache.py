"""Read stored issues, and keep those that were read last in memory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from digest.model.issues import Issue
from digest.pipeline import month_parts

# Two parts of a month, which the feed of each topic reads. A paper takes about 6 KB in memory.
MAX_PAPERS = 2 * month_parts.MAX_PAPERS


class HasPapers(Protocol):
    """Names an issue and knows how many papers it has."""

    @property
    def papers(self) -> int:
        """The number of its papers."""


Link = TypeVar("Link", bound=HasPapers)


class IssueCache(Generic[Link]):
    """Reads issues by ``read``, and keeps the last ones while they have `MAX_PAPERS` papers."""

    def __init__(self, read: Callable[[Link], Issue]) -> None:
        self._read = read
        self._issues: dict[Link, Issue] = {}  # the one that was used last stands last
        self._papers = 0

    def load(self, link: Link) -> Issue:
        """Return an issue. The last two are kept, however many papers they have."""
        issue = self._issues.pop(link, None)
        if issue is None:
            while len(self._issues) > 1 and self._papers + link.papers > MAX_PAPERS:
                oldest = next(iter(self._issues))
                del self._issues[oldest]
                self._papers -= oldest.papers
            issue = self._read(link)
            self._papers += link.papers
        self._issues[link] = issue
        return issue
