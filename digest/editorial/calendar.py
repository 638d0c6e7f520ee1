"""Find the period that a weekly or monthly issue covers, and name days and periods in English.

Days are ISO strings (``YYYY-MM-DD``). Reads no clock and no locale.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, timedelta

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_WEEK = 7
_DATES_NAMED = 3  # in a row; of more, the first and the last


def period_covered(
    period: str, due: str, settled: str | None, pending: str | None
) -> tuple[str, str]:
    """Return the first and the last day that an issue due on the date ``due`` covers.

    ``period`` is "week" or "month". ``settled`` is the last date before it that was issued or
    had no papers: the issue covers everything since, missed dates included. If no date was
    ever settled, it covers the period before the oldest ``pending`` date.
    """
    start = settled or _period_before(period, pending or due)
    return start, (date.fromisoformat(due) - timedelta(days=1)).isoformat()


def period_name(first: str, last: str) -> str:
    """Name a period: "Week of 16 November 2026", "November 2026", "9 to 22 November 2026"."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if start >= end:
        return f"{WEEKDAYS[end.weekday()]} {_long_date(end)}"
    if start.day == 1 and end.day == monthrange(end.year, end.month)[1]:
        return _from_to(start, end, "{month}", "{month} {year}")
    if (end - start).days == _WEEK - 1:
        return f"Week of {_long_date(start)}"
    return _from_to(start, end, "{day} {month}", "{day} {month} {year}")


def day_name(day: str, first: str, last: str) -> str:
    """Name a day within a period: "Tuesday" if the period is a week or less, else "17 November".

    A day outside the period gets its date.
    """
    named_day, start, end = map(date.fromisoformat, (day, first, last))
    if start <= named_day <= end and (end - start).days < _WEEK:
        return WEEKDAYS[named_day.weekday()]
    return f"{named_day.day} {MONTHS[named_day.month - 1]}"


def name_dates(days: Iterable[str], year: str) -> str:
    """Name dates: "3 June", "3 and 4 June", "30 May and 2 June"; above three "2 to 9 June".

    The year is added where it is not ``year``.
    """
    dates = sorted(set(map(date.fromisoformat, days)))
    link = " and "
    if len(dates) > _DATES_NAMED:
        dates, link = [dates[0], dates[-1]], " to "
    names = [
        str(day.day)
        # A month that the next date shares is named there.
        if after and (day.year, day.month) == (after.year, after.month)
        else _long_date(day).removesuffix(f" {year}")
        for day, after in zip(dates, [*dates[1:], None], strict=True)
    ]
    return link.join(filter(None, (", ".join(names[:-1]), names[-1])))


def count_days(first: str, last: str) -> int:
    """Return the number of days from the first to the last, both included."""
    return (date.fromisoformat(last) - date.fromisoformat(first)).days + 1


def days_between(first: str, last: str) -> tuple[str, ...]:
    """Return all days from the first to the last, both included."""
    start = date.fromisoformat(first)
    length = count_days(first, last)
    return tuple((start + timedelta(days=number)).isoformat() for number in range(length))


def _period_before(period: str, due: str) -> str:
    """Return the first day of the week or calendar month before a due date."""
    day = date.fromisoformat(due)
    if period == "week":
        return (day - timedelta(days=_WEEK)).isoformat()
    return (day - timedelta(days=1)).replace(day=1).isoformat()


def _long_date(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _from_to(start: date, end: date, short: str, full: str) -> str:
    """Join two days or months with "to", and write a month or year they share only once.

    ``full`` and ``short`` are the forms with and without the year.
    """

    def write(form: str, day: date) -> str:
        return form.format(day=day.day, month=MONTHS[day.month - 1], year=day.year)

    end_text = write(full, end)
    if start.year != end.year:
        return f"{write(full, start)} to {end_text}"
    if start.month != end.month:
        return f"{write(short, start)} to {end_text}"
    return f"{start.day} to {end_text}" if "{day}" in full else end_text
