"""Add follow-ups to an issue: papers of earlier issues that were updated or are rising."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from digest import text
from digest.editorial import compose, followups
from digest.model.issues import Issue, Item
from digest.pipeline.context import RunContext
from digest.storage.ledger.followups import DatedCounts, PaperChange


def add_followups(context: RunContext, issue: Issue, after: int, upto: int) -> Issue:
    """Return the issue with its follow-ups: updated and rising papers of earlier issues.

    Changes are those of the intakes after number ``after``, the last one that an earlier issue
    has reported, up to ``upto``. Attention is as of now.
    Records each rising paper with its attention, so that it is listed again only once that has
    doubled. Must be called in the transaction that records the issue.
    """
    changes = context.ledger.followups.list_changes(issue.edition, after, upto)
    since = date.fromisoformat(issue.date) - timedelta(days=followups.RISING_DAYS)
    counts = context.ledger.followups.list_grown_counts(issue.edition, since.isoformat())
    rising = followups.select_rising(map(_tracked_paper, counts))
    numbers = sorted({change.paper for change in changes} | {paper.number for paper in rising})
    if not numbers:
        return issue
    items = {
        # 1 is any number: a follow-up does not show how many dumps had the paper.
        paper.id: compose.clean_paper(paper, 1).item
        for paper in context.ledger.papers.by_number(numbers)
    }
    context.ledger.followups.record_risen(
        issue.edition, [(paper.number, paper.now.attention) for paper in rising]
    )
    return msgspec.structs.replace(
        issue,
        updated=followups.updated_papers(
            [_text_change(change, items[change.paper]) for change in changes]
        ),
        rising=tuple(followups.rising_paper(paper, items[paper.number]) for paper in rising),
    )


def _tracked_paper(counts: DatedCounts) -> followups.TrackedPaper:
    return followups.TrackedPaper(
        number=counts.paper,
        issue=counts.issue,
        issued=counts.issued,
        then=followups.Counts(*counts.then),
        now=followups.Counts(*counts.now),
        shown_attention=counts.shown,
    )


def _text_change(change: PaperChange, item: Item) -> followups.TextChange:
    # The ledger has the words as dumps showed them. An issue is stored with mended words.
    return followups.TextChange(
        guid=item.guid,
        title=item.title,
        url=item.url,
        issue=change.issue,
        kind=change.kind,
        before=text.mend(change.before).text,
        after=text.mend(change.after).text,
    )
