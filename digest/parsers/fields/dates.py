"""Read days as listings write them, and find the year that a listing leaves out.

A day without a year (``Nov 18``) belongs to the year of the capture, which the page does not
state. `capture_year` derives it from several kinds of evidence, the most reliable first.
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
_WRITTEN_DAY = re.compile(r"([A-Z][a-z]{2})[a-z]* (\d{1,2})(?:, (\d{4}))?")
_DAY_FIRST = re.compile(r"(\d{1,2})\.? ([A-Z][a-z]{2})[a-z]*\.?,?(?: (\d{4}))?")
_EAST_ASIAN_DAY = re.compile(r"(?:(\d{4})[年년] ?)?(\d{1,2})[月월] ?(\d{1,2})[日일]")
_ISO_DAY = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?!\d)")
_ISO_IN_NAME = re.compile(r"(?<!\d)(20\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MIN_SPREAD_DAYS = 92  # three months: a listing of one capture spans less


class WrittenDay(NamedTuple):
    """A day as a page writes it; ``Jun 20`` has no year."""

    month: int
    day: int
    year: int | None = None

    def iso(self, capture_year: int | None) -> str | None:
        """Return the ISO day, or None if the year is unknown or there is no such day."""
        year = self.year or capture_year
        day = None if year is None else valid_date(year, self.month, self.day)
        return day.isoformat() if day else None


class DatedRecord(NamedTuple):
    """A record's day and the first five characters of its arXiv id.

    Since 2007 an id begins with the year and month it was given in (``2606.``).
    """

    day: WrittenDay
    id_prefix: str = ""


class CaptureYear(NamedTuple):
    """The year of a capture, None if unknown, and the evidence for it."""

    year: int | None
    evidence: str

    def describe(self) -> str:
        """Return year and evidence in words."""
        return f"{self.year}: {self.evidence}" if self.year else self.evidence


def valid_date(year: int, month: int, day: int) -> date | None:
    """Return the date, or None if there is no such day (30 February)."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def written_day(text: str) -> WrittenDay | None:
    """Return the day if the text is one, else None.

    Takes ``Jun 20``, ``Jun 20, 2024``, ``20 Jun 2024``, ``2024-06-20`` and ``6月20日``.
    """
    if match := _WRITTEN_DAY.fullmatch(text):
        month, day, year = MONTHS.get(match[1].lower()), match[2], match[3]
    elif match := _DAY_FIRST.fullmatch(text):
        month, day, year = MONTHS.get(match[2].lower()), match[1], match[3]
    elif match := _EAST_ASIAN_DAY.fullmatch(text) or _ISO_DAY.fullmatch(text):
        month, day, year = int(match[2]), match[3], match[1]
    else:
        return None
    if month is None or not 1 <= month <= 12 or not 1 <= int(day) <= 31:
        return None
    return WrittenDay(month, int(day), int(year) if year else None)


def iso_day(text: str) -> date | None:
    """Return the day an ISO date or time begins with (``2026-08-17T04:00:00Z``), or None."""
    match = _ISO_DAY.match(text)
    return valid_date(*map(int, match.groups())) if match else None


def latest_day(days: Iterable[WrittenDay | None]) -> WrittenDay | None:
    """Return the latest day; days without a year count as before all others."""
    written = (day for day in days if day)
    return max(written, key=lambda day: (day.year or 0, day.month, day.day), default=None)


def day_in_name(name: str) -> date | None:
    """Return the last ISO-like day in a file name (``papers-2026-11-19.txt``), or None."""
    days = _ISO_IN_NAME.findall(name)
    return valid_date(*map(int, days[-1])) if days else None


def iso_day_in_name(name: str) -> str | None:
    """Return the last day in a file name as ``YYYY-MM-DD``, or None."""
    day = day_in_name(name)
    return day.isoformat() if day else None


def capture_year(
    header: WrittenDay | None,
    records: Mapping[DatedRecord, int],
    *,
    stated: date | None,
    name: str,
    modified: date | None,
) -> CaptureYear:
    """Return the year of a capture and the evidence that decided.

    ``records`` counts the records by day and id prefix. ``stated`` is the day the page gives
    for itself (front matter, address), ``modified`` the day of the file's time. A page where
    every record has a year still has a capture year: its header may have none.
    """
    header = header or _latest_undated(records)
    latest_year = max((record.day.year for record in records if record.day.year), default=None)
    in_name = day_in_name(name)
    # The most reliable evidence comes first; the first that gives a year decides.
    candidates = (
        (stated and nearest_year(header, stated), "stated by the page"),
        (_year_from_ids(records), "arXiv ids of records dated without a year"),
        (_year_from_spread(records, latest_year), "the year after the latest one written"),
        (in_name and nearest_year(header, in_name), "the file name"),
        (modified and _year_from_file_time(header, latest_year, modified), "the file's time"),
    )
    for year, evidence in candidates:
        if year:
            return CaptureYear(year, evidence)
    return CaptureYear(None, "no evidence")


def nearest_year(day: WrittenDay | None, near: date) -> int:
    """Return the year that puts a day without a year nearest to a known day."""
    if day is None:
        return near.year
    years = (near.year - 1, near.year, near.year + 1)
    candidates = [valid_date(year, day.month, day.day) for year in years]
    valid = [candidate for candidate in candidates if candidate]
    return min(valid, key=lambda candidate: abs(candidate - near)).year if valid else near.year


def _latest_undated(records: Iterable[DatedRecord]) -> WrittenDay | None:
    return max((record.day for record in records if record.day.year is None), default=None)


def _year_from_ids(records: Mapping[DatedRecord, int]) -> int | None:
    """Return the year that puts most undated records nearest to the month of their arXiv id."""
    votes: Counter[int] = Counter()
    for (day, id_prefix), count in records.items():
        if day.year is None and re.match(r"\d\d(0[1-9]|1[0-2])\.", id_prefix):
            # Ids with a dot exist since 2007, so their century is certain.
            mid_month = date(2000 + int(id_prefix[:2]), int(id_prefix[2:4]), 15)
            votes[nearest_year(day, mid_month)] += count
    # Of years with equal votes, the later one.
    return max(votes, key=lambda year: (votes[year], year)) if votes else None


def _year_from_spread(records: Iterable[DatedRecord], latest_year: int | None) -> int | None:
    """Return the year after the latest written one if the undated days span three months.

    Undated days are of the capture's year. If they span that much, the page lists papers of
    all years (search results), and would show a paper of any year in between.
    """
    undated = [day for day, _ in records if day.year is None]
    leap_year = 2000  # has every day that a page can write
    days = [valid for day in undated if (valid := valid_date(leap_year, day.month, day.day))]
    if latest_year is None or not days or (max(days) - min(days)).days <= _MIN_SPREAD_DAYS:
        return None
    return latest_year + 1


def _year_from_file_time(
    header: WrittenDay | None, latest_year: int | None, modified: date
) -> int | None:
    """Return the year that puts the header's day on the day of the file's time or before it.

    None if the page writes that year or a later one: the file's time is then wrong.
    """
    if header is None:
        year = modified.year
    else:
        day = valid_date(modified.year, header.month, header.day)
        year = modified.year if day and day <= modified else modified.year - 1
    return year if latest_year is None or year > latest_year else None
