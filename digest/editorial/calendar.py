"""Find the period that a weekly or monthly issue covers, and name days and periods in English.

A period begins at the midnight of its first day and ends at the midnight after its last one.

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

OPEN = ".."  # the end of an ISO 8601 interval of which only the start is given

_WEEK = 7
# By the number of an issue of one date. The first one is called by the date alone.
_ORDINALS = (
    "", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth",
)  # fmt: skip
_DATES_NAMED = 3  # in a row; of more, the first and the last


def period_covered(
    period: str, due: str, settled: str | None, caught_up: str | None
) -> tuple[str, str]:
    """Return the first and the last day that an issue due on the date ``due`` covers.

    ``period`` is "week" or "month". ``settled`` is the last date before it whose period this issue
    does not cover; the issue covers all days since. If there is none, it covers the period
    before the date ``caught_up``, the oldest that it stands for, or else before ``due``.
    """
    start = settled or _period_before(period, caught_up or due)
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


def interval_name(interval: str) -> str:
    """Name the days of an ISO 8601 interval: as `period_name`, or "Since 12 June 2026"."""
    first, last = interval.split("/")
    if last == OPEN:
        return f"Since {_long_date(date.fromisoformat(first))}"
    return period_name(first, last)


def day_name(day: str, first: str, last: str) -> str:
    """Name a day within a period: "Tuesday" if the period is a week or less, else "17 November".

    A day outside the period gets its date.
    """
    named_day, start, end = map(date.fromisoformat, (day, first, last))
    if start <= named_day <= end and (end - start).days < _WEEK:
        return WEEKDAYS[named_day.weekday()]
    return day_and_month(day)


def day_and_month(day: str) -> str:
    """Name a day without its year: "17 November"."""
    named_day = date.fromisoformat(day)
    return f"{named_day.day} {MONTHS[named_day.month - 1]}"


def further_issue(ordinal: int) -> str:
    """Return ", second issue" for the second issue of a date, to follow the date; "" for the first.

    From the tenth on it is ", issue 10".
    """
    if ordinal == 1:
        return ""
    if ordinal < len(_ORDINALS):
        return f", {_ORDINALS[ordinal]} issue"
    return f", issue {ordinal:,}"


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
