"""Judge a dump by the habits of its source: how many entries it has, and how often it comes.

The caller reads the source's last live dumps from the ledger.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from itertools import pairwise

import msgspec

from digest.editorial.calendar import WEEKDAYS
from digest.model.papers import Dump, Shortfall

CUT = "the file ends inside a record, so papers after it are missing"
LOOK_BACK = 10  # dumps of a source whose moments are compared
_HABIT_DUMPS = 5  # with fewer dumps, a source has no habit yet
_HABIT_DAYS = 8  # with fewer days of one weekday, a source has no habit on it
# On 290 days of one listing, with 1 to 46 papers each, a third of the lowest number of a weekday
# gives no false alarm, and a half gives one.
_SHORT = 1 / 3
_LEAST_LOWEST = 10  # a source with fewer on its poorest day may have one or two on another
_LATE = 3  # times the usual gap between two dumps


class Punctuality(msgspec.Struct, frozen=True):
    """How long ago a source's last dump came, and whether that is too long; in seconds."""

    silent_for: int
    usually_every: int | None  # None: too few dumps for a habit
    late: bool


def punctuality(moments: Sequence[str], now: datetime, expected: float | None) -> Punctuality:
    """Judge a source by the moments (RFC 3339) of its last dumps, the newest first.

    ``moments`` holds at least one. ``expected`` is the operator's own limit in seconds. Without
    it a source is late after three times its usual gap, and never before it has a habit.
    """
    times = [datetime.fromisoformat(moment) for moment in moments]
    gaps = sorted((later - earlier).total_seconds() for later, earlier in pairwise(times))
    usual = int(gaps[len(gaps) // 2]) if len(times) >= _HABIT_DUMPS else None  # the median
    # A clock that was ahead may have written a moment that has not come yet.
    silent = max(0, int((now - times[0]).total_seconds()))
    limit = expected or (usual and usual * _LATE)
    return Punctuality(silent, usual, bool(limit and silent > limit))


class Shortage(msgspec.Struct, frozen=True):
    """Whether papers are missing from a dump, and a sentence on why, "" if none are."""

    shortfall: Shortfall = Shortfall.NONE
    reason: str = ""


def judge_completeness(dump: Dump, day: str, entries_by_day: Mapping[str, int]) -> Shortage:
    """Judge whether a dump has all papers of its page.

    ``day`` (``YYYY-MM-DD``) is that of the page, or of the run if the page has none.
    ``entries_by_day`` has the largest complete dump of the source on each day it came, and that
    of this run on its day.

    A dump is incomplete if it is cut, or has fewer entries than its page states. It may be if it
    has less than a third of the lowest number of the other days of its weekday. For that there
    have to be eight such days, with ten entries or more on each. A dump without entries is
    complete, because an empty page is.
    """
    if dump.is_cut:
        return Shortage(Shortfall.EVIDENT, CUT)
    if 0 < dump.entries < (dump.stated or 0):
        reason = f"the number of papers it states is {dump.stated:,}, and it has {dump.entries:,}"
        return Shortage(Shortfall.EVIDENT, reason)
    weekday = date.fromisoformat(day).weekday()
    others = [
        entries
        for other, entries in entries_by_day.items()
        if other != day and date.fromisoformat(other).weekday() == weekday
    ]
    most = max(dump.entries, entries_by_day.get(day, 0))
    lowest = min(others) if len(others) >= _HABIT_DAYS else 0
    if lowest < _LEAST_LOWEST or not 0 < most < lowest * _SHORT:
        return Shortage()
    name = WEEKDAYS[weekday]
    reason = f"it has {dump.entries:,}; on each of {len(others)} {name}s it had {lowest:,} or more"
    return Shortage(Shortfall.UNUSUAL, reason)
