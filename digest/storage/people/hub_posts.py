"""Queries on the deliveries of our own hub: feeds that are sent to its subscribers.

The delivery to the subscriber with the number 12 has the channel ``hub:12``, and belongs to the
mailing that was the newest one when it was ordered.
"""

from __future__ import annotations

from digest.model.people import Delivery, DeliveryCounts
from digest.storage.ledger.queries import Queries, insert_new
from digest.storage.people.deliveries import COLUMNS, read_delivery

_PREFIX = "hub:"
_SELECT = f"SELECT {COLUMNS} FROM delivery"


def subscription_of(delivery: Delivery) -> int:
    """Return the number of the subscriber that a delivery is for."""
    return int((delivery.channel or "").removeprefix(_PREFIX))


class HubPosts(Queries):
    """The table of deliveries, as far as they are for the hub."""

    def order(self, mailing: int, subscription: int, moment: str) -> bool:
        """Let a subscriber get its feed, also if it got an earlier version with this mailing.

        Returns False, and changes nothing, while an earlier version is being sent.
        """
        channel = f"{_PREFIX}{subscription}"
        columns = "mailing, channel, state, since, due, planned, attempts"
        values = (mailing, channel, "pending", moment, moment, moment, 0)
        if self._execute(insert_new("delivery", columns), values).rowcount > 0:
            return True
        sql = (
            "UPDATE delivery SET state = 'pending', since = ?, due = ?, planned = ?, attempts = 0,"
            " reason = NULL WHERE mailing = ? AND channel = ? AND state <> 'sending'"
        )
        again = (moment, moment, moment, mailing, channel)
        return self._execute(sql, again).rowcount > 0

    def list_due(self, moment: str, most: int) -> list[Delivery]:
        """Return deliveries that wait and are due; those that failed most often come last."""
        sql = (
            f"{_SELECT} WHERE state IN ('pending', 'deferred') AND due <= ?"
            " AND channel LIKE 'hub:%' ORDER BY attempts, due, id LIMIT ?"
        )
        return list(map(read_delivery, self._execute(sql, (moment, most))))

    def list_interrupted(self) -> list[Delivery]:
        """Return what was being sent when its sender was killed."""
        sql = f"{_SELECT} WHERE state = 'sending' AND channel LIKE 'hub:%' ORDER BY id"
        return list(map(read_delivery, self._execute(sql)))

    def counts(self, mailing: int) -> DeliveryCounts:
        """Return how many deliveries of a mailing are in each state."""
        sql = (
            "SELECT state, count(*) FROM delivery WHERE mailing = ? AND channel LIKE 'hub:%'"
            " GROUP BY state"
        )
        return DeliveryCounts(**dict(self._execute(sql, (mailing,))))
