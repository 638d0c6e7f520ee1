"""The second step of a run, ISSUE: papers that an edition has not judged yet become issues.

One transaction for each edition: the issue, the edition's cursor and the due date are recorded
together or not at all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from msgspec.structs import replace

from digest.editorial import due
from digest.model.due_dates import DueDate
from digest.model.results import IssueSummary
from digest.model.settings import Edition
from digest.pipeline import compose
from digest.pipeline.compose import Candidate, Selection
from digest.pipeline.context import RunContext


def configure_editions(context: RunContext) -> None:
    """Record editions that are new in the settings.

    An edition begins with the first paper that is taken in after this.
    """
    names = [edition.name for edition in context.settings.editions]
    # Looked up first, because a transaction would wait for the disk in every run.
    if context.ledger.editions.has_unconfigured(names):
        with context.ledger.transaction():
            context.ledger.editions.configure(names)


def make_issues(context: RunContext, *, due_only: bool) -> list[IssueSummary]:
    """Make the issues of all editions for the moment of the run.

    Without ``due_only``, daily editions make an issue of today if there are papers, and their
    due dates stay as they are. Other editions, and with ``due_only`` all, follow their
    schedule.
    """
    summaries: list[IssueSummary] = []
    # The main edition comes first: the others link to its issues.
    for edition in context.settings.editions:
        scheduled = due_only or edition.period != "day"
        with context.ledger.transaction():
            summaries += _make_issues_of(context, edition, scheduled=scheduled)
    return summaries


def _make_issues_of(
    context: RunContext, edition: Edition, *, scheduled: bool
) -> list[IssueSummary]:
    cursor = context.ledger.editions.cursor(edition.name)
    papers = context.ledger.issues.candidates(edition.name, cursor.cursor)
    dates = _pending_dates(context, edition) if scheduled else [context.moment.date()]
    # A scheduled edition records its dates even if no papers came.
    if not dates or not (papers or scheduled):
        return []
    candidates = compose.list_candidates(context, papers)
    selection = compose.select_papers(context, edition, candidates)
    if candidates and not selection.papers:
        last_intake = context.ledger.intakes.last_number()
        left_out = (selection.filtered, selection.muted)
        context.ledger.editions.advance_cursor(edition.name, last_intake, *left_out)
        selection = Selection()  # the cursor counts them until there is an issue
    summaries = []
    for due_date in _decide_dates(context, edition, dates, selection.papers, scheduled=scheduled):
        number = None
        if due_date.makes_issue:
            own = tuple(selection.papers[position] for position in due_date.papers)
            number, summary = compose.record_live_issue(
                context, edition, due_date.date, replace(selection, papers=own)
            )
            summaries.append(summary)
            # Papers left out are counted in the first issue only.
            selection = replace(selection, filtered=0, muted=0)
        if scheduled:
            context.ledger.due_dates.record_due_date(edition.name, replace(due_date, issue=number))
    return summaries


def _decide_dates(
    context: RunContext,
    edition: Edition,
    dates: Sequence[date],
    papers: Sequence[Candidate],
    *,
    scheduled: bool,
) -> tuple[DueDate, ...]:
    """Decide which dates get an issue, and which papers each issue gets."""
    if scheduled:
        page_dates = [paper.page_date for paper in papers]
        return due.assign_papers(edition, dates, context.moment.date(), page_dates)
    today, all_papers = dates[0].isoformat(), tuple(range(len(papers)))
    return (DueDate(date=today, state="issued", papers=all_papers, makes_issue=bool(papers)),)


def _pending_dates(context: RunContext, edition: Edition) -> list[date]:
    """Return the dates that are due, after closing those that ended without papers."""
    today = context.moment.date()
    rows = context.ledger.due_dates.rows(edition.name, today.isoformat())
    for day in due.expired_dates(rows, today):
        context.ledger.due_dates.record_due_date(edition.name, DueDate(date=day, state="empty"))
    first = context.ledger.due_dates.first_moment(edition.name)
    # Due dates are days of the site, and the ledger may hold other offsets.
    zone = context.moment.tzinfo
    first_day = datetime.fromisoformat(first).astimezone(zone).date() if first else None
    return list(due.pending_dates(edition, context.moment, first_day, rows))
