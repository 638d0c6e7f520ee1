"""How often a feed changes, as the syndication module says it, from the schedule of its editions.

``skipDays`` and ``skipHours`` (RSS 2.0) are never written: they count in GMT, and a plain
``digest run``, a catch-up or a withdrawal changes a feed on any day, so that they could keep
a subscriber from an issue.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from digest.model.settings import WEEKDAYS, Edition


class Frequency(NamedTuple):
    """``sy:updatePeriod`` and ``sy:updateFrequency``: so many times in a period."""

    period: str = "daily"
    times: int = 1


_DAYS_OF_A_PERIOD = {"daily": 1, "weekly": 7, "monthly": 30}


def of(editions: Iterable[Edition]) -> Frequency:
    """That of the edition which issues most often."""
    found = map(_of, editions)
    return max(
        found, key=lambda one: one.times / _DAYS_OF_A_PERIOD[one.period], default=Frequency()
    )


def _of(edition: Edition) -> Frequency:
    if edition.period == "month":
        return Frequency("monthly")
    if edition.period == "week":
        return Frequency("weekly")
    days = len(set(edition.days))
    return Frequency() if days == len(WEEKDAYS) else Frequency("weekly", days)
