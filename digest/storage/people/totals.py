"""Queries that count rows by their state, for monitors."""

from __future__ import annotations

from digest.storage.ledger.queries import Queries


class Totals(Queries):
    """How many people, deliveries and letters are in each state."""

    def subscribers(self) -> dict[str, int]:
        """Return how many people are in each state."""
        return dict(self._execute("SELECT state, count(*) FROM subscriber GROUP BY state"))

    def deliveries(self) -> dict[str, int]:
        """Return how many deliveries are in each state."""
        return dict(self._execute("SELECT state, count(*) FROM delivery GROUP BY state"))

    def letters(self) -> dict[str, int]:
        """Return how many letters are in each state."""
        return dict(self._execute("SELECT state, count(*) FROM letter GROUP BY state"))
