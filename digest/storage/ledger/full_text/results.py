"""What a search finds, and the little that it reads of a stored issue."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from digest.model.papers import Paper


class IndexPlace(NamedTuple):
    """An issue that holds a paper, and the guid of the paper and its heading there.

    ``topic`` and ``heading`` are the id and the name of the heading.
    """

    edition: str
    date: str
    ordinal: int
    guid: str
    topic: str | None
    heading: str | None


class SearchResult(NamedTuple):
    """A paper, and the newest issue that holds it, if any."""

    paper: Paper
    issue: IndexPlace | None


class IssuedResults(NamedTuple):
    """A part of the papers in published issues that a search finds, the best first.

    ``total`` is the number of all; it counts to `issued_search.COUNTED` and one more, because
    to count all papers that have a frequent word takes long. ``is_complete`` is False until the
    index has all papers: it is being made.
    """

    results: tuple[SearchResult, ...]
    total: int
    is_complete: bool


class _PaperGuid(msgspec.Struct):
    guid: str


class _SectionGuids(msgspec.Struct):
    topic: str
    name: str
    papers: tuple[_PaperGuid, ...]


class IssueHeadings(msgspec.Struct):
    """The headings of a stored issue with their papers, decoded without the rest to save time."""

    sections: tuple[_SectionGuids, ...]

    def by_guid(self) -> dict[str, tuple[str, str]]:
        """Return topic and name of the heading under which each paper stands."""
        return {
            paper.guid: (section.topic, section.name)
            for section in self.sections
            for paper in section.papers
        }
