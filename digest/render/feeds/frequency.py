"""State how often a feed changes, in the terms of the syndication module of RSS.

``skipDays`` and ``skipHours`` (RSS 2.0) are never written: they count in GMT, and a plain
``digest run``, a catch-up or a withdrawal changes a feed on any day, so they could keep a
subscriber from an issue.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from digest.model.settings import WEEKDAYS, Edition


class Frequency(NamedTuple):
    """A number of ``times`` in a period: ``sy:updateFrequency`` and ``sy:updatePeriod``."""

    period: str = "daily"
    times: int = 1


_DAYS_IN_PERIOD = {"daily": 1, "weekly": 7, "monthly": 30}


def most_frequent(editions: Iterable[Edition]) -> Frequency:
    """Return the frequency of the edition that issues most often; daily without editions."""
    return max(
        map(_frequency, editions),
        key=lambda frequency: frequency.times / _DAYS_IN_PERIOD[frequency.period],
        default=Frequency(),
    )


def _frequency(edition: Edition) -> Frequency:
    if edition.period == "month":
        return Frequency("monthly")
    if edition.period == "week":
        return Frequency("weekly")
    days = len(set(edition.days))
    return Frequency() if days == len(WEEKDAYS) else Frequency("weekly", days)
