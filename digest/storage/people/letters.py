"""Queries on letters, the short mails that the web side causes."""

from __future__ import annotations

import secrets
from typing import Any, NamedTuple

import msgspec

from digest.model.letters import LetterKind, PersonLetter
from digest.model.people import DeliveryState, Wish
from digest.storage.ledger.queries import Queries, insert

_COLUMNS = (
    "id, subscriber, kind, created, address, folded, token, wish, state, since, due, attempts,"
    " reason"
)
_SELECT = f"SELECT {_COLUMNS} FROM letter"


class OtherAddress(NamedTuple):
    """An address that is not the person's own, as it was given and as it is compared."""

    address: str
    folded: str


class Letters(Queries):
    """The table of letters."""

    def add(
        self,
        subscriber: int,
        kind: LetterKind,
        moment: str,
        *,
        other: OtherAddress | None = None,
        token: str | None = None,
        wish: Wish | None = None,
    ) -> None:
        """Add a letter that waits to be sent, to another address than the person's or to theirs.

        One to another address gets a random token, if none is given. ``moment`` is in UTC, as all
        of its moments.
        """
        if other is not None:
            token = token or secrets.token_hex(16)
        stored = None if wish is None else msgspec.json.encode(wish).decode()
        columns = (
            "subscriber, kind, created, address, folded, token, wish, state, since, due, attempts"
        )
        address, folded = other or (None, None)
        state, attempts = "pending", 0
        values = (
            subscriber, kind, moment, address, folded, token, stored, state, moment, moment,
            attempts,
        )  # fmt: skip
        self._execute(insert("letter", columns), values)

    def newest(self, subscriber: int, kind: LetterKind) -> PersonLetter | None:
        """Return the newest letter of a kind to a person."""
        sql = f"{_SELECT} WHERE subscriber = ? AND kind = ? ORDER BY created DESC, id DESC LIMIT 1"
        row = self._execute(sql, (subscriber, kind)).fetchone()
        return row and _letter(row)

    def newest_to(self, folded: str, kind: LetterKind) -> PersonLetter | None:
        """Return the newest letter of a kind to an address that is not the person's own."""
        sql = f"{_SELECT} WHERE folded = ? AND kind = ? ORDER BY created DESC, id DESC LIMIT 1"
        row = self._execute(sql, (folded, kind)).fetchone()
        return row and _letter(row)

    def find_token(self, token: str) -> PersonLetter | None:
        """Return the letter with a token of its own."""
        row = self._execute(f"{_SELECT} WHERE token = ?", (token,)).fetchone()
        return row and _letter(row)

    def find(self, letter: int) -> PersonLetter | None:
        """Return a letter by number; None once its person was forgotten."""
        row = self._execute(f"{_SELECT} WHERE id = ?", (letter,)).fetchone()
        return row and _letter(row)

    def list_due(self, moment: str, most: int) -> list[PersonLetter]:
        """Return letters that wait and are due, in the order in which they became due."""
        sql = (
            f"{_SELECT} WHERE state IN ('pending', 'deferred') AND due <= ?"
            " ORDER BY due, id LIMIT ?"
        )
        return list(map(_letter, self._execute(sql, (moment, most))))

    def next_due(self) -> str | None:
        """Return when the next letter is due; None if none waits."""
        sql = "SELECT min(due) FROM letter WHERE state IN ('pending', 'deferred')"
        (due,) = self._execute(sql).fetchone()
        return None if due is None else str(due)

    def mark_sending(self, letter: int, moment: str) -> bool:
        """Record that a letter is handed over but for its end; False if it waits no more."""
        sql = (
            "UPDATE letter SET state = 'sending', since = ?, reason = NULL"
            " WHERE id = ? AND state IN ('pending', 'deferred')"
        )
        return self._execute(sql, (moment, letter)).rowcount > 0

    def set_state(
        self, letter: int, state: DeliveryState, moment: str, reason: str | None = None
    ) -> None:
        """Put a letter into a state that ends it."""
        sql = "UPDATE letter SET state = ?, since = ?, reason = ? WHERE id = ?"
        self._execute(sql, (state, moment, reason, letter))

    def postpone(self, letter: int, moment: str, due: str, reason: str) -> None:
        """Put a letter off that was tried."""
        sql = (
            "UPDATE letter SET state = 'deferred', since = ?, due = ?, reason = ?,"
            " attempts = attempts + 1 WHERE id = ?"
        )
        self._execute(sql, (moment, due, reason, letter))

    def settle_interrupted(self, moment: str, reason: str) -> int:
        """Turn what was being sent when its sender was killed into unknown; return how many."""
        sql = "UPDATE letter SET state = 'unknown', since = ?, reason = ? WHERE state = 'sending'"
        return self._execute(sql, (moment, reason)).rowcount

    def doubt_open(self, moment: str) -> None:
        """Turn open letters of a restored backup into unknown: they may have been sent since."""
        sql = (
            "UPDATE letter SET state = 'unknown', since = ?,"
            " reason = 'it may have been sent since the backup'"
            " WHERE state IN ('pending', 'sending', 'deferred')"
        )
        self._execute(sql, (moment,))

    def forget_address(self, folded: str) -> None:
        """Delete the letters to an address that is not, or no longer, the person's own."""
        self._execute("DELETE FROM letter WHERE folded = ?", (folded,))

    def forget(self, before: str) -> None:
        """Delete letters that are settled and were created before a moment."""
        sql = (
            "DELETE FROM letter WHERE created < ? AND state NOT IN ('pending', 'deferred',"
            " 'sending')"
        )
        self._execute(sql, (before,))

    def forget_unconfirmed(self, before: str) -> int:
        """Delete people who never confirmed, and were asked by letters before a moment alone.

        Nothing but a request stands about them, also if its letter came back. Returns how many
        they were. Who was imported stays: only so is it known that they have to confirm.
        """
        sql = (
            "DELETE FROM subscriber WHERE state IN ('pending', 'bounced') AND origin = 'added'"
            " AND NOT EXISTS (SELECT 1 FROM consent WHERE consent.subscriber = subscriber.id)"
            " AND EXISTS (SELECT 1 FROM letter WHERE letter.subscriber = subscriber.id"
            " AND kind = 'confirm')"
            " AND NOT EXISTS (SELECT 1 FROM letter WHERE letter.subscriber = subscriber.id"
            " AND kind = 'confirm' AND created >= ?)"
        )
        return self._execute(sql, (before,)).rowcount


def _letter(row: tuple[Any, ...]) -> PersonLetter:
    values = dict(zip(_COLUMNS.split(", "), row, strict=True))
    if values["wish"] is not None:
        values["wish"] = msgspec.json.decode(values["wish"], type=Wish)
    return PersonLetter(**values)
