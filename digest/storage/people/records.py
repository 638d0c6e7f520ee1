"""Queries on everything that is stored about one person."""

from __future__ import annotations

import msgspec

from digest.model.people import Wish
from digest.model.person_data import (
    PersonAttempt,
    PersonDelivery,
    PersonLetterRecord,
    PersonReport,
)
from digest.storage.ledger.queries import Queries


class Records(Queries):
    """What stands in the tables of deliveries and reports about a person."""

    def deliveries(self, subscriber: int) -> tuple[PersonDelivery, ...]:
        """Return the deliveries to a person, the oldest first."""
        sql = (
            "SELECT delivery.id, edition, key, subject, state, since, reason FROM delivery"
            " JOIN mailing ON mailing.id = delivery.mailing"
            " LEFT JOIN content ON content.id = delivery.content"
            " WHERE subscriber = ? ORDER BY delivery.id"
        )
        return tuple(
            PersonDelivery(
                edition=edition,
                issue=key,
                subject=subject,
                state=state,
                since=since,
                reason=reason,
                attempts=self._attempts(delivery),
            )
            for delivery, edition, key, subject, state, since, reason in self._execute(
                sql, (subscriber,)
            ).fetchall()
        )

    def reports(self, subscriber: int) -> tuple[PersonReport, ...]:
        """Return the bounces, complaints and other reports about a person, the oldest first."""
        sql = "SELECT moment, kind, status FROM report WHERE subscriber = ? ORDER BY id"
        return tuple(
            PersonReport(moment=moment, kind=kind, status=status)
            for moment, kind, status in self._execute(sql, (subscriber,))
        )

    def letters(self, subscriber: int) -> tuple[PersonLetterRecord, ...]:
        """Return the letters to a person, the oldest first.

        Without those to an address that is not theirs yet. Whether one was sent says whether the
        address is somebody else's already, which is no business of this person.
        """
        columns = "kind, created, address, wish, state, since, due, attempts, reason"
        sql = f"SELECT {columns} FROM letter WHERE subscriber = ? AND kind <> 'address' ORDER BY id"
        return tuple(
            PersonLetterRecord(
                **dict(zip(columns.split(", "), row, strict=True))
                | {"wish": row[3] and msgspec.json.decode(row[3], type=Wish)}
            )
            for row in self._execute(sql, (subscriber,))
        )

    def _attempts(self, delivery: int) -> tuple[PersonAttempt, ...]:
        sql = "SELECT moment, outcome, reply FROM attempt WHERE delivery = ? ORDER BY rowid"
        return tuple(
            PersonAttempt(moment=moment, outcome=outcome, reply=reply)
            for moment, outcome, reply in self._execute(sql, (delivery,))
        )
