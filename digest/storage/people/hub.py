"""Queries on the subscribers of our own WebSub hub, and on requests that wait to be verified.

The version of a subscriber is the hash of the feed that was last ordered for it.
"""

from __future__ import annotations

from digest.model.hub import HubRequest, HubSubscription
from digest.storage.ledger.queries import Queries

_COLUMNS = "id, feed, callback, host, secret, until"
_REQUEST = "id, mode, feed, callback, host, secret, lease, attempts"


class Hub(Queries):
    """The tables of the hub. Moments are in UTC."""

    def ask(self, request: HubRequest, moment: str) -> None:
        """Add a request that waits to be verified, in place of an earlier one of this callback."""
        key = (request.feed, request.callback)
        # Not updated: what is asked in this moment about the earlier one must not count for it.
        self._execute("DELETE FROM hub_request WHERE feed = ? AND callback = ?", key)
        sql = (
            "INSERT INTO hub_request (mode, feed, callback, host, secret, lease, attempts, due)"
            " VALUES (?, ?, ?, ?, ?, ?, 0, ?)"
        )
        rest = (request.host, request.secret, request.lease, moment)
        self._execute(sql, (request.mode, *key, *rest))

    def list_due(self, moment: str, most: int) -> list[HubRequest]:
        """Return requests that are due: the first of each host, then the second, and so on."""
        # So a host with many requests, or one that is slow, keeps no other waiting.
        sql = (
            f"SELECT {_REQUEST} FROM hub_request WHERE due <= ? ORDER BY"
            " row_number() OVER (PARTITION BY host ORDER BY due, id), due, id LIMIT ?"
        )
        names = _REQUEST.split(", ")
        rows = self._execute(sql, (moment, most)).fetchall()
        return [HubRequest(**dict(zip(names, row, strict=True))) for row in rows]

    def next_due(self) -> str | None:
        """Return when the next request is due; None if none waits."""
        (due,) = self._execute("SELECT min(due) FROM hub_request").fetchone()
        return None if due is None else str(due)

    def count_waiting(self, host: str | None = None) -> int:
        """Return how many requests wait, in all or of callbacks on one host."""
        return self._count("hub_request", host)

    def begin_try(self, request: HubRequest, due: str) -> bool:
        """Count an attempt to verify, which is given up at ``due``.

        Returns False, and changes nothing, if the request was replaced or is asked about already.
        """
        sql = (
            "UPDATE hub_request SET attempts = attempts + 1, due = ? WHERE id = ? AND attempts = ?"
        )
        return self._execute(sql, (due, request.id, request.attempts)).rowcount > 0

    def settle(self, request: int) -> bool:
        """Delete a request that was answered, or given up; False if a newer one replaced it."""
        return self._execute("DELETE FROM hub_request WHERE id = ?", (request,)).rowcount > 0

    def subscribe(self, request: HubRequest, until: str, version: str) -> None:
        """Make a subscriber of a callback, or renew what it has: then it keeps its version."""
        sql = (
            "INSERT INTO hub_subscription (feed, callback, host, secret, until, version)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (feed, callback)"
            " DO UPDATE SET secret = excluded.secret, until = excluded.until"
        )
        key = (request.feed, request.callback, request.host)
        self._execute(sql, (*key, request.secret, until, version))

    def unsubscribe(self, feed: str, callback: str) -> None:
        """Delete a subscriber."""
        sql = "DELETE FROM hub_subscription WHERE feed = ? AND callback = ?"
        self._execute(sql, (feed, callback))

    def has(self, feed: str, callback: str) -> bool:
        """Return whether a callback is a subscriber of a feed."""
        sql = "SELECT 1 FROM hub_subscription WHERE feed = ? AND callback = ?"
        return self._execute(sql, (feed, callback)).fetchone() is not None

    def find(self, subscription: int) -> HubSubscription | None:
        """Return a subscriber by number."""
        sql = f"SELECT {_COLUMNS} FROM hub_subscription WHERE id = ?"
        row = self._execute(sql, (subscription,)).fetchone()
        return row and HubSubscription(**dict(zip(_COLUMNS.split(", "), row, strict=True)))

    def count(self, host: str | None = None) -> int:
        """Return how many subscribers there are, in all or on one host."""
        return self._count("hub_subscription", host)

    def delete(self, subscription: int) -> None:
        """Delete a subscriber by number."""
        self._execute("DELETE FROM hub_subscription WHERE id = ?", (subscription,))

    def forget_ended(self, moment: str) -> None:
        """Delete subscribers whose leases have ended."""
        self._execute("DELETE FROM hub_subscription WHERE until <= ?", (moment,))

    def list_versions(self) -> list[tuple[str, str]]:
        """Return each feed that has subscribers with each version that they have."""
        sql = "SELECT feed, version FROM hub_subscription GROUP BY feed, version"
        return self._execute(sql).fetchall()

    def list_of_version(self, feed: str, version: str, moment: str) -> list[int]:
        """Return the numbers of the subscribers of a feed with this version, in their order.

        Those whose leases have ended are left out.
        """
        sql = (
            "SELECT id FROM hub_subscription WHERE feed = ? AND version = ? AND until > ?"
            " ORDER BY id"
        )
        return [number for (number,) in self._execute(sql, (feed, version, moment))]

    def set_version(self, subscription: int, version: str) -> None:
        """Record which version of its feed was ordered for a subscriber."""
        sql = "UPDATE hub_subscription SET version = ? WHERE id = ?"
        self._execute(sql, (version, subscription))

    def _count(self, table: str, host: str | None) -> int:
        sql = f"SELECT count(*) FROM {table}"
        if host is None:
            (number,) = self._execute(sql).fetchone()
        else:
            (number,) = self._execute(f"{sql} WHERE host = ?", (host,)).fetchone()
        return int(number)
