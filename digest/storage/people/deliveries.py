"""Queries on deliveries and the attempts to make them.

Those to subscribers of our own hub are left out where it is not said: see `hub_posts`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from digest.model.people import Delivery, DeliveryCounts, DeliveryState, SendOutcome
from digest.storage.ledger.queries import Queries, insert, insert_new

COLUMNS = "id, mailing, subscriber, channel, content, state, since, due, planned, attempts, reason"
_SELECT = f"SELECT {COLUMNS} FROM delivery"
_NO_HUB = "(channel IS NULL OR channel NOT LIKE 'hub:%')"


class Deliveries(Queries):
    """The tables of deliveries and attempts."""

    def add(
        self,
        mailing: int,
        moment: str,
        *,
        subscriber: int | None = None,
        channel: str | None = None,
        planned: str | None = None,
    ) -> None:
        """Add a delivery, unless this person or channel has one of this mailing.

        It is sent from ``planned`` on, by default from ``moment`` on.
        """
        planned = planned or moment
        values = (mailing, subscriber, channel, "pending", moment, planned, planned, 0)
        columns = "mailing, subscriber, channel, state, since, due, planned, attempts"
        self._execute(insert_new("delivery", columns), values)

    def find(self, delivery: int) -> Delivery | None:
        """Return a delivery by number; None once its person was forgotten."""
        row = self._execute(f"{_SELECT} WHERE id = ?", (delivery,)).fetchone()
        return row and read_delivery(row)

    def list_due(self, moment: str, most: int, *, chat_only: bool = False) -> list[Delivery]:
        """Return deliveries that wait and are due, in the order in which they became due."""
        sql = (
            f"{_SELECT} WHERE state IN ('pending', 'deferred') AND due <= ? AND {_NO_HUB}"
            " AND (channel IS NOT NULL OR NOT ?) ORDER BY due, id LIMIT ?"
        )
        return list(map(read_delivery, self._execute(sql, (moment, chat_only, most))))

    def list_of(self, mailing: int, state: DeliveryState | None = None) -> Iterator[Delivery]:
        """Yield the deliveries of a mailing, all or those in one state."""
        sql = f"{_SELECT} WHERE mailing = ? AND (? IS NULL OR state = ?) AND {_NO_HUB} ORDER BY id"
        return map(read_delivery, self._execute(sql, (mailing, state, state)))

    def set_state(
        self, delivery: int, state: DeliveryState, moment: str, reason: str | None = None
    ) -> None:
        """Put a delivery into a state."""
        sql = "UPDATE delivery SET state = ?, since = ?, reason = ? WHERE id = ?"
        self._execute(sql, (state, moment, reason, delivery))

    def mark_sending(self, delivery: int, moment: str, content: int | None = None) -> bool:
        """Record that a message is handed over but for its end; ``content`` is its stored form.

        Returns False, and changes nothing, if it does not wait any more: it was cancelled
        meanwhile, or its person was forgotten.
        """
        sql = (
            "UPDATE delivery SET state = 'sending', since = ?, content = ?, reason = NULL"
            " WHERE id = ? AND state IN ('pending', 'deferred')"
        )
        return self._execute(sql, (moment, content, delivery)).rowcount > 0

    def postpone(
        self, delivery: int, state: DeliveryState, moment: str, due: str, reason: str
    ) -> None:
        """Put a delivery into an open state and off until ``due``."""
        sql = "UPDATE delivery SET state = ?, since = ?, due = ?, reason = ? WHERE id = ?"
        self._execute(sql, (state, moment, due, reason, delivery))

    def reopen(self, delivery: int, moment: str) -> None:
        """Let a delivery wait to be sent again; its attempts and ``not_after`` count anew.

        One that is being sent stays as it is. A stored message whose bytes are gone is rendered
        anew.
        """
        sql = (
            "UPDATE delivery SET state = 'pending', since = ?, due = ?, planned = ?, attempts = 0,"
            " reason = NULL, content = (SELECT id FROM content WHERE id = delivery.content"
            " AND body IS NOT NULL) WHERE id = ? AND state <> 'sending'"
        )
        self._execute(sql, (moment, moment, moment, delivery))

    def cancel_open(self, mailing: int, moment: str, reason: str) -> int:
        """Cancel what waits to be sent of a mailing; return how many."""
        sql = (
            "UPDATE delivery SET state = 'cancelled', since = ?, reason = ?"
            f" WHERE mailing = ? AND state IN ('pending', 'deferred') AND {_NO_HUB}"
        )
        return self._execute(sql, (moment, reason, mailing)).rowcount

    def contents_of(self, subscriber: int, other_than: int) -> list[tuple[int, str]]:
        """Return what a person got, or may have got, in other mailings than this one.

        Each is the number of a stored message, and since when its state is what it is; the newest
        first.
        """
        sql = (
            "SELECT content, since FROM delivery WHERE subscriber = ? AND mailing <> ?"
            " AND content IS NOT NULL AND state IN ('sent', 'sending', 'unknown')"
            " ORDER BY mailing DESC"
        )
        return self._execute(sql, (subscriber, other_than)).fetchall()

    def add_attempt(self, delivery: int, moment: str, outcome: SendOutcome) -> None:
        """Record an attempt and what came of it; it counts if it was about the recipient."""
        values = (delivery, moment, outcome.state, outcome.code, outcome.reply)
        self._execute(insert("attempt", "delivery, moment, outcome, code, reply"), values)
        if outcome.is_about_recipient:
            sql = "UPDATE delivery SET attempts = attempts + 1 WHERE id = ?"
            self._execute(sql, (delivery,))

    def list_interrupted(self) -> list[Delivery]:
        """Return what was being sent when its sender was killed."""
        sql = f"{_SELECT} WHERE state = 'sending' AND {_NO_HUB} ORDER BY id"
        return list(map(read_delivery, self._execute(sql)))

    def count_sent(self, day: str) -> int:
        """Return how many mails were sent on a day, ``YYYY-MM-DD``."""
        sql = (
            "SELECT count(*) FROM delivery WHERE state = 'sent' AND subscriber IS NOT NULL"
            " AND substr(since, 1, 10) = ?"
        )
        (count,) = self._execute(sql, (day,)).fetchone()
        return int(count)

    def last_change(self, mailing: int) -> str | None:
        """Return the moment of the last change of a mailing's deliveries; None without any."""
        sql = f"SELECT max(since) FROM delivery WHERE mailing = ? AND {_NO_HUB}"
        (last,) = self._execute(sql, (mailing,)).fetchone()
        return None if last is None else str(last)

    def doubt_open(self, moment: str) -> int:
        """Turn open deliveries of a restored backup into unknown; return how many they are.

        A feed that is sent twice harms nobody, so those of the hub stay open.
        """
        sql = (
            "UPDATE delivery SET state = 'unknown', since = ?,"
            " reason = 'it may have been made since the backup'"
            f" WHERE state IN ('pending', 'sending', 'deferred') AND {_NO_HUB}"
        )
        return self._execute(sql, (moment,)).rowcount

    def counts(self, mailing: int, *, chat: bool = False) -> DeliveryCounts:
        """Return how many deliveries of a mailing are in each state: to people, or to channels."""
        kind = f"channel IS NOT NULL AND {_NO_HUB}" if chat else "channel IS NULL"
        sql = f"SELECT state, count(*) FROM delivery WHERE mailing = ? AND {kind} GROUP BY state"
        return DeliveryCounts(**dict(self._execute(sql, (mailing,))))

    def count_unknown(self) -> int:
        """Return of how many deliveries in all nobody can know whether they arrived."""
        sql = "SELECT count(*) FROM delivery WHERE state = 'unknown'"
        (count,) = self._execute(sql).fetchone()
        return int(count)


def read_delivery(row: tuple[Any, ...]) -> Delivery:
    """Return the delivery of a row with all columns."""
    return Delivery(**dict(zip(COLUMNS.split(", "), row, strict=True)))
