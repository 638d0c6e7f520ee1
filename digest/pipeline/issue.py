"""ISSUE: per edition, what waits behind its cursor becomes issues, each with its due row.

One transaction an edition: the issue, the cursor and the row are there together or not.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from digest.editorial import due
from digest.model.due_dates import DueDate
from digest.model.results import IssueSummary
from digest.model.settings import Edition
from digest.pipeline import compose
from digest.pipeline.context import RunContext


def configure(state: RunContext) -> None:
    """Editions begin with the first paper taken in after they were configured."""
    names = [edition.name for edition in state.settings.editions]
    if state.ledger.editions.has_unconfigured(names):
        with state.ledger.transaction():
            state.ledger.editions.configure(names)


def issue_all(state: RunContext, *, due_only: bool) -> list[IssueSummary]:
    """The issues this moment calls for.

    Plain, the day editions issue now whatever is behind their cursor, and leave their due
    rows alone; other editions, and with ``due_only`` all, issue what the schedule says.
    """
    made: list[IssueSummary] = []
    for edition in state.settings.editions:
        with state.ledger.transaction():
            made += _of_edition(state, edition, scheduled=due_only or edition.period != "day")
    return made


def _of_edition(state: RunContext, edition: Edition, *, scheduled: bool) -> list[IssueSummary]:
    cursor = state.ledger.editions.cursor(edition.name)
    waiting = state.ledger.issues.candidates(edition.name, cursor.cursor)
    planned = _planned(state, edition) if scheduled else [state.moment.date()]
    if not planned or not (waiting or scheduled):
        return []
    candidates = compose.candidates(state, waiting)
    chosen = compose.choose(state, edition, candidates)
    left_out = (chosen.filtered, chosen.muted)
    if candidates and not chosen.taken:
        state.ledger.editions.advance_cursor(
            edition.name, state.ledger.intakes.last_number(), *left_out
        )
        left_out = (0, 0)  # the edition keeps them now
    made = []
    for duty in _decided(state, edition, planned, chosen.taken, scheduled=scheduled):
        recorded = None
        if duty.makes_issue:
            papers = [chosen.taken[position] for position in duty.papers]
            cover = _cover(state, edition, *left_out)
            recorded, done = compose.record(state, edition, duty.date, papers, cover)
            made.append(done)
            left_out = (0, 0)
        if scheduled:
            kept = msgspec.structs.replace(duty, issue=recorded)
            state.ledger.due_dates.record_due_date(edition.name, kept)
    return made


def _decided(
    state: RunContext,
    edition: Edition,
    planned: Sequence[date],
    taken: Sequence[compose.Candidate],
    *,
    scheduled: bool,
) -> tuple[DueDate, ...]:
    if scheduled:
        page_dates = [one.page_date for one in taken]
        return due.assign_papers(edition, planned, state.moment.date(), page_dates)
    today, papers = planned[0].isoformat(), tuple(range(len(taken)))
    return (DueDate(date=today, state="issued", papers=papers, makes_issue=bool(taken)),)


def _planned(state: RunContext, edition: Edition) -> list[date]:
    """The dates that are due; closes those that were open when their day ended."""
    today = state.moment.date()
    rows = state.ledger.due_dates.rows(edition.name, today.isoformat())
    for day in due.expired_dates(rows, today):
        state.ledger.due_dates.record_due_date(edition.name, DueDate(date=day, state="empty"))
    first = state.ledger.due_dates.first_moment(edition.name)
    zone = state.moment.tzinfo
    first_day = datetime.fromisoformat(first).astimezone(zone).date() if first else None
    return list(due.pending_dates(edition, state.moment, first_day, rows))


def _cover(state: RunContext, edition: Edition, filtered: int, muted: int) -> compose.Cover:
    """What an issue made now speaks of: the live intakes since the edition's last one."""
    cursor = state.ledger.editions.cursor(edition.name)
    accounting, short = state.ledger.intakes.sums_since(cursor.summed)
    return compose.Cover(
        kind="live",
        moment=state.moment.isoformat(timespec="seconds"),
        accounting=accounting,
        short=short,
        after=cursor.summed,
        filtered=cursor.filtered + filtered,
        muted=cursor.muted + muted,
    )
