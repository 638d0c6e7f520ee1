"""Make issues of the papers that an edition has not judged yet: the second step of a run, ISSUE.

One transaction for each edition: the issue, the edition's cursor and the due date are recorded
together or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from msgspec.structs import replace

from digest.editorial import due
from digest.model.due_dates import DueDate
from digest.model.results import IssueSummary
from digest.model.settings import Edition
from digest.pipeline import compose, period
from digest.pipeline.compose import Candidate, Selection
from digest.pipeline.context import RunContext


def configure_editions(context: RunContext) -> None:
    """Record editions that are new in the settings.

    Only papers that are taken in after this can become candidates of a new edition.
    """
    names = [edition.name for edition in context.settings.editions]
    # Looked up first: nearly no run needs the transaction, which would wait for the disk.
    if context.ledger.editions.has_unconfigured(names):
        with context.ledger.transaction():
            context.ledger.editions.configure(names)


def make_issues(
    context: RunContext, *, due_only: bool, known: dict[int, Candidate] | None = None
) -> list[IssueSummary]:
    """Make the issues of all editions for the moment of the run.

    Without ``due_only``, a daily edition gets an issue of today's date if there are papers, and
    its due dates stay as they are. Other editions, and with ``due_only`` all editions, get the
    issues that their schedule asks for. Each edition has a transaction of its own. ``known`` are
    candidates that were made before, by number.
    """
    summaries: list[IssueSummary] = []
    known = {} if known is None else known
    # The main edition comes first: the others link to its issues.
    for edition in context.settings.editions:
        scheduled = due_only or edition.period != "day"
        with context.ledger.transaction():
            summaries += _make_issues_of(context, edition, known, scheduled=scheduled)
    return summaries


def list_upcoming(
    context: RunContext, *, due_only: bool, known: dict[int, Candidate]
) -> list[tuple[Edition, list[Candidate]]]:
    """Return for each edition the papers of the issues that `make_issues` would make now.

    Changes nothing but ``known``, as `make_issues` does. Editions without papers are left out.
    """
    upcoming = []
    for edition in context.settings.editions:
        plan = _plan(context, edition, known, scheduled=due_only or edition.period != "day")
        dates = plan.due_dates if plan else ()
        places = [place for due_date in dates if due_date.makes_issue for place in due_date.papers]
        if plan and places:
            upcoming.append((edition, [plan.selection.papers[place] for place in places]))
    return upcoming


class _Plan(NamedTuple):
    """What an edition is to do with its candidates, up to the last intake."""

    candidates: int
    selection: Selection
    last_intake: int
    due_dates: tuple[DueDate, ...]


def _plan(
    context: RunContext, edition: Edition, known: dict[int, Candidate], *, scheduled: bool
) -> _Plan | None:
    """Decide what an edition is to do now, and record nothing. None if there is nothing to do.

    If ``scheduled``, the dates come from the schedule. If not, the only date is today.
    """
    dates = _pending_dates(context, edition) if scheduled else [context.moment.date()]
    if not dates:
        return None
    cursor = context.ledger.editions.cursor(edition.name).cursor
    last_intakes = {
        day.isoformat(): period.last_intake(context, edition, day, cursor) for day in dates
    }
    last_intake = last_intakes[dates[-1].isoformat()]
    papers = context.ledger.issues.candidates(edition.name, cursor, last_intake)
    # A scheduled edition records its dates even if no papers came.
    if not (papers or scheduled):
        return None
    candidates = compose.list_candidates(context, papers, known)
    selection = compose.select_papers(context, edition, candidates)
    due_dates = _decide_dates(context, edition, last_intakes, selection.papers, scheduled=scheduled)
    return _Plan(len(candidates), selection, last_intake, due_dates)


def _make_issues_of(
    context: RunContext, edition: Edition, known: dict[int, Candidate], *, scheduled: bool
) -> list[IssueSummary]:
    """Make the issues of one edition; called in a transaction.

    ``known`` are the candidates of the editions before it, by number; new ones are added.
    If ``scheduled``, the decision on each date is recorded.
    """
    plan = _plan(context, edition, known, scheduled=scheduled)
    if scheduled:
        _record_expired_dates(context, edition)
    if plan is None:
        return []
    selection = plan.selection
    if plan.candidates and not selection.papers:
        # All were left out: the cursor moves past them, so that no later run judges them again.
        left_out = (selection.filtered, selection.muted)
        context.ledger.editions.advance_cursor(edition.name, plan.last_intake, *left_out)
        selection = Selection()  # their numbers are stored with the cursor for the next issue
    summaries = []
    for due_date in plan.due_dates:
        number = None
        if due_date.makes_issue:
            own = tuple(selection.papers[position] for position in due_date.papers)
            number, summary = compose.record_live_issue(
                context, edition, due_date.date, replace(selection, papers=own), plan.last_intake
            )
            summaries.append(summary)
            # Papers that were left out are counted once, in the first of several issues.
            selection = replace(selection, filtered=0, muted=0)
        if scheduled:
            context.ledger.due_dates.record_due_date(edition.name, replace(due_date, issue=number))
    return summaries


def _decide_dates(
    context: RunContext,
    edition: Edition,
    last_intakes: Mapping[str, int],
    papers: Sequence[Candidate],
    *,
    scheduled: bool,
) -> tuple[DueDate, ...]:
    """Return a decision for each date: whether it gets an issue, and with which papers.

    ``last_intakes`` has for each date the last intake whose papers its issue may hold.
    """
    if scheduled:
        dates = [date.fromisoformat(day) for day in last_intakes]
        earliest = [_earliest_date(edition, last_intakes, paper) for paper in papers]
        return due.assign_papers(edition, dates, context.moment.date(), earliest)
    (today,), all_papers = last_intakes, tuple(range(len(papers)))
    return (DueDate(date=today, state="issued", papers=all_papers, makes_issue=bool(papers)),)


def _pending_dates(context: RunContext, edition: Edition) -> list[date]:
    """Return the dates that are due."""
    rows = context.ledger.due_dates.rows(edition.name, context.moment.date().isoformat())
    first_day = period.first_day(context, edition)
    return list(due.pending_dates(edition, context.moment, first_day, rows))


def _record_expired_dates(context: RunContext, edition: Edition) -> None:
    """Record open dates whose day is over as empty."""
    today = context.moment.date()
    rows = context.ledger.due_dates.rows(edition.name, today.isoformat())
    for day in due.expired_dates(rows, today):
        context.ledger.due_dates.record_due_date(edition.name, DueDate(date=day, state="empty"))


def _earliest_date(
    edition: Edition, last_intakes: Mapping[str, int], paper: Candidate
) -> str | None:
    """Return the first date whose issue may hold a candidate; with None only the newest may."""
    if edition.period == "day":
        return paper.page_date
    return next(day for day, last_intake in last_intakes.items() if paper.intake <= last_intake)
