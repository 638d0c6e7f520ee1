"""Decide when a source is asked next: as often as it is set, adapted to what it brings.

Spans are in seconds. Whether a look is due is decided from moments that are given; no clock is
read.
"""

from __future__ import annotations

from datetime import datetime, timedelta

QUIET = 10  # looks in a row without a new paper, after which the span is doubled
BURST = 3  # looks in a row with new papers, after which it is halved
SLOWEST = 4  # times the span that is set, at most
AFTER_FAILURE = 15 * 60  # seconds to the look after a failure; doubled with each further one
_LONGEST = 100 * 365 * 86_400  # seconds: no sum with the moment overflows


def span(every: int, least: int, *, quiet: int, burst: int, failures: int) -> int:
    """Return the seconds to the next look at a source that is set to be asked ``every`` so often.

    ``quiet`` looks in a row brought no new paper, or ``burst`` brought some, or ``failures``
    failed. ``least`` is the shortest span that a burst leads to; a shorter ``every`` counts all
    the same, because the operator wrote it.
    """
    every = min(every, _LONGEST)
    if failures:
        return min(every, AFTER_FAILURE << min(failures - 1, 40))
    if burst >= BURST:
        return max(every // 2, min(least, every))
    return int(every * min(SLOWEST, 2 ** (min(quiet, 1000) // QUIET)))


def count_look(quiet: int, burst: int, *, brought_new: bool) -> tuple[int, int]:
    """Return ``quiet`` and ``burst`` after one more look."""
    return (0, burst + 1) if brought_new else (quiet + 1, 0)


def is_due(
    moment: datetime, *, last_look: datetime | None, next_look: datetime | None, every: int | None
) -> bool:
    """Return whether a source is asked at this moment.

    It is if it was never asked, or if its last look lies in the future: then the clock was set
    back, and the moment of the next one means nothing. ``every`` is the span that the
    configuration sets, if it does: a shorter one than before is obeyed at once.
    """
    if last_look is None or next_look is None or last_look > moment:
        return True
    if every is not None:
        next_look = min(next_look, last_look + timedelta(seconds=min(SLOWEST * every, _LONGEST)))
    return next_look <= moment
