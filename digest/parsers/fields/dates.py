"""Days as listings write them, and the year a listing leaves out.

A date without a year is of the capture's own year, which stands nowhere on the page.
`capture_year` asks the witnesses in the order of the design (section 3); each returns a
year or None.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

MONTHS = {
    name: number
    for number, name in enumerate(
        "jan feb mar apr may jun jul aug sep oct nov dec".split(), start=1
    )
}
_WRITTEN = re.compile(r"([A-Z][a-z]{2})[a-z]* (\d{1,2})(?:, (\d{4}))?")
_ISO_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_SPREAD_DAYS = 92  # "more than three months"


class WrittenDay(NamedTuple):
    """A day as a page writes it: ``Jun 20`` has no year."""

    month: int
    day: int
    year: int | None = None

    def iso(self, capture_year: int | None) -> str | None:
        """The day, or None where its year is not known or there is no such day."""
        year = self.year or capture_year
        found = None if year is None else real_day(year, self.month, self.day)
        return found.isoformat() if found else None


class Dated(NamedTuple):
    """What the witnesses are asked about: a record's day, and how its arXiv id begins.

    The first five characters of an id of today's form tell its month (``2606.``).
    """

    day: WrittenDay
    month: str = ""


def real_day(year: int, month: int, day: int) -> date | None:
    """The date, or None for the 30th of February."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def written_day(text: str) -> WrittenDay | None:
    """``Jun 20`` or ``Jun 20, 2024``, and nothing else on the line; else None."""
    match = _WRITTEN.fullmatch(text)
    month = MONTHS.get(match[1].lower()) if match else None
    if match is None or month is None or not 1 <= int(match[2]) <= 31:
        return None
    return WrittenDay(month, int(match[2]), int(match[3]) if match[3] else None)


def iso_day(text: str) -> date | None:
    """The day an ISO date or moment begins with (``2026-08-17T04:00:00Z``), or None."""
    match = re.match(r"(\d{4})-(\d\d)-(\d\d)(?!\d)", text)
    return real_day(*map(int, match.groups())) if match else None


def latest(days: Iterable[WrittenDay | None]) -> WrittenDay | None:
    """The latest in its year; of several pages in one file the last one's."""
    known = (day for day in days if day)
    return max(known, key=lambda day: (day.year or 0, day.month, day.day), default=None)


def day_in_name(name: str) -> date | None:
    """The last ISO-like day in a file name (``papers-2026-11-19.txt``), or None."""
    found = _ISO_IN_NAME.findall(name)
    return real_day(*map(int, found[-1])) if found else None


def capture_year(
    header: WrittenDay | None,
    records: Mapping[Dated, int],
    *,
    stated: date | None,
    name: str,
    modified: date | None,
) -> tuple[int | None, str]:
    """The year of the capture and the witness that gave it.

    ``records`` says how many there are of each sort; ``stated`` is a day the page states for
    itself (front matter, address), ``modified`` the file's time. A page that shows no date
    without a year still has a capture year, for its own header.
    """
    header = header or _latest_undated(records)
    latest = max((record.day.year for record in records if record.day.year), default=None)
    in_name = day_in_name(name)
    witnesses = (
        (stated and nearest_year(header, stated), "stated by the page"),
        (_from_ids(records), "arXiv ids of records dated without a year"),
        (_from_spread(records, latest), "the year after the latest one written"),
        (in_name and nearest_year(header, in_name), "the file name"),
        (modified and _from_file_time(header, latest, modified), "the file's time"),
    )
    return next(((year, witness) for year, witness in witnesses if year), (None, "no witness"))


def nearest_year(day: WrittenDay | None, near: date) -> int:
    """The year that puts a day without one nearest to a known day."""
    if day is None:
        return near.year
    years = (near.year - 1, near.year, near.year + 1)
    known = [found for year in years if (found := real_day(year, day.month, day.day))]
    return min(known, key=lambda found: abs(found - near)).year if known else near.year


def _latest_undated(records: Iterable[Dated]) -> WrittenDay | None:
    return max((record.day for record in records if record.day.year is None), default=None)


def _from_ids(records: Mapping[Dated, int]) -> int | None:
    """The year most undated records get from the month their arXiv id was given in."""
    votes: Counter[int] = Counter()
    for (day, month), count in records.items():
        if day.year is None and re.match(r"\d\d(0[1-9]|1[0-2])\.", month):
            given = date(2000 + int(month[:2]), int(month[2:4]), 15)
            votes[nearest_year(day, given)] += count
    return max(votes, key=lambda year: (votes[year], year)) if votes else None


def _from_spread(records: Iterable[Dated], latest: int | None) -> int | None:
    """Listings of all years (search results) would show the year between, if there was one."""
    days = [
        found
        for day, _ in records
        if day.year is None and (found := real_day(2000, day.month, day.day))
    ]
    if latest is None or not days or (max(days) - min(days)).days <= _SPREAD_DAYS:
        return None
    return latest + 1


def _from_file_time(header: WrittenDay | None, latest: int | None, modified: date) -> int | None:
    """The latest such day not after the file's time, and after every year the page writes."""
    if header is None:
        year = modified.year
    else:
        this_year = real_day(modified.year, header.month, header.day)
        year = modified.year if this_year and this_year <= modified else modified.year - 1
    return year if latest is None or year > latest else None
