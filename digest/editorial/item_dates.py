"""Date the papers of an issue for feeds, in the order of its page.

Most feed readers sort items by date, so items of one moment would stand in any order. The paper
at place n of the page, counted from 0, is dated n seconds before the moment of the issue. Where
that would reach the moment of the edition's issue before, all are dated closer together, in
whole seconds. The seconds are stored with the issue, so no later change moves a date.
"""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from digest.model.issues import Issue, Item


def page_order(issue: Issue) -> tuple[Item, ...]:
    """Return the papers in the order of the page: those beyond the edition's limit come last."""
    beyond = frozenset(issue.more)
    # False sorts before True, and the sort is stable.
    return tuple(sorted(issue.papers, key=lambda item: item.guid in beyond))


def date_items(issue: Issue, before: str | None) -> Issue:
    """Return the issue with ``seconds_before`` of each paper.

    ``before`` is the moment of the edition's issue before; None if this is its first.
    """
    papers = page_order(issue)
    gap = None if before is None else _seconds_between(before, issue.moment)
    seconds = {item.guid: _seconds(place, len(papers), gap) for place, item in enumerate(papers)}
    sections = (
        replace(
            section,
            papers=tuple(
                replace(item, seconds_before=seconds[item.guid]) for item in section.papers
            ),
        )
        for section in issue.sections
    )
    return replace(issue, sections=tuple(sections))


def _seconds(place: int, papers: int, gap: int | None) -> int:
    if gap is None or papers <= gap:
        return place
    # At most gap - 1, which is later than the issue before.
    return place * gap // papers


def _seconds_between(before: str, moment: str) -> int:
    """Return the whole seconds between two moments; 0 if they are in the wrong order."""
    between = datetime.fromisoformat(moment) - datetime.fromisoformat(before)
    # An issue may have been made while the clock was ahead.
    return max(0, int(between.total_seconds()))
