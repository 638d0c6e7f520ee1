"""Count people, deliveries and letters, for monitors: numbers alone, no address."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from digest.model.settings import Settings
from digest.operations.subscribers.finding import open_to_read


class PeopleCounts(NamedTuple):
    """How many there are in each state; those in none are left out.

    ``requests`` is how many requests to subscribe the web side has had in all. ``hub_posts`` are
    the feeds that our own WebSub hub has sent.
    """

    subscribers: Mapping[str, int]
    deliveries: Mapping[str, int]
    letters: Mapping[str, int]
    requests: int = 0
    hub_subscribers: int = 0
    hub_posts: Mapping[str, int] = MappingProxyType({})


def count(settings: Settings) -> PeopleCounts:
    """Return the numbers of the present moment; none without subscribers. Raises `PeopleError`."""
    with open_to_read(settings) as people:
        if people is None:
            return PeopleCounts({}, {}, {})
        return PeopleCounts(
            people.totals.subscribers(),
            people.totals.deliveries(),
            people.totals.letters(),
            people.web_facts.requests(),
            people.hub.count(),
            people.totals.hub_posts(),
        )
