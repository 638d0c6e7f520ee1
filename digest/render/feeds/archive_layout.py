"""Decide which issues are in which archive document (RFC 5005, section 4), from their links alone.

A document holds issues of one ISO week. A week that is too large for one has several: its issues
fill them in order of their dates, and a document is full when the next issue would exceed
`LIMIT`. An issue that exceeds it alone has a document of its own, or several.

The last document of a week is open until a live issue of a later week follows. Live feeds hold
its live issues, so it has only the backfilled ones. All others are published at once, because
live feeds may not hold their issues any more. An issue that is added after the others of its week
changes no document but the open one. So readers can keep the others for good.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from digest.model.issue_links import IssueLink

LIMIT = 1 << 20  # estimated bytes of the issues in a document
LARGEST = 3 << 20  # estimated bytes of an issue that is in one document
_PAPER = 3 << 10  # bytes: the usual size of a paper in a document


class ArchiveDocument(NamedTuple):
    """An archive document: its name, its issues (oldest first) and the document before it.

    The first one of a week is named ``2026-w47``, the second one ``2026-w47-part-2``.
    An issue that takes several documents is alone in each, which holds the ``part`` of ``parts``
    of its papers, counted from 1 in the order of its page.
    """

    name: str
    issues: tuple[IssueLink, ...]
    before: str | None
    part: int = 1
    parts: int = 1


class ArchiveLayout(NamedTuple):
    """The archive documents of an edition, oldest first, and the live issues in none of them."""

    documents: tuple[ArchiveDocument, ...]
    unarchived: frozenset[str]  # keys of issues

    @property
    def newest(self) -> str | None:
        """The name of the newest document; None without one."""
        return self.documents[-1].name if self.documents else None


def week(day: str) -> str:
    """Return the ISO week of a day (``YYYY-MM-DD``) as archive documents name it: ``2026-w47``."""
    year, number, _ = date.fromisoformat(day).isocalendar()
    return f"{year}-w{number:02}"


def lay_out(links: Iterable[IssueLink]) -> ArchiveLayout:
    """Return the archive documents of one edition; ``links`` are its issues, oldest first."""
    weeks = [
        (name, _fill_documents(tuple(members)))
        for name, members in itertools.groupby(links, lambda link: week(link.date))
    ]
    open_week = max((name for name, groups in weeks if _has_live(groups)), default="")
    documents: list[ArchiveDocument] = []
    unarchived = frozenset[str]()
    for name, groups in weeks:
        closed = groups
        if name == open_week and _estimate(groups[-1]) < LIMIT:
            last = groups[-1]
            unarchived = frozenset(link.key for link in last if not link.is_history)
            history = tuple(link for link in last if link.is_history)
            closed = [*groups[:-1], *([history] if history else [])]
        for number, (issues, part, parts) in enumerate(_parts(closed), start=1):
            before = documents[-1].name if documents else None
            own = name if number == 1 else f"{name}-part-{number}"
            documents.append(ArchiveDocument(own, issues, before, part, parts))
    return ArchiveLayout(tuple(documents), unarchived)


def _fill_documents(links: Sequence[IssueLink]) -> list[tuple[IssueLink, ...]]:
    """Return the issues of a week in groups, each of which fits into a document if it can."""
    groups: list[tuple[IssueLink, ...]] = []
    for link in links:
        if groups and _estimate((*groups[-1], link)) <= LIMIT:
            groups[-1] += (link,)
        else:
            groups.append((link,))
    return groups


def _parts(
    groups: Iterable[tuple[IssueLink, ...]],
) -> Iterator[tuple[tuple[IssueLink, ...], int, int]]:
    """Yield the issues of each document of a week, with its part of their papers."""
    for issues in groups:
        parts = -(-_estimate(issues) // LARGEST) or 1
        # Readers go from a document to the one before it, so the first papers come last.
        for part in range(parts, 0, -1):
            yield issues, part, parts


def _estimate(links: Iterable[IssueLink]) -> int:
    """Return about how many bytes the papers of issues take in a document, or more."""
    # The documents themselves would have to be written to be measured, those of all years.
    return sum(max(link.size, link.papers * _PAPER) for link in links)


def _has_live(groups: Iterable[Sequence[IssueLink]]) -> bool:
    return any(not link.is_history for links in groups for link in links)
