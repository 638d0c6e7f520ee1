"""Queries on the outage of the mail server: since when it takes nothing, and the next try."""

from __future__ import annotations

from digest.model.outages import Outage
from digest.storage.ledger.queries import Queries, upsert

_COLUMNS = "failures, since, until, reason"
_MAIL = "mail"


class Outages(Queries):
    """The table of outages. Chat channels have none: each has one delivery at a time."""

    def get(self) -> Outage | None:
        """Return the outage of the mail server, or None while it takes mails."""
        sql = f"SELECT {_COLUMNS} FROM outage WHERE channel = ?"
        row = self._execute(sql, (_MAIL,)).fetchone()
        return row and Outage(**dict(zip(_COLUMNS.split(", "), row, strict=True)))

    def set(self, outage: Outage) -> None:
        """Record an outage, or what is now known of it."""
        values = (_MAIL, outage.failures, outage.since, outage.until, outage.reason)
        self._execute(upsert("outage", "channel", _COLUMNS), values)

    def end(self) -> None:
        """Record that the server takes mails."""
        self._execute("DELETE FROM outage WHERE channel = ?", (_MAIL,))
