"""The day a machine means by a date, in the forms of feeds, APIs and reference managers."""

from __future__ import annotations

import functools
import re
from datetime import UTC, date, datetime

from digest.parsers.fields import dates

_ISO = re.compile(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)(?!\d)")
_DAY_FIRST = re.compile(r"(?:[A-Za-z]{3,9},? )?(\d{1,2})[ -]([A-Za-z]{3})[A-Za-z]*\.?,?[ -](\d{4})")
_YEAR_LAST = re.compile(r"[A-Z][a-z]{2} ([A-Z][a-z]{2}) {1,2}(\d{1,2}) \d\d:\d\d:\d\d (\d{4})")
_SINCE = 946684800  # 2000-01-01 in seconds: a smaller number is a year or a count, not a moment
_UNTIL = 4102444800  # 2100-01-01


def day(written: object) -> str | None:
    """``YYYY-MM-DD`` as written, in the writer's own time zone, or None.

    Takes ISO 8601, RFC 822, asctime, ``5 Jan 2024``, ``Jan 5, 2024``, and seconds or milliseconds
    since 1970 (UTC). A date without a day of the month is no day.
    """
    if isinstance(written, str):
        return _iso(written.strip()[:64])
    if isinstance(written, int | float) and not isinstance(written, bool):
        found = _of_number(written)
        return found.isoformat() if found else None
    return None


@functools.lru_cache(maxsize=1024)
def _iso(text: str) -> str | None:
    """The day of a text; a page shows the same few again and again."""
    found = _of_text(text)
    return found.isoformat() if found else None


def _of_text(text: str) -> date | None:
    if match := _ISO.match(text):
        return dates.real_day(int(match[1]), int(match[3]), int(match[4]))
    if match := _DAY_FIRST.match(text):
        month = dates.MONTHS.get(match[2].lower())
        return dates.real_day(int(match[3]), month, int(match[1])) if month else None
    if (written := dates.written_day(text)) and written.year:
        return dates.real_day(written.year, written.month, written.day)
    if match := _YEAR_LAST.match(text):
        month = dates.MONTHS.get(match[1].lower())
        return dates.real_day(int(match[3]), month, int(match[2])) if month else None
    return None


def _of_number(number: float) -> date | None:
    seconds = number / 1000 if number > _UNTIL else number
    if not _SINCE <= seconds < _UNTIL:
        return None
    return datetime.fromtimestamp(seconds, UTC).date()
