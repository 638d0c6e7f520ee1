"""What all sources of one fetch share, and how often one of them is asked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from digest.model.fetching import FetchState
from digest.model.settings import Settings
from digest.pipeline.fetching.holdings import Holdings

MOST_DAYS = 31  # are asked after a long outage; older ones only by `digest fetch --from`


class Asking(NamedTuple):
    """What all sources of one fetch share.

    ``save`` writes the state to the disk. ``now`` is the machine's clock in seconds since 1970,
    by which files have their times; the moment of a run may be another. With ``anew`` nothing that
    was remembered of an answer counts, and no request is a conditional one.
    """

    settings: Settings
    state: FetchState
    moment: datetime
    holdings: Holdings
    save: Callable[[], None]
    now: float
    anew: bool = False

    @property
    def stamp(self) -> str:
        """The moment as it is remembered."""
        return self.moment.isoformat(timespec="seconds")

    @property
    def today(self) -> date:
        """The day in UTC, in which sources count."""
        return self.moment.astimezone(UTC).date()

    def days(self, look_back: int, last_answer: datetime | None) -> list[date]:
        """Return the last ``look_back`` days, with today at the end.

        Before them come as many as passed without an answer, because their last looks were not
        made; `MOST_DAYS` in all.
        """
        since = (self.today - last_answer.astimezone(UTC).date()).days if last_answer else 1
        count = min(look_back + max(0, since - 1), max(look_back, MOST_DAYS))
        return [self.today - timedelta(days=back) for back in reversed(range(count))]


class Habits(NamedTuple):
    """How a source is asked: the seconds between two looks, as set and at least in a burst.

    ``by_day`` says that each look is at one day, and remembered for it alone.
    """

    every: int
    least: int
    by_day: bool
