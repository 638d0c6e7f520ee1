"""Read stored issues, and keep those that were read last in memory."""

from __future__ import annotations

from collections.abc import Callable

from digest.model.issues import Issue, IssueLink

# A rebuild reads each issue of a year of days five times. A paper takes about 6 KB in memory.
MAX_PAPERS = 3_000


class IssueCache:
    """Reads issues by ``read``, and keeps the last ones while they have `MAX_PAPERS` papers."""

    def __init__(self, read: Callable[[IssueLink], Issue]) -> None:
        self._read = read
        self._issues: dict[IssueLink, Issue] = {}  # the one that was used last stands last
        self._papers = 0

    def load(self, link: IssueLink) -> Issue:
        """Return an issue. The newest one is kept, however many papers it has."""
        issue = self._issues.pop(link, None)
        if issue is None:
            self._papers += link.papers
            while self._issues and self._papers > MAX_PAPERS:
                oldest = next(iter(self._issues))
                del self._issues[oldest]
                self._papers -= oldest.papers
            issue = self._read(link)
        self._issues[link] = issue
        return issue
