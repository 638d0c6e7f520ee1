"""What an issue tells of papers of earlier issues: updated and rising."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from digest import text
from digest.editorial import compose, followups
from digest.model.issues import Issue, Item
from digest.pipeline.context import RunContext
from digest.storage.ledger import followups as ledger_followups


def with_moves(state: RunContext, composed: Issue, after: int) -> Issue:
    """The issue with what intakes after this one changed in papers its edition has issued."""
    changed = state.ledger.followups.list_changes(composed.edition, after)
    since = date.fromisoformat(composed.date) - timedelta(days=followups.RISING_DAYS)
    counted = state.ledger.followups.list_counts(composed.edition, since.isoformat())
    rising = followups.select_rising(map(_watched, counted))
    numbers = sorted({one.paper for one in changed} | {one.number for one in rising})
    if not numbers:
        return composed
    shown = {
        paper.id: compose.clean_paper(paper, 1).item
        for paper in state.ledger.papers.by_number(numbers)
    }
    state.ledger.followups.record_risen(
        composed.edition, [(one.number, one.now.attention) for one in rising]
    )
    return msgspec.structs.replace(
        composed,
        updated=followups.updated_papers([_revision(one, shown[one.paper]) for one in changed]),
        rising=tuple(followups.rising_paper(one, shown[one.number]) for one in rising),
    )


def _watched(one: ledger_followups.DatedCounts) -> followups.TrackedPaper:
    return followups.TrackedPaper(
        number=one.paper,
        issue=one.issue,
        issued=one.issued,
        then=followups.Counts(*one.then),
        now=followups.Counts(*one.now),
        shown_attention=one.shown,
    )


def _revision(one: ledger_followups.PaperChange, item: Item) -> followups.TextChange:
    return followups.TextChange(
        guid=item.guid,
        title=item.title,
        url=item.url,
        issue=one.issue,
        kind=one.kind,
        before=text.mend(one.before).text,
        after=text.mend(one.after).text,
    )
