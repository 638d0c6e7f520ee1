"""Count the subscribers of our own hub, for the status: numbers alone."""

from __future__ import annotations

from digest.model.hub import HubStatus
from digest.model.people import DeliveryCounts
from digest.model.settings import Settings
from digest.storage.people import database


def read(settings: Settings) -> HubStatus:
    """Return the numbers of the present moment. Raises `PeopleError`."""
    if not database.exists(settings.state_folder):
        return HubStatus(subscribers=0, waiting=0)
    with database.opened(settings.state_folder) as people:
        newest = people.mailings.list_newest(most=1)
        return HubStatus(
            subscribers=people.hub.count(),
            waiting=people.hub.count_waiting(),
            posts=people.hub_posts.counts(newest[0].id) if newest else DeliveryCounts(),
        )
