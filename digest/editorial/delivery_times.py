"""Decide when a delivery is tried again, when it is too late, and how many a day may be sent.

Reads no clock: the present is an argument.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from digest.model.settings import seconds

_TOLD_AGAIN = timedelta(days=7)


def spell(moment: datetime) -> str:
    """Return a moment as deliveries and mailings have it: in UTC, so that texts sort as moments."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def is_too_late(planned: str, not_after: str, now: datetime) -> bool:
    """Return whether what was to be sent at ``planned`` must not be sent any more."""
    return now - datetime.fromisoformat(planned) > timedelta(seconds=seconds(not_after))


def next_try(attempts: int, retry: Sequence[str], now: datetime) -> datetime:
    """Return when a delivery is tried again that was put off ``attempts`` times before.

    The pauses of ``retry`` come one after the other, then the last one again and again.
    """
    return now + timedelta(seconds=seconds(retry[min(attempts, len(retry) - 1)]))


def is_pause_over(until: str, retry: Sequence[str], now: datetime) -> bool:
    """Return whether a pause is over that ``retry`` allowed until a moment.

    So is one that is longer than any of them: it began while the clock was ahead.
    """
    rest = datetime.fromisoformat(until) - now
    return not timedelta(0) < rest <= timedelta(seconds=max(map(seconds, retry)))


def most_on_day(ramp: Sequence[int], days_before: int) -> int | None:
    """Return how many mails may be sent on a day; None if there is no limit.

    ``days_before`` is how many days there were before it on which mails began to be sent.
    """
    return ramp[days_before] if days_before < len(ramp) else None


def was_told_lately(told: str, now: datetime) -> bool:
    """Return whether a person was told less than a week ago that nothing of theirs came."""
    return now - datetime.fromisoformat(told) < _TOLD_AGAIN
