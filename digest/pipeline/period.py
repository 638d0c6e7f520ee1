"""What a week's or a month's issue looks back on: its days, and each paper since first sight."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from digest.editorial import calendar
from digest.model.issues import CountChange, Item, PaperHistory, Period
from digest.model.settings import Edition
from digest.pipeline.context import RunContext
from digest.storage.ledger import followups

Shown = tuple[int, str | None, Item]  # the ledger's own number, page date, as it is shown


def of(state: RunContext, edition: Edition, day: str, papers: Sequence[Shown]) -> Period | None:
    """The span of an issue of this date; none for a day's.

    The main edition issues first, so its issue of the same wake is already there to link to.
    """
    if edition.period == "day":
        return None
    settled, pending = state.ledger.due_dates.settled_and_missed_before(edition.name, day)
    first, last = calendar.period_covered(edition.period, day, settled, pending)
    main = state.settings.editions[0].name
    others = main if main != edition.name else None
    traces = _traces(state, others, papers)
    seen = sorted(trace.seen for trace in traces.values())
    if seen and seen[0] > last:  # the first issue may be due on the day of the first papers
        first, last = min(seen[0], day), min(seen[-1], day)
    return Period(first=first, last=last, main=others, papers=traces)


def _traces(
    state: RunContext, main: str | None, papers: Sequence[Shown]
) -> dict[str, PaperHistory]:
    numbers = [number for number, _, _ in papers]
    counts: dict[int, list[followups.FirstCount]] = defaultdict(list)
    for one in state.ledger.followups.first_counts(numbers):
        counts[one.paper].append(one)
    held = (
        {one.paper: one for one in state.ledger.followups.list_issues_with(main, numbers)}
        if main
        else {}
    )
    return {
        item.guid: _trace(item, page_date, counts[number], held.get(number))
        for number, page_date, item in papers
    }


def _trace(
    item: Item,
    page_date: str | None,
    counts: Sequence[followups.FirstCount],
    held: followups.IssueOfPaper | None,
) -> PaperHistory:
    moved = {
        one.kind: CountChange(one.value, now, one.day)
        for one in counts
        if (now := getattr(item, one.kind)) not in (None, one.value)
    }
    return PaperHistory(
        seen=page_date or item.first_seen[:10],
        issue=held.issue if held else None,
        guid=held.guid if held and held.guid != item.guid else None,
        **moved,
    )
