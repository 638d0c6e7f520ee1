"""Queries on subscribers, their wishes and consents."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import msgspec

from digest.model.people import Consent, Origin, Subscriber, SubscriberState, Wish
from digest.storage.ledger.queries import Queries, insert

_COLUMNS = "id, address, folded, token, state, origin, since, wish"
_SELECT = f"SELECT {_COLUMNS} FROM subscriber"


class Subscribers(Queries):
    """The table of subscribers."""

    def add(
        self,
        address: str,
        folded: str,
        state: SubscriberState,
        origin: Origin,
        moment: str,
        wish: Wish = Wish(),  # noqa: B008 - it is frozen
    ) -> Subscriber:
        """Add a person with a new random token. Their address must not be there yet."""
        # Lower-case: some mail servers change the case of what stands before the @.
        token = secrets.token_hex(16)
        values = (address, folded, token, state, origin, moment, _encode(wish))
        columns = "address, folded, token, state, origin, since, wish"
        cursor = self._execute(insert("subscriber", columns), values)
        return self.get(int(cursor.lastrowid or 0))

    def get(self, subscriber: int) -> Subscriber:
        """Return a person by number. Raises `LookupError` if there is none."""
        row = self._execute(f"{_SELECT} WHERE id = ?", (subscriber,)).fetchone()
        if row is None:
            raise LookupError(subscriber)
        return _subscriber(row)

    def find(self, folded: str) -> Subscriber | None:
        """Return the person with this folded address."""
        row = self._execute(f"{_SELECT} WHERE folded = ?", (folded,)).fetchone()
        return row and _subscriber(row)

    def find_token(self, token: str) -> Subscriber | None:
        """Return the person that a token stands for."""
        row = self._execute(f"{_SELECT} WHERE token = ?", (token,)).fetchone()
        return row and _subscriber(row)

    def list_all(self, state: SubscriberState | None = None) -> Iterator[Subscriber]:
        """Yield all people, or those in one state, in the order they were added."""
        sql = f"{_SELECT} WHERE ? IS NULL OR state = ? ORDER BY id"
        return map(_subscriber, self._execute(sql, (state, state)))

    def set_state(self, subscriber: int, state: SubscriberState, moment: str) -> None:
        """Put a person into a state."""
        sql = "UPDATE subscriber SET state = ?, since = ? WHERE id = ?"
        self._execute(sql, (state, moment, subscriber))

    def confirm(self, subscriber: int, moment: str) -> None:
        """Make a person active who has confirmed."""
        sql = "UPDATE subscriber SET state = 'active', origin = 'confirmed', since = ? WHERE id = ?"
        self._execute(sql, (moment, subscriber))

    def ask_again(self, moment: str) -> int:
        """Let active people wait until they confirm; return how many they are.

        Those that the configuration names stay active.
        """
        sql = (
            "UPDATE subscriber SET state = 'pending', since = ?, asked = NULL"
            " WHERE state = 'active' AND origin <> 'configuration'"
        )
        return self._execute(sql, (moment,)).rowcount

    def set_wish(self, subscriber: int, wish: Wish) -> None:
        """Replace what a person wants."""
        sql = "UPDATE subscriber SET wish = ? WHERE id = ?"
        self._execute(sql, (_encode(wish), subscriber))

    def set_address(self, subscriber: int, address: str, folded: str) -> None:
        """Replace the address of a person. The new one must not be anybody's."""
        sql = "UPDATE subscriber SET address = ?, folded = ? WHERE id = ?"
        self._execute(sql, (address, folded, subscriber))

    def asked(self, subscriber: int) -> str | None:
        """Return when a person was last asked to confirm."""
        sql = "SELECT asked FROM subscriber WHERE id = ?"
        (asked,) = self._execute(sql, (subscriber,)).fetchone()
        return None if asked is None else str(asked)

    def set_asked(self, subscriber: int, moment: str) -> None:
        """Record that a person was asked to confirm."""
        self._execute("UPDATE subscriber SET asked = ? WHERE id = ?", (moment, subscriber))

    def delete(self, subscriber: int) -> None:
        """Delete a person with everything that stands about them."""
        self._execute("DELETE FROM subscriber WHERE id = ?", (subscriber,))

    def add_consent(self, subscriber: int, consent: Consent) -> None:
        """Record that a person agreed."""
        values = (subscriber, consent.moment, consent.how, consent.words)
        self._execute(insert("consent", "subscriber, moment, how, words"), values)

    def consents(self, subscriber: int) -> tuple[Consent, ...]:
        """Return when and how a person agreed, the oldest first."""
        sql = "SELECT moment, how, words FROM consent WHERE subscriber = ? ORDER BY rowid"
        consents = (
            Consent(moment=moment, how=how, words=words)
            for moment, how, words in self._execute(sql, (subscriber,))
        )
        # Their offsets differ, so their texts do not sort as moments.
        return tuple(sorted(consents, key=lambda each: datetime.fromisoformat(each.moment)))


def _encode(wish: Wish) -> str:
    return msgspec.json.encode(wish).decode()


def _subscriber(row: tuple[Any, ...]) -> Subscriber:
    *columns, wish = row
    names = _COLUMNS.split(", ")
    values = dict(zip(names, columns, strict=False))
    return Subscriber(**values, wish=msgspec.json.decode(wish, type=Wish))
