"""Decide the verdict of a run or an issue: one word for its outcome."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

import msgspec

from digest.model.issues import Accounting
from digest.model.settings import WEEKDAYS, Inbox

_WEEKS_BACK = 8
_WEEKS_WITH_PAGES = 4  # at least, before a weekday without pages counts as a rest day


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict depends on besides the counts."""

    incomplete: bool = False  # a dump lacks papers, or seems to
    unreadable: int = 0  # files in the inbox in which nothing could be read
    rest_day: bool = False
    overdue: bool = False  # no dump with entries came within `expect_every`


def decide_verdict(accounting: Accounting, issues: int, circumstances: Circumstances) -> str:
    """Return the verdict of a run from its intake's counts and its number of issues.

    For the verdict of an issue, ``issues`` is its number of papers. The first case that holds
    decides, so a day with new papers is "new" whatever else happened, except that a dump which
    lacks papers makes it "partial".
    """
    verdicts = (
        (circumstances.incomplete, "partial"),
        (accounting.new or issues, "new"),
        (circumstances.unreadable and not accounting.dumps, "unreadable"),
        (accounting.changed, "revised"),
        (circumstances.rest_day, "weekend"),
        (circumstances.overdue, "no-input"),
        (accounting.dumps, "stale"),
    )
    return next((word for holds, word in verdicts if holds), "quiet")


def is_rest_day(
    today: date, page_dates: Collection[str], inbox: Inbox, rest_dates: Collection[str] = ()
) -> bool:
    """Return whether no papers are expected today.

    Either the configuration lists the day, or no page of the last eight weeks has a date on
    this weekday. The latter needs pages in at least four of these weeks, or that a source says
    it rests today: then it is among ``rest_dates``.
    """
    if today.isoformat() in inbox.holidays or WEEKDAYS[today.weekday()] in inbox.rest_days:
        return True
    recent = [today - timedelta(days=back) for back in range(1, _WEEKS_BACK * 7 + 1)]
    with_pages = [day for day in recent if day.isoformat() in page_dates]
    weeks = {day.isocalendar()[:2] for day in with_pages}
    is_known = len(weeks) >= _WEEKS_WITH_PAGES or today.isoformat() in rest_dates
    return is_known and all(day.weekday() != today.weekday() for day in with_pages)


def is_overdue(
    newest: str | None,
    moment: datetime,
    page_dates: Collection[str],
    inbox: Inbox,
    rest_dates: Collection[str] = (),
) -> bool:
    """Return whether no dump came for longer than `expect_every`, rest days not counted.

    ``newest`` is the moment (RFC 3339) of the last dump with entries, None before the first.
    ``moment`` is in the site's time zone, whose midnights separate the days.
    """
    expected = inbox.expect_seconds
    if expected is None or not newest:
        return False
    start, waited = datetime.fromisoformat(newest).astimezone(moment.tzinfo), 0.0
    while start < moment and waited <= expected:
        end = moment
        if start.date() < moment.date():  # the calendar has no midnight after its last day
            end = datetime.combine(start.date() + timedelta(days=1), time(), moment.tzinfo)
        if not is_rest_day(start.date(), page_dates, inbox, rest_dates):
            # Timestamps, because a day on which the clock changes has 23 or 25 hours.
            waited += end.timestamp() - start.timestamp()
        start = end
    return waited > expected
