"""Read the day in the dates that feeds, APIs and reference managers write."""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime

from digest.parsers.fields import dates

_ISO = re.compile(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(?:[A-Za-z]{3,9},? )?(\d{1,2})[ -]([A-Za-z]{3})[A-Za-z]*\.?,?[ -](\d{4})")
_YEAR_LAST = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) \d\d:\d\d:\d\d (\d{4})")
# Seconds since 1970. A smaller number is a year or a count; a larger one is in milliseconds.
_MIN_SECONDS = 946684800  # 2000-01-01
_MAX_SECONDS = 4102444800  # 2100-01-01


def day(value: object) -> str | None:
    """Return the day of a date as ``YYYY-MM-DD``, in the writer's own time zone, or None.

    Takes ISO 8601, RFC 822, asctime, ``5 Jan 2024``, ``Jan 5, 2024``, and seconds or
    milliseconds since 1970 (UTC). Returns None for a date without a day of the month.
    """
    if isinstance(value, str):
        # No date is longer, and the cache would keep a longer text.
        return _parse_text(value.strip()[:64])
    if isinstance(value, int | float) and not isinstance(value, bool):
        moment = _date_of_number(value)
        return moment.isoformat() if moment else None
    return None


# A page repeats the same few days.
@functools.lru_cache(maxsize=1024)
def _parse_text(text: str) -> str | None:
    written = _date_in_text(text)
    return written.isoformat() if written else None


def _date_in_text(text: str) -> date | None:
    if match := _ISO.match(text):
        return dates.valid_date(int(match[1]), int(match[3]), int(match[4]))
    if match := _DAY_FIRST.match(text):
        month = dates.MONTHS.get(match[2].lower())
        return dates.valid_date(int(match[3]), month, int(match[1])) if month else None
    if (written := dates.written_day(text)) and written.year:
        return dates.valid_date(written.year, written.month, written.day)
    if match := _YEAR_LAST.match(text):
        month = dates.MONTHS.get(match[1].lower())
        return dates.valid_date(int(match[3]), month, int(match[2])) if month else None
    return None


def _date_of_number(number: float) -> date | None:
    seconds = number / 1000 if number > _MAX_SECONDS else number
    if not _MIN_SECONDS <= seconds < _MAX_SECONDS:
        return None
    return datetime.fromtimestamp(seconds, UTC).date()
