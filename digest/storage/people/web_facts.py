"""What the web side keeps besides people: a secret for its forms, and how often they were sent."""

from __future__ import annotations

import secrets

from digest.storage.ledger.queries import Queries, insert_new

_SECRET, _REQUESTS = "web secret", "web requests"


class WebFacts(Queries):
    """Facts of the web side. Used within a transaction of the caller."""

    def secret(self) -> bytes:
        """Return the secret that marks forms as ours; it is made when it is asked for first."""
        values = (_SECRET, secrets.token_hex(32))
        self._execute(insert_new("fact", "name, value"), values)
        sql = "SELECT value FROM fact WHERE name = ?"
        (value,) = self._execute(sql, (_SECRET,)).fetchone()
        return bytes.fromhex(value)

    def count_request(self) -> None:
        """Count a request to subscribe.

        Whoever it is for, something is written: so all of them take the same time.
        """
        sql = (
            "INSERT INTO fact (name, value) VALUES (?, '1') ON CONFLICT (name)"
            " DO UPDATE SET value = CAST(CAST(fact.value AS INTEGER) + 1 AS TEXT)"
        )
        self._execute(sql, (_REQUESTS,))

    def requests(self) -> int:
        """Return how many requests to subscribe there were."""
        sql = "SELECT value FROM fact WHERE name = ?"
        row = self._execute(sql, (_REQUESTS,)).fetchone()
        return int(row[0]) if row else 0
