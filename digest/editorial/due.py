"""The schedule of an edition: find the dates that are due, and decide on each.

Pure functions of an edition, a moment and the edition's due rows. A date is settled by its row
in the ledger, which has one per edition and date. So it does not matter how often a run is
started, or by which program (cron, a timer, `digest serve`).

Times are compared as wall-clock times in the site's time zone. When summer time begins, an hour
is skipped: an edition due in it is due right after it. When summer time ends, an hour comes
twice: an edition is due the first time.

The machine's clock may be wrong, by years after a flat battery. So a due row of today or later
settles nothing: its day is not over, and it was closed while the clock was ahead. The one
exception is an issue of today. Nothing is due while the clock is behind the first paper.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time

from digest.model.due_dates import DueDate, DueRow
from digest.model.settings import WEEKDAYS, Edition

_LONGEST_PAUSE = 3660  # days


def due_time(edition: Edition) -> time:
    """Return the wall-clock time at which an edition is due."""
    hours, minutes = edition.at.split(":")
    return time(int(hours), int(minutes))


def is_scheduled(edition: Edition, day: date) -> bool:
    """Return whether an issue is due on this date.

    A weekly edition is due on the first of its ``days``, a monthly one on the 1st.
    """
    if edition.period == "month":
        return day.day == 1
    weekday = WEEKDAYS[day.weekday()]
    return weekday == edition.days[0] if edition.period == "week" else weekday in edition.days


def next_due(edition: Edition, local: datetime) -> datetime:
    """Return the next wall-clock moment after ``local`` at which the edition is due.

    Returns the last moment of the calendar if that would be after the last day of the calendar.
    """
    day = local.date().toordinal()
    if datetime.combine(local.date(), due_time(edition)) <= local.replace(tzinfo=None):
        day += 1
    for ordinal in range(day, date.max.toordinal() + 1):
        if is_scheduled(edition, date.fromordinal(ordinal)):
            return datetime.combine(date.fromordinal(ordinal), due_time(edition))
    return datetime.combine(date.max, time.max)


def pending_dates(
    edition: Edition, local: datetime, first: date | None, rows: Sequence[DueRow]
) -> tuple[date, ...]:
    """Return the scheduled dates that have come and are not settled by a row, oldest first.

    ``local`` is the moment in the site's time zone. ``first`` is the local date of the run that
    took in the edition's first paper; with None nothing is due yet. A weekly or monthly edition
    is not due on that date itself, as it looks back on the days before. ``rows`` needs to hold
    only today's row and the newest one before it. After a pause of more than `_LONGEST_PAUSE`
    days, only the first date and those of the last so many days are returned.
    """
    if first is None:
        return ()
    today = local.date()
    settled = [date.fromisoformat(row.date) for row in rows if _is_final(row, today)]
    # Ordinals, as there is no day after the last one of the calendar.
    begin = first.toordinal() + (edition.period != "day")
    start = max([begin, *(day.toordinal() + 1 for day in settled)])
    is_over = local.replace(tzinfo=None).time() >= due_time(edition)
    last = today.toordinal() if is_over else today.toordinal() - 1
    # A clock that is wrong by thousands of years must not cost a row for each of their days.
    recent = max(start, last - _LONGEST_PAUSE)
    oldest = itertools.islice(_scheduled(edition, start, recent - 1), 1)
    return (*oldest, *_scheduled(edition, recent, last))


def expired_dates(rows: Sequence[DueRow], today: date) -> tuple[str, ...]:
    """Return the dates that are still open although their day is over."""
    return tuple(row.date for row in rows if row.state == "open" and row.date < today.isoformat())


def assign_papers(
    edition: Edition, due: Sequence[date], today: date, earliest: Sequence[str | None]
) -> tuple[DueDate, ...]:
    """Decide for each due date whether it gets an issue, and with which candidates.

    ``due`` are the pending dates, oldest first. ``earliest`` has for each candidate, in their
    order, the first date whose issue may hold it, with None only the newest. All of them may be
    in the issue of the newest date. No candidate is dropped: one that gets into no issue now is
    a candidate again for the next.
    """
    recent = [day for day in due if (today - day).days <= edition.catch_up_days]
    old = due[: len(due) - len(recent)]
    decisions = [DueDate(date=day.isoformat(), state="missed") for day in old]
    waiting = list(range(len(earliest)))
    for day in recent[:-1]:
        papers = _papers_of_missed(edition, day, waiting, earliest)
        waiting = [position for position in waiting if position not in papers]
        decisions.append(_decide_missed(edition, day, papers, recent[-1], bool(earliest)))
    if recent:
        decisions.append(_decide_newest(edition, recent[-1], today, tuple(waiting)))
    return tuple(decisions)


def _papers_of_missed(
    edition: Edition, day: date, waiting: Sequence[int], earliest: Sequence[str | None]
) -> tuple[int, ...]:
    """Return the candidates for a missed date: none unless each date gets its own issue."""
    if edition.catch_up == "one":
        return ()
    last = day.isoformat()
    return tuple(
        position
        for position in waiting
        if (first := earliest[position]) is not None and first <= last
    )


def _decide_missed(
    edition: Edition, day: date, papers: tuple[int, ...], newest: date, any_candidate: bool
) -> DueDate:
    if papers:
        return DueDate(date=day.isoformat(), state="issued", papers=papers, makes_issue=True)
    if edition.catch_up == "one" and any_candidate:
        return DueDate(date=day.isoformat(), state="caught up", by_date=newest.isoformat())
    return DueDate(date=day.isoformat(), state="missed")


def _decide_newest(edition: Edition, day: date, today: date, papers: tuple[int, ...]) -> DueDate:
    if papers:
        return DueDate(date=day.isoformat(), state="issued", papers=papers, makes_issue=True)
    if day < today:
        return DueDate(date=day.isoformat(), state="missed")
    # A note is for today only: after a pause, ten notes about ten empty days would be noise.
    if edition.when_empty == "note":
        return DueDate(date=day.isoformat(), state="issued", makes_issue=True)
    return DueDate(date=day.isoformat(), state="open")


def _is_final(row: DueRow, today: date) -> bool:
    """Return whether a row settles its date and all dates before it."""
    # A wrong clock may have closed a row of today too early, but an issue stands.
    day = date.fromisoformat(row.date)
    return day < today or (day == today and row.state == "issued")


def _scheduled(edition: Edition, start: int, last: int) -> Iterator[date]:
    """Yield the scheduled dates from one ordinal to another, both included."""
    days = map(date.fromordinal, range(start, last + 1))
    return (day for day in days if is_scheduled(edition, day))
