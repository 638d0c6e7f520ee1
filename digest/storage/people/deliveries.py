"""Queries on deliveries and the attempts to make them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digest.model.people import Delivery, DeliveryCounts, DeliveryState, SendOutcome
from digest.storage.ledger.queries import Queries, insert, insert_new

_COLUMNS = "id, mailing, subscriber, channel, content, state, since, due, attempts, reason"
_SELECT = f"SELECT {_COLUMNS} FROM delivery"


class Deliveries(Queries):
    """The tables of deliveries and attempts."""

    def add(
        self,
        mailing: int,
        moment: str,
        *,
        subscriber: int | None = None,
        channel: str | None = None,
        state: DeliveryState = "pending",
        due: str | None = None,
    ) -> None:
        """Add a delivery, unless this person or channel has one of this mailing."""
        values = (mailing, subscriber, channel, state, moment, due or moment, 0)
        columns = "mailing, subscriber, channel, state, since, due, attempts"
        self._execute(insert_new("delivery", columns), values)

    def get(self, delivery: int) -> Delivery:
        """Return a delivery by number. Raises `LookupError` if there is none."""
        row = self._execute(f"{_SELECT} WHERE id = ?", (delivery,)).fetchone()
        if row is None:
            raise LookupError(delivery)
        return _delivery(row)

    def list_due(self, moment: str, most: int) -> list[Delivery]:
        """Return deliveries that wait and are due, in the order they were added."""
        sql = (
            f"{_SELECT} WHERE state IN ('pending', 'deferred') AND due <= ?"
            " ORDER BY mailing, id LIMIT ?"
        )
        return list(map(_delivery, self._execute(sql, (moment, most))))

    def list_of(self, mailing: int, state: DeliveryState | None = None) -> Iterator[Delivery]:
        """Yield the deliveries of a mailing, all or those in one state."""
        sql = f"{_SELECT} WHERE mailing = ? AND (? IS NULL OR state = ?) ORDER BY id"
        return map(_delivery, self._execute(sql, (mailing, state, state)))

    def set_state(
        self, delivery: int, state: DeliveryState, moment: str, reason: str | None = None
    ) -> None:
        """Put a delivery into a state."""
        sql = "UPDATE delivery SET state = ?, since = ?, reason = ? WHERE id = ?"
        self._execute(sql, (state, moment, reason, delivery))

    def set_content(self, delivery: int, content: int) -> None:
        """Record which stored message a delivery sends."""
        self._execute("UPDATE delivery SET content = ? WHERE id = ?", (content, delivery))

    def postpone(self, delivery: int, moment: str, due: str, reason: str) -> None:
        """Put a delivery off until ``due``."""
        sql = "UPDATE delivery SET state = 'deferred', since = ?, due = ?, reason = ? WHERE id = ?"
        self._execute(sql, (moment, due, reason, delivery))

    def add_attempt(self, delivery: int, moment: str, outcome: SendOutcome) -> None:
        """Record an attempt and what came of it; it counts if it was about the recipient."""
        values = (delivery, moment, outcome.state, outcome.code, outcome.reply)
        self._execute(insert("attempt", "delivery, moment, outcome, code, reply"), values)
        if outcome.is_about_recipient:
            sql = "UPDATE delivery SET attempts = attempts + 1 WHERE id = ?"
            self._execute(sql, (delivery,))

    def settle_interrupted(self, moment: str) -> int:
        """Turn what was being sent when its sender was killed into unknown; return how many."""
        sql = (
            "UPDATE delivery SET state = 'unknown', since = ?,"
            " reason = 'the sender was stopped before the answer came' WHERE state = 'sending'"
        )
        return self._execute(sql, (moment,)).rowcount

    def doubt_open(self, moment: str) -> int:
        """Turn open deliveries of a restored backup into unknown; return how many they are."""
        sql = (
            "UPDATE delivery SET state = 'unknown', since = ?,"
            " reason = 'it may have been made since the backup'"
            " WHERE state IN ('pending', 'sending', 'deferred')"
        )
        return self._execute(sql, (moment,)).rowcount

    def counts(self, mailing: int | None = None, *, chat: bool = False) -> DeliveryCounts:
        """Return how many deliveries are in each state: to people, or to channels."""
        sql = (
            "SELECT state, count(*) FROM delivery WHERE (? IS NULL OR mailing = ?)"
            " AND (channel IS NULL) = ? GROUP BY state"
        )
        rows = self._execute(sql, (mailing, mailing, not chat))
        return DeliveryCounts(**dict(rows))


def _delivery(row: tuple[Any, ...]) -> Delivery:
    return Delivery(**dict(zip(_COLUMNS.split(", "), row, strict=True)))
