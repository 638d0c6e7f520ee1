"""Divide the issues of each month into parts, for the pages and files that list a month's papers.

A month with up to `MAX_PAPERS` papers is one part. Of a larger month, an earlier part does not
change when later issues follow: a run writes the newest part again, not the whole month.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from digest.model.issue_links import IssueLink

MAX_PAPERS = 1_500  # of a part, unless one day has more
_MONTH = len("2026-11")


class MonthPart(NamedTuple):
    """A part of a month and its issues, oldest first.

    The last part is named like the month, ``2026-11``, so that a link to a month leads to its
    newest papers. It knows the ``earlier`` ones, which are named ``2026-11-part-1`` and so on.
    """

    month: str
    name: str
    issues: tuple[IssueLink, ...]
    earlier: tuple[MonthPart, ...] = ()

    @property
    def is_last(self) -> bool:
        """Whether no part of the month follows."""
        return self.name == self.month

    @property
    def days(self) -> tuple[str, str]:
        """The dates of its first and last issue."""
        return self.issues[0].date, self.issues[-1].date


def split_months(links: Iterable[IssueLink]) -> dict[str, MonthPart]:
    """Return the parts of all months by name, oldest first.

    ``links`` are the issues of one edition, oldest first.
    """
    parts: dict[str, MonthPart] = {}
    for month, members in itertools.groupby(links, lambda link: link.date[:_MONTH]):
        *groups, last = _fill_parts(members)
        earlier = tuple(
            MonthPart(month, f"{month}-part-{number}", issues)
            for number, issues in enumerate(groups, start=1)
        )
        parts |= {part.name: part for part in earlier}
        parts[month] = MonthPart(month, month, last, earlier)
    return parts


def changed_parts(
    links: Sequence[IssueLink], new: AbstractSet[IssueLink]
) -> dict[str, list[IssueLink] | None]:
    """Return the parts that new issues change, by name, with those of the new issues in each.

    A part has None where more than its new issues is different: it was not there before, or the
    parts before it in its month have changed. ``links`` are all issues, oldest first.
    """
    before, changed = _without(links, new), dict[str, list[IssueLink] | None]()
    for name, part in split_months(links).items():
        known = tuple(link for link in part.issues if link not in new)
        if before.get(name) == part._replace(issues=known):
            if len(known) < len(part.issues):
                changed[name] = [link for link in part.issues if link in new]
        else:
            changed[name] = None
    return changed


def outdated_parts(links: Sequence[IssueLink], new: AbstractSet[IssueLink]) -> list[str]:
    """Return the names of the parts that were there without the new issues, and are no more."""
    now = split_months(links)
    return [name for name in _without(links, new) if name not in now]


def _without(links: Iterable[IssueLink], new: AbstractSet[IssueLink]) -> dict[str, MonthPart]:
    return split_months(link for link in links if link not in new)


def _fill_parts(links: Iterable[IssueLink]) -> Iterator[tuple[IssueLink, ...]]:
    part: tuple[IssueLink, ...] = ()
    # By days, because the ledger counts the papers of topics by days.
    for _, members in itertools.groupby(links, lambda link: link.date):
        day = tuple(members)
        if part and sum(link.papers for link in (*part, *day)) > MAX_PAPERS:
            yield part
            part = ()
        part += day
    yield part
