"""Find the period that a weekly or monthly issue covers, and the history of each of its papers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from digest.editorial import calendar
from digest.model.issues import CountChange, Item, PaperHistory, Period
from digest.model.settings import Edition
from digest.pipeline.context import RunContext
from digest.storage.ledger.followups import FirstCount, IssueOfPaper

DatedItem = tuple[int, str | None, Item]  # the number in the ledger, the page date, the item


def find_period(
    context: RunContext, edition: Edition, day: str, papers: Sequence[DatedItem]
) -> Period | None:
    """Return the period of an issue with the date ``day``; None for a daily edition.

    It ends on the day before, and begins with the last date that was settled, so that missed
    dates are covered as well. If all papers are newer than that, as in a first issue, it covers
    their days instead. It has the history of each paper by guid.
    """
    if edition.period == "day":
        return None
    settled, pending = context.ledger.due_dates.settled_and_missed_before(edition.name, day)
    first, last = calendar.period_covered(edition.period, day, settled, pending)
    # Issues of the main edition are made first, so those of the same run can be linked already.
    main = context.settings.editions[0].name
    linked_edition = main if main != edition.name else None
    histories = _paper_histories(context, linked_edition, papers)
    dates = sorted(history.seen for history in histories.values())
    # An edition may begin on the very day it is due, with papers of that day.
    if dates and dates[0] > last:
        first, last = min(dates[0], day), min(dates[-1], day)
    return Period(first=first, last=last, main=linked_edition, papers=histories)


def _paper_histories(
    context: RunContext, linked_edition: str | None, papers: Sequence[DatedItem]
) -> dict[str, PaperHistory]:
    """Return the history of each paper by its guid, with links to ``linked_edition`` if any."""
    numbers = [number for number, _, _ in papers]
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
        item.guid: _paper_history(item, page_date, counts[number], issues.get(number))
        for number, page_date, item in papers
    }


def _paper_history(
    item: Item, page_date: str | None, counts: Sequence[FirstCount], issue: IssueOfPaper | None
) -> PaperHistory:
    # Only counts that have changed since a page first showed them, and that are known now.
    changes = {
        count.kind: CountChange(count.value, now, count.day)
        for count in counts
        if (now := getattr(item, count.kind)) not in (None, count.value)
    }
    return PaperHistory(
        seen=page_date or item.first_seen[:10],
        issue=issue.issue if issue else None,
        # Stored only if it differs: that issue may hold the paper under the guid of an alias.
        guid=issue.guid if issue and issue.guid != item.guid else None,
        **changes,
    )
