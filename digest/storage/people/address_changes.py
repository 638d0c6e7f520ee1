"""Queries on addresses that people want in place of theirs, until they are confirmed."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

from digest.storage.ledger.queries import Queries, upsert

_COLUMNS = "subscriber, address, folded, token, asked"
_SELECT = f"SELECT {_COLUMNS} FROM address_change"


class WantedAddress(NamedTuple):
    """An address that a person wants, the token that confirms it, and when they asked."""

    subscriber: int
    address: str
    folded: str
    token: str
    asked: str


class AddressChanges(Queries):
    """The table of new addresses: one a person at most, the one that was asked for last."""

    def ask(self, subscriber: int, address: str, folded: str, moment: str) -> str:
        """Record the new address of a person; return the random token that confirms it.

        ``moment`` is in UTC.
        """
        token = secrets.token_hex(16)
        sql = upsert("address_change", "subscriber", _COLUMNS.removeprefix("subscriber, "))
        self._execute(sql, (subscriber, address, folded, token, moment))
        return token

    def find(self, subscriber: int) -> WantedAddress | None:
        """Return the new address that a person waits for."""
        return self._one(f"{_SELECT} WHERE subscriber = ?", subscriber)

    def find_token(self, token: str) -> WantedAddress | None:
        """Return the new address that a token confirms."""
        return self._one(f"{_SELECT} WHERE token = ?", token)

    def forget_address(self, folded: str) -> None:
        """Delete an address that somebody wanted in place of theirs."""
        self._execute("DELETE FROM address_change WHERE folded = ?", (folded,))

    def forget(self, subscriber: int) -> None:
        """Delete the new address of a person."""
        self._execute("DELETE FROM address_change WHERE subscriber = ?", (subscriber,))

    def forget_old(self, before: str) -> None:
        """Delete the addresses that were asked for before a moment, in UTC."""
        self._execute("DELETE FROM address_change WHERE asked < ?", (before,))

    def _one(self, sql: str, value: Any) -> WantedAddress | None:
        row = self._execute(sql, (value,)).fetchone()
        return row and WantedAddress(*row)
