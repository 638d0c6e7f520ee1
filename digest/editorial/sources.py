"""Judge a dump by the habits of its source: how many entries it has, and how often it comes.

The caller reads the source's last live dumps from the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise

import msgspec

LOOK_BACK = 10  # dumps of a source whose moments are compared
_HABIT_DUMPS = 5  # with fewer dumps, a source has no habit yet
_SHORT = 1 / 3  # of the usual number of entries, or of the number the page states
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


def falls_short(entries: int, stated: int | None, earlier: Sequence[int]) -> bool:
    """Return whether a dump has less than a third of the entries it should have.

    It should have as many as its page states, and as many as the source's ``earlier`` dumps
    usually have (the median, of at least five dumps). A dump without entries never falls short,
    because an empty page is complete.
    """
    usual = sorted(earlier)[len(earlier) // 2] if len(earlier) >= _HABIT_DUMPS else 0
    return 0 < entries < max(stated or 0, usual) * _SHORT
