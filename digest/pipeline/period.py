"""The period that a weekly or monthly issue covers, and the history of its papers within it."""

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
    """Return the period of an issue of this date; None for a daily edition."""
    if edition.period == "day":
        return None
    settled, pending = context.ledger.due_dates.settled_and_missed_before(edition.name, day)
    first, last = calendar.period_covered(edition.period, day, settled, pending)
    # The main edition issues first, so its issues of the same run can be linked already.
    main = context.settings.editions[0].name
    linked_edition = main if main != edition.name else None
    histories = _paper_histories(context, linked_edition, papers)
    dates = sorted(history.seen for history in histories.values())
    # The first issue may be due on the day of the first papers, after the period has ended.
    if dates and dates[0] > last:
        first, last = min(dates[0], day), min(dates[-1], day)
    return Period(first=first, last=last, main=linked_edition, papers=histories)


def _paper_histories(
    context: RunContext, linked_edition: str | None, papers: Sequence[DatedItem]
) -> dict[str, PaperHistory]:
    """Return the history of each paper by its guid."""
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
    changes = {
        count.kind: CountChange(count.value, now, count.day)
        for count in counts
        if (now := getattr(item, count.kind)) not in (None, count.value)
    }
    return PaperHistory(
        seen=page_date or item.first_seen[:10],
        issue=issue.issue if issue else None,
        # Stored only if it differs: a paper that became an alias has another guid there.
        guid=issue.guid if issue and issue.guid != item.guid else None,
        **changes,
    )
