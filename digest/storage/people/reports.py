"""Queries on the mails that came back, and what they said of deliveries."""

from __future__ import annotations

from collections.abc import Iterator

from digest.model.incoming import IncomingKind
from digest.storage.ledger.queries import Queries, insert_new, upsert


class Reports(Queries):
    """The table of reports: a row for each mail that was handled, known by a hash of its bytes.

    Nothing of a mail is kept but what it was, and whom and which delivery it was about.
    """

    def is_handled(self, hash_: bytes) -> bool:
        """Return whether a mail with this hash was handled."""
        sql = "SELECT 1 FROM report WHERE hash = ?"
        return self._execute(sql, (hash_,)).fetchone() is not None

    def add(
        self,
        hash_: bytes,
        moment: str,
        kind: IncomingKind,
        *,
        subscriber: int | None = None,
        delivery: int | None = None,
        status: str = "",
    ) -> None:
        """Record a mail as handled, unless another process has."""
        values = (hash_, subscriber, delivery, moment, kind, status)
        columns = "hash, subscriber, delivery, moment, kind, status"
        self._execute(insert_new("report", columns), values)

    def bounced_issues(self, subscriber: int) -> list[tuple[int, bool]]:
        """Return the deliveries to a person that a server has taken or refused, the oldest first.

        Each with whether it bounced, then or later. Those to an address that they had before are
        not among them.
        """
        sql = (
            "SELECT id, state = 'failed' OR EXISTS (SELECT 1 FROM report"
            " WHERE delivery = delivery.id AND kind = 'bounce') FROM delivery"
            " WHERE subscriber = ? AND state IN ('sent', 'failed', 'unknown')"
            " AND since >= coalesce((SELECT max(created) FROM letter"
            " WHERE letter.subscriber = delivery.subscriber AND kind = 'changed'), '')"
            " ORDER BY mailing, id"
        )
        return [
            (int(number), bool(bounced)) for number, bounced in self._execute(sql, (subscriber,))
        ]

    def newest_delivery(self, subscriber: int) -> int | None:
        """Return the newest delivery to a person that a server has taken or refused."""
        deliveries = self.bounced_issues(subscriber)
        return deliveries[-1][0] if deliveries else None

    def mails(self, mailings: int, whose: int | None) -> Iterator[tuple[str, str, int, int]]:
        """Yield issue, token, person and delivery of each mail of the newest mailings.

        They are those to one person, or to everybody.
        """
        sql = (
            "SELECT mailing.issue, subscriber.token, subscriber.id, delivery.id FROM delivery"
            " JOIN subscriber ON subscriber.id = delivery.subscriber"
            " JOIN mailing ON mailing.id = delivery.mailing"
            " WHERE mailing.id IN (SELECT id FROM mailing ORDER BY id DESC LIMIT ?)"
        )
        if whose is None:
            return self._execute(sql, (mailings,))
        return self._execute(f"{sql} AND delivery.subscriber = ?", (mailings, whose))

    def mailbox_place(self, mailbox: str) -> str | None:
        """Return how far a mailbox was read."""
        sql = "SELECT value FROM fact WHERE name = ?"
        row = self._execute(sql, (_fact(mailbox),)).fetchone()
        return None if row is None else str(row[0])

    def set_mailbox_place(self, mailbox: str, place: str) -> None:
        """Record how far a mailbox was read."""
        self._execute(upsert("fact", "name", "value"), (_fact(mailbox), place))


def _fact(mailbox: str) -> str:
    return f"mailbox {mailbox}"
