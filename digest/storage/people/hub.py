"""Queries on the subscribers of our own WebSub hub, and on requests that wait to be verified."""

from __future__ import annotations

from collections.abc import Iterator

from digest.model.hub import HubMode, HubRequest, HubSubscription
from digest.storage.ledger.queries import Queries, insert, upsert

_COLUMNS = "id, feed, callback, secret, until"
_REQUEST = "id, mode, feed, callback, secret, lease, attempts"


class Hub(Queries):
    """The tables of the hub. Moments are in UTC."""

    def ask(
        self, mode: HubMode, feed: str, callback: str, secret: str | None, lease: int, moment: str
    ) -> None:
        """Add a request that waits to be verified, in place of earlier ones of this callback."""
        sql = "DELETE FROM hub_request WHERE feed = ? AND callback = ? AND state = 'pending'"
        self._execute(sql, (feed, callback))
        columns = "mode, feed, callback, secret, lease, state, since, due, attempts"
        values = (mode, feed, callback, secret, lease, "pending", moment, moment, 0)
        self._execute(insert("hub_request", columns), values)

    def list_due(self, moment: str, most: int) -> list[HubRequest]:
        """Return requests that wait and are due."""
        sql = (
            f"SELECT {_REQUEST} FROM hub_request WHERE state = 'pending' AND due <= ?"
            " ORDER BY due, id LIMIT ?"
        )
        names = _REQUEST.split(", ")
        rows = self._execute(sql, (moment, most)).fetchall()
        return [HubRequest(**dict(zip(names, row, strict=True))) for row in rows]

    def next_due(self) -> str | None:
        """Return when the next request is due; None if none waits."""
        sql = "SELECT min(due) FROM hub_request WHERE state = 'pending'"
        (due,) = self._execute(sql).fetchone()
        return None if due is None else str(due)

    def count_waiting(self) -> int:
        """Return how many requests wait."""
        sql = "SELECT count(*) FROM hub_request WHERE state = 'pending'"
        (number,) = self._execute(sql).fetchone()
        return int(number)

    def postpone(self, request: int, due: str) -> None:
        """Put a request off whose callback did not answer."""
        sql = "UPDATE hub_request SET due = ?, attempts = attempts + 1 WHERE id = ?"
        self._execute(sql, (due, request))

    def settle(self, request: int) -> bool:
        """Delete a request that was answered, or given up; False if a newer one replaced it."""
        return self._execute("DELETE FROM hub_request WHERE id = ?", (request,)).rowcount > 0

    def subscribe(self, request: HubRequest, until: str) -> None:
        """Make a subscriber of a callback, or renew what it has."""
        sql = upsert("hub_subscription", "feed, callback", "secret, until")
        self._execute(sql, (request.feed, request.callback, request.secret, until))

    def unsubscribe(self, feed: str, callback: str) -> None:
        """Delete a subscriber."""
        sql = "DELETE FROM hub_subscription WHERE feed = ? AND callback = ?"
        self._execute(sql, (feed, callback))

    def find(self, subscription: int) -> HubSubscription | None:
        """Return a subscriber by number."""
        sql = f"SELECT {_COLUMNS} FROM hub_subscription WHERE id = ?"
        row = self._execute(sql, (subscription,)).fetchone()
        return row and HubSubscription(**dict(zip(_COLUMNS.split(", "), row, strict=True)))

    def list_active(self, moment: str) -> Iterator[HubSubscription]:
        """Yield the subscribers whose leases have not ended."""
        sql = f"SELECT {_COLUMNS} FROM hub_subscription WHERE until > ? ORDER BY id"
        names = _COLUMNS.split(", ")
        for row in self._execute(sql, (moment,)).fetchall():
            yield HubSubscription(**dict(zip(names, row, strict=True)))

    def count(self) -> int:
        """Return how many subscribers there are."""
        (number,) = self._execute("SELECT count(*) FROM hub_subscription").fetchone()
        return int(number)

    def delete(self, subscription: int) -> None:
        """Delete a subscriber by number."""
        self._execute("DELETE FROM hub_subscription WHERE id = ?", (subscription,))

    def forget_ended(self, moment: str) -> None:
        """Delete subscribers whose leases have ended."""
        self._execute("DELETE FROM hub_subscription WHERE until <= ?", (moment,))
