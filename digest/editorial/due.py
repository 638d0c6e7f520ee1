"""What is due: a pure function of an edition, a moment and its past rows.

The ledger's unique row per edition and local date decides what was done; whatever wakes us
(cron, a timer, `digest serve`) only asks. Times are compared as wall-clock times in the
site's zone, so an hour that does not exist falls due when the clock has passed it, and one
that exists twice falls due the first time.

Clocks are wrong at times, by years after a flat battery. What a clock that was ahead wrote
about dates still to come is not believed, unless it is an issue; one that is behind the
first paper makes nothing due.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from digest.model.due_dates import DueDate, DueRow
from digest.model.settings import WEEKDAYS, Edition

_DAY = timedelta(days=1)


def hour(edition: Edition) -> time:
    """The wall-clock time an edition is due at."""
    hours, minutes = edition.at.split(":")
    return time(int(hours), int(minutes))


def is_scheduled(edition: Edition, day: date) -> bool:
    """Whether an issue is due on this date: week on the first of ``days``, month on the 1st."""
    if edition.period == "month":
        return day.day == 1
    weekday = WEEKDAYS[day.weekday()]
    return weekday == edition.days[0] if edition.period == "week" else weekday in edition.days


def next_due(edition: Edition, local: datetime) -> datetime:
    """The wall-clock moment after this one at which the edition is due next."""
    day = local.date()
    if datetime.combine(day, hour(edition)) <= local.replace(tzinfo=None):
        day += _DAY
    while not is_scheduled(edition, day):
        day += _DAY
    return datetime.combine(day, hour(edition))


def dates(
    edition: Edition, local: datetime, first: date | None, rows: Sequence[DueRow]
) -> tuple[date, ...]:
    """The scheduled dates that have come and have no final row, oldest first.

    ``local`` is the moment in the site's zone, ``first`` the local date of the run that took
    in the edition's first paper (None: nothing is due yet). Of the rows only those of today
    and the newest one before count.
    """
    if first is None:
        return ()
    today = local.date()
    settled = [date.fromisoformat(row.date) for row in rows if _is_final(row, today)]
    start = max([first, *(day + _DAY for day in settled)])
    last = today if local.replace(tzinfo=None).time() >= hour(edition) else today - _DAY
    return tuple(day for day in _days(start, last) if is_scheduled(edition, day))


def overdue_open(rows: Sequence[DueRow], today: date) -> tuple[str, ...]:
    """Dates left open that can no longer be filled: their day is over."""
    return tuple(row.date for row in rows if row.state == "open" and row.date < today.isoformat())


def assign(
    edition: Edition, due: Sequence[date], today: date, page_dates: Sequence[str | None]
) -> tuple[DueDate, ...]:
    """What becomes of each due date, given the candidates' page dates in order.

    No candidate is dropped: one that no date takes waits for the next.
    """
    oldest = today - timedelta(days=edition.catch_up_days)
    recent = [day for day in due if day >= oldest]
    duties = [DueDate(date=day.isoformat(), state="missed") for day in due if day < oldest]
    waiting = list(range(len(page_dates)))
    for day in recent[:-1]:
        taken = _dated(edition, day, waiting, page_dates)
        waiting = [position for position in waiting if position not in taken]
        duties.append(_past(edition, day, taken, recent[-1], bool(page_dates)))
    if recent:
        duties.append(_newest(edition, recent[-1], today, tuple(waiting)))
    return tuple(duties)


def _dated(
    edition: Edition, day: date, waiting: Sequence[int], page_dates: Sequence[str | None]
) -> tuple[int, ...]:
    """What a missed date takes when each catches up for itself."""
    if edition.catch_up == "one":
        return ()
    upto = day.isoformat()
    return tuple(n for n in waiting if (shown := page_dates[n]) is not None and shown <= upto)


def _past(edition: Edition, day: date, taken: tuple[int, ...], newest: date, any_: bool) -> DueDate:
    if taken:
        return DueDate(date=day.isoformat(), state="issued", papers=taken, makes_issue=True)
    if edition.catch_up == "one" and any_:
        return DueDate(date=day.isoformat(), state="caught up", by_date=newest.isoformat())
    return DueDate(date=day.isoformat(), state="missed")


def _newest(edition: Edition, day: date, today: date, taken: tuple[int, ...]) -> DueDate:
    if taken:
        return DueDate(date=day.isoformat(), state="issued", papers=taken, makes_issue=True)
    if day < today:
        return DueDate(date=day.isoformat(), state="missed")
    if edition.when_empty == "note":
        return DueDate(date=day.isoformat(), state="issued", makes_issue=True)
    return DueDate(date=day.isoformat(), state="open")


def _is_final(row: DueRow, today: date) -> bool:
    """Whether a row settles its date and those before: its day is over, or it has its issue."""
    day = date.fromisoformat(row.date)
    return day < today or (day == today and row.state == "issued")


def _days(start: date, last: date) -> Iterator[date]:
    while start <= last:
        yield start
        start += _DAY
