"""The year of a day that a page writes without one."""

from __future__ import annotations

from datetime import date

import pytest

from digest.parsers.fields import dates
from digest.parsers.fields.dates import CaptureYear, DatedRecord, WrittenDay

NOVEMBER = WrittenDay(11, 20)


@pytest.mark.parametrize(
    ("expected", "day", "near"),
    [
        (2026, NOVEMBER, date(2026, 11, 22)),
        (2027, WrittenDay(1, 1), date(2026, 12, 31)),
        (2025, WrittenDay(12, 31), date(2026, 1, 2)),
        (2026, None, date(2026, 1, 2)),
    ],
)
def test_a_day_belongs_to_the_year_that_puts_it_nearest(
    expected: int, day: WrittenDay | None, near: date
) -> None:
    """A page of the turn of the year may be saved in the other year."""
    assert expected == dates.nearest_year(day, near)


def test_the_ids_of_papers_decide_before_the_name_of_the_file() -> None:
    """A file may be named by the day on which it was copied, a year later."""
    records = {DatedRecord(NOVEMBER, "2511."): 3, DatedRecord(NOVEMBER): 2}
    captured = dates.capture_year(
        NOVEMBER, records, stated=None, name="papers-2026-11-21.txt", modified=None
    )
    assert 2025 == captured.year
    without_ids = dates.capture_year(
        NOVEMBER, {}, stated=None, name="papers-2026-11-21.txt", modified=None
    )
    assert CaptureYear(2026, "the file name") == without_ids


def test_the_time_of_a_file_is_no_evidence_if_the_page_writes_a_later_year() -> None:
    """An unpacked file may bear a time of long ago."""
    records = {DatedRecord(WrittenDay(11, 20, 2025)): 1}
    captured = dates.capture_year(
        NOVEMBER, records, stated=None, name="papers.txt", modified=date(2019, 12, 1)
    )
    assert CaptureYear(None, "no evidence") == captured
