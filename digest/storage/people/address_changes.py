"""Queries on addresses that people want in place of theirs, until they are confirmed."""

from __future__ import annotations

import secrets

from digest.model.person_data import AddressChange
from digest.storage.ledger.queries import Queries, upsert

_COLUMNS = "address, folded, token, asked"


class AddressChanges(Queries):
    """The table of new addresses: one a person at most, the one that was asked for last."""

    def ask(self, subscriber: int, address: str, folded: str, moment: str) -> str:
        """Record the new address of a person; return the random token that confirms it."""
        token = secrets.token_hex(16)
        sql = upsert("address_change", "subscriber", _COLUMNS)
        self._execute(sql, (subscriber, address, folded, token, moment))
        return token

    def find(self, subscriber: int) -> AddressChange | None:
        """Return the new address that a person waits for."""
        sql = f"SELECT {_COLUMNS} FROM address_change WHERE subscriber = ?"
        row = self._execute(sql, (subscriber,)).fetchone()
        return row and AddressChange(**dict(zip(_COLUMNS.split(", "), row, strict=True)))

    def find_token(self, token: str) -> tuple[int, AddressChange] | None:
        """Return whose new address a token confirms, and the address."""
        sql = "SELECT subscriber FROM address_change WHERE token = ?"
        row = self._execute(sql, (token,)).fetchone()
        change = row and self.find(row[0])
        return (int(row[0]), change) if change else None

    def forget_address(self, folded: str) -> None:
        """Delete an address that somebody wanted in place of theirs."""
        self._execute("DELETE FROM address_change WHERE folded = ?", (folded,))

    def forget(self, subscriber: int) -> None:
        """Delete the new address of a person."""
        self._execute("DELETE FROM address_change WHERE subscriber = ?", (subscriber,))
