"""Queries that count rows by their state, for monitors."""

from __future__ import annotations

from digest.storage.ledger.queries import Queries


class Totals(Queries):
    """How many people, deliveries and letters are in each state."""

    def subscribers(self) -> dict[str, int]:
        """Return how many people are in each state."""
        return dict(self._execute("SELECT state, count(*) FROM subscriber GROUP BY state"))

    def deliveries(self) -> dict[str, int]:
        """Return how many deliveries to people and chats are in each state."""
        return self._deliveries("channel IS NULL OR channel NOT LIKE 'hub:%'")

    def hub_posts(self) -> dict[str, int]:
        """Return how many feeds for subscribers of our own hub are in each state."""
        return self._deliveries("channel LIKE 'hub:%'")

    def letters(self) -> dict[str, int]:
        """Return how many letters are in each state."""
        return dict(self._execute("SELECT state, count(*) FROM letter GROUP BY state"))

    def _deliveries(self, kind: str) -> dict[str, int]:
        sql = f"SELECT state, count(*) FROM delivery WHERE {kind} GROUP BY state"
        return dict(self._execute(sql))
