"""What a run, or an issue, amounts to: one word, from counts and the sources' habits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

import msgspec

from digest.model.issues import Accounting
from digest.model.settings import WEEKDAYS, Inbox

_HABIT_DUMPS = 5  # fewer dumps of a source are no habit
_SHORT = 1 / 3  # of what a source's dumps usually hold, or of what the page states
_WEEKS = 4  # of pages before a weekday without one counts as a day of rest


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What a verdict rests on besides the counts."""

    short: bool = False  # a dump fell well short of its source's habit, or of its own word
    unreadable: int = 0  # waiting files in which nothing could be read
    rest_day: bool = False
    overdue: bool = False  # nothing came for longer than `expect_every`


def of_run(accounting: Accounting, issues: int, circumstances: Circumstances) -> str:
    """The verdict of a run over its own intake and what it issued (design, section 6)."""
    verdicts = (
        (circumstances.short, "partial"),
        (accounting.new or issues, "new"),
        (circumstances.unreadable and not accounting.dumps, "unreadable"),
        (accounting.changed, "revised"),
        (circumstances.rest_day, "weekend"),
        (circumstances.overdue, "no-input"),
        (accounting.dumps, "stale"),
    )
    return next((word for holds, word in verdicts if holds), "quiet")


def falls_short(entries: int, stated: int | None, habit: Sequence[int]) -> bool:
    """Whether a dump holds less than a third of what its page states or its source brings.

    ``habit`` are the entries of the source's last dumps; fewer than five are no habit. A dump
    that says it is empty is whole.
    """
    usual = sorted(habit)[len(habit) // 2] if len(habit) >= _HABIT_DUMPS else 0  # the median
    return 0 < entries < max(stated or 0, usual) * _SHORT


def is_rest_day(today: date, page_dates: Collection[str], inbox: Inbox) -> bool:
    """Whether nothing is expected today: the operator says so, or the sources' own pages do.

    A weekday that no page of the last weeks bears is one they keep free; pages in fewer
    than four of the last eight weeks tell nothing.
    """
    if today.isoformat() in inbox.holidays or WEEKDAYS[today.weekday()] in inbox.rest_days:
        return True
    recent = [today - timedelta(days=back) for back in range(1, 8 * 7 + 1)]
    shown = [day for day in recent if day.isoformat() in page_dates]
    weeks = {day.isocalendar()[:2] for day in shown}
    return len(weeks) >= _WEEKS and all(day.weekday() != today.weekday() for day in shown)


def is_overdue(
    newest: datetime | None, moment: datetime, page_dates: Collection[str], inbox: Inbox
) -> bool:
    """Whether nothing came for longer than the operator expects; days of rest do not count.

    ``newest`` is the moment of the last dump that held anything, and ``moment`` is in the
    site's zone, whose midnights part the days.
    """
    expected = inbox.expect_seconds
    if expected is None or newest is None:
        return False
    start, waited = newest.astimezone(moment.tzinfo), 0.0
    while start < moment and waited <= expected:
        midnight = datetime.combine(start.date() + timedelta(days=1), time(), moment.tzinfo)
        end = min(midnight, moment)
        if not is_rest_day(start.date(), page_dates, inbox):
            waited += end.timestamp() - start.timestamp()
        start = end
    return waited > expected
