"""Find the period that a weekly or monthly issue covers, and the history of each of its papers.

A paper was first seen on the day of the run that took it in, in the site's time zone. An issue
holds what was first seen before the midnight with which its own date begins.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime

from digest.editorial import calendar
from digest.model.issues import CountChange, Item, PaperHistory, Period
from digest.model.settings import Edition
from digest.pipeline.context import RunContext
from digest.storage.ledger.followups import FirstCount, IssueOfPaper

NumberedItem = tuple[int, Item]  # with the number of the paper in the ledger


def first_day(context: RunContext, edition: Edition) -> date | None:
    """Return the day on which an edition began, that of its first paper; None before that."""
    first = context.ledger.due_dates.first_moment(edition.name)
    return _local_day(context, first) if first else None


def last_intake(context: RunContext, edition: Edition, day: date, cursor: int) -> int:
    """Return the number of the last intake whose papers an issue with the date ``day`` may hold.

    For a daily edition that is the newest one there is. For others it is the newest one before
    ``day``, or the ``cursor`` of the edition if there is none after it.
    """
    if edition.period == "day":
        return context.ledger.intakes.last_number()
    # The newest: while a clock is ahead, an intake may get a moment after that of later ones.
    for number, moment in context.ledger.intakes.moments_after(cursor):
        if _local_day(context, moment) < day:
            return number
    return cursor


def find_period(
    context: RunContext, edition: Edition, day: str, papers: Sequence[NumberedItem]
) -> Period | None:
    """Return the period of an issue with the date ``day``; None for a daily edition.

    It ends on the day before, and begins with the last date that was settled, so that the dates
    that it catches up are covered as well. The first period of an edition begins on the day on
    which the edition began. It has the history of each paper by guid.
    """
    if edition.period == "day":
        return None
    settled, caught_up = context.ledger.due_dates.settled_and_caught_up_before(edition.name, day)
    first, last = calendar.period_covered(edition.period, day, settled, caught_up)
    began = first_day(context, edition)
    is_incomplete = settled is None and began is not None and began.isoformat() > first
    # Issues of the main edition are made first, so those of the same run can be linked already.
    main = context.settings.editions[0].name
    linked_edition = main if main != edition.name else None
    return Period(
        first=began.isoformat() if is_incomplete and began else first,
        last=last,
        main=linked_edition,
        papers=_paper_histories(context, linked_edition, papers),
        incomplete=is_incomplete,
    )


def _paper_histories(
    context: RunContext, linked_edition: str | None, papers: Sequence[NumberedItem]
) -> dict[str, PaperHistory]:
    """Return the history of each paper by its guid, with links to ``linked_edition`` if any."""
    numbers = [number for number, _ in papers]
    counts: dict[int, list[FirstCount]] = defaultdict(list)
    for count in context.ledger.followups.first_counts(numbers):
        counts[count.paper].append(count)
    issues: dict[int, IssueOfPaper] = {}
    if linked_edition:
        issues = {
            issue.paper: issue
            for issue in context.ledger.followups.list_issues_with(linked_edition, numbers)
        }
    return {
        item.guid: _paper_history(context, item, counts[number], issues.get(number))
        for number, item in papers
    }


def _paper_history(
    context: RunContext, item: Item, counts: Sequence[FirstCount], issue: IssueOfPaper | None
) -> PaperHistory:
    # Only counts that have changed since a page first showed them, and that are known now.
    changes = {
        count.kind: CountChange(count.value, now, _local_day(context, count.moment).isoformat())
        for count in counts
        if (now := getattr(item, count.kind)) not in (None, count.value)
    }
    return PaperHistory(
        seen=_local_day(context, item.first_seen).isoformat(),
        issue=issue.issue if issue else None,
        # Stored only if it differs: that issue may hold the paper under the guid of an alias.
        guid=issue.guid if issue and issue.guid != item.guid else None,
        **changes,
    )


def _local_day(context: RunContext, moment: str) -> date:
    # Days are those of the site's time zone; the ledger may hold moments of another one.
    return datetime.fromisoformat(moment).astimezone(context.moment.tzinfo).date()
