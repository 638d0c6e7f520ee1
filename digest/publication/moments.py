"""Days and moments: that of a run in the time zone of the site, those of files and issues."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from digest.model.settings import Settings

# Dates before and after the moment of a run must exist too, and Python's years are 1 to 9999.
YEARS = range(1970, 9999)


def site_time(settings: Settings, moment: datetime | None) -> datetime:
    """Return a moment in the site's time zone.

    None is now. A moment without an offset is taken to be in that zone already. Raises
    `ValueError` for a year outside of `YEARS`.
    """
    if moment is not None and moment.year not in YEARS:
        message = f"the year must be from {YEARS[0]} to {YEARS[-1]}, not {moment.year}"
        raise ValueError(message)
    zone = ZoneInfo(settings.site.timezone)
    if moment is None:
        return datetime.now(UTC).astimezone(zone)
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def file_day(path: Path) -> date | None:
    """Return the day a file was last written, in UTC; None in the future or before arXiv.

    Raises `OSError` if there is no such file.
    """
    from digest.storage import inbox  # `Publication` itself needs no inbox

    written = inbox.plausible_time(path.stat().st_mtime, time.time())
    return written and written.date()


def is_between(day: str, since: date | None, until: date | None) -> bool:
    """Return whether a day, ``YYYY-MM-DD``, is in the range; None is no limit."""
    # Compared as text, as they are stored: ISO dates sort as text in the order of the days.
    return (since is None or f"{since:%Y-%m-%d}" <= day) and (
        until is None or day <= f"{until:%Y-%m-%d}"
    )
