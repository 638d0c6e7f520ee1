"""Days in words and in spans: what a week's or a month's issue looks back on. Asks no clock.

English, without any locale; days are ISO strings (``YYYY-MM-DD``).
"""

from __future__ import annotations

from datetime import date, timedelta

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_WEEK = 7


def looked_back_on(
    period: str, due: str, settled: str | None, pending: str | None
) -> tuple[str, str]:
    """The first and the last day that an issue due on a date looks back on.

    The ``period`` ("week", "month") before that date; from the date that was ``settled``
    last (issued, or without papers) where the dates since were missed; where none was ever
    settled, the period before the oldest date that is ``pending``.
    """
    start = settled or _earlier(period, pending or due)
    return start, (date.fromisoformat(due) - timedelta(days=1)).isoformat()


def named(first: str, last: str) -> str:
    """A span in words: "Week of 16 November 2026", "November 2026", "9 to 22 November 2026"."""
    start, end = date.fromisoformat(first), date.fromisoformat(last)
    if start >= end:
        return f"{WEEKDAYS[end.weekday()]} {_day(end)}"
    if start.day == 1 and (end + timedelta(days=1)).day == 1:
        return _joined(start, end, "{month}", "{month} {year}")
    if (end - start).days == _WEEK - 1:
        return f"Week of {_day(start)}"
    return _joined(start, end, "{day} {month}", "{day} {month} {year}")


def within(day: str, first: str, last: str) -> str:
    """A day as one says it of a span: "Tuesday" in a week, else "17 November"."""
    at, start, end = map(date.fromisoformat, (day, first, last))
    if start <= at <= end and (end - start).days < _WEEK:
        return WEEKDAYS[at.weekday()]
    return f"{at.day} {MONTHS[at.month - 1]}"


def each(first: str, last: str) -> tuple[str, ...]:
    """All days of a span."""
    start = date.fromisoformat(first)
    length = (date.fromisoformat(last) - start).days + 1
    return tuple((start + timedelta(days=number)).isoformat() for number in range(length))


def _earlier(period: str, due: str) -> str:
    day = date.fromisoformat(due)
    if period == "week":
        return (day - timedelta(days=_WEEK)).isoformat()
    return (day - timedelta(days=1)).replace(day=1).isoformat()


def _day(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def _joined(start: date, end: date, short: str, full: str) -> str:
    """Two days or months with "to" between them, without saying a month or a year twice."""

    def written(form: str, day: date) -> str:
        return form.format(day=day.day, month=MONTHS[day.month - 1], year=day.year)

    whole = written(full, end)
    if start.year != end.year:
        return f"{written(full, start)} to {whole}"
    if start.month != end.month:
        return f"{written(short, start)} to {whole}"
    return f"{start.day} to {whole}" if "{day}" in full else whole
