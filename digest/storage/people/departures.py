"""Apply the departure log to the database, and bring the two together again after a restore."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from types import MappingProxyType

from digest.model.people import Subscriber, SubscriberState, Suppression
from digest.storage.ledger.queries import Queries, transaction, upsert
from digest.storage.people.departure_log import Departure, DepartureLog, LeftState, LogHead
from digest.storage.people.subscribers import Subscribers
from digest.storage.people.suppressions import Suppressions

# From the lightest to the heaviest: a complaint stays one whatever comes after it.
GONE: tuple[LeftState, ...] = ("bounced", "left", "complained")
_POSITION = "departures"  # the fact that says how far the log was applied


class Departures(Queries):
    """How far the departure log was applied, and what it says."""

    def __init__(self, connection: sqlite3.Connection, log: DepartureLog) -> None:
        super().__init__(connection)
        self._log = log
        self._subscribers = Subscribers(connection)
        self._suppressions = Suppressions(connection)

    def record(self, departures: Iterable[Departure], subscriber: Subscriber | None) -> None:
        """Write departures to the log, then to the database.

        They are those of ``subscriber``, or of nobody who is in the database. Takes part in a
        transaction of the caller. If it is rolled back, or the program killed, the next one that
        opens the database applies them.
        """
        lines = tuple(departures)
        self._log.append(lines)
        self.catch_up({line.hash: subscriber for line in lines})

    def catch_up(self, known: Mapping[str, Subscriber | None] = MappingProxyType({})) -> None:
        """Apply the lines of the log that the database has not seen.

        Without a log, one is made from what the database knows. One with another salt comes
        from another folder or from a restore without its log: its salt is used from now on.
        ``known`` says who some of the hashes are, which saves hashing everybody's address.
        """
        if self._position() == self._end():
            return
        is_within = self._connection.in_transaction
        with nullcontext() if is_within else transaction(self._connection):
            head = self._usable_head()
            self._suppressions.use_salt(head.salt)
            read_from = start if (start := self._position_in(head)) is not None else 0
            departures, end = self._log.read(read_from)
            self._apply(departures, known)
            sql = upsert("fact", "name", "value")
            self._execute(sql, (_POSITION, f"{head.id} {end}"))

    def is_log_complete(self) -> bool:
        """Return whether the log is this database's own, and not older than the database.

        Only then it names everybody who left since the database was copied.
        """
        head = self._log.head()
        if head is None or head.salt != self._suppressions.salt():
            return False
        return (self._position_in(head) or 0) <= self._log.size()

    def has_left(self, folded: str) -> bool:
        """Return whether the log says that this address left or bounced at some time."""
        hashes = set(self._suppressions.hashes(folded))
        departures, _ = self._log.read(0) if self._log.head() else ([], 0)
        return any(each.hash in hashes and each.kind in GONE for each in departures)

    def has_other_log(self) -> bool:
        """Return whether the log is that of another database: its salt is another."""
        head = self._log.head()
        return head is not None and head.salt != self._suppressions.salt()

    def start_log(self, salt: str) -> None:
        """Begin a new log with a new salt, from what the database knows, in a transaction."""
        self._suppressions.use_salt(salt)
        self._log.create(salt, self._known())
        self.catch_up()

    def _position(self) -> str | None:
        sql = "SELECT value FROM fact WHERE name = ?"
        row = self._execute(sql, (_POSITION,)).fetchone()
        return None if row is None else str(row[0])

    def _position_in(self, head: LogHead) -> int | None:
        """Return how many bytes of the log with this head were applied; None if of another."""
        id_, _, offset = (self._position() or "").partition(" ")
        return int(offset) if id_ == head.id else None

    def _end(self) -> str:
        head = self._log.head()
        return f"{head.id} {self._log.size()}" if head else ""

    def _usable_head(self) -> LogHead:
        """Return the head of the log, after making one if it is missing or was cut."""
        head = self._log.head()
        if head is None or (self._position_in(head) or 0) > self._log.size():
            head = self._log.create(self._suppressions.salt(), self._known())
        return head

    def _known(self) -> Iterator[Departure]:
        """Yield all departures that stand in the database."""
        for state in GONE:
            for subscriber in self._subscribers.list_all(state):
                hash_, person = map(self._suppressions.hash, (subscriber.folded, subscriber.token))
                yield Departure(hash=hash_, kind=state, moment=subscriber.since, person=person)
        for suppression in self._suppressions.list_all():
            yield Departure(
                hash=suppression.hash,
                kind="forgotten" if suppression.reason == "forgotten" else "suppressed",
                moment=suppression.moment,
                reason=suppression.reason,
            )

    def _apply(self, departures: list[Departure], known: Mapping[str, Subscriber | None]) -> None:
        if any(departure.hash not in known for departure in departures):
            everybody = tuple(self._subscribers.list_all())
            hash_ = self._suppressions.hash
            known = {hash_(person.folded): person for person in everybody}
            known |= {hash_(person.token): person for person in everybody}
        for departure in departures:
            self._apply_one(departure, known)

    def _apply_one(self, departure: Departure, known: Mapping[str, Subscriber | None]) -> None:
        kind, moment = departure.kind, departure.moment
        if kind == "unsuppressed":
            self._suppressions.remove(departure.hash)
        if kind in ("suppressed", "complained", "forgotten"):
            reason = departure.reason or kind
            self._suppressions.put(Suppression(hash=departure.hash, reason=reason, moment=moment))
        has_address = known.get(departure.hash)
        if has_address is None and kind in ("left", "bounced"):
            # It is not in this copy, and must not come back by an import either.
            out = Suppression(hash=departure.hash, reason=kind, moment=moment)
            self._suppressions.put_new(out)
        subscriber = has_address or known.get(departure.person)
        if kind == "moved":
            # Only a copy of before knows them by that address, and none knows the new one.
            subscriber = has_address
        # Asked anew: an earlier line of the log may have changed it.
        person = subscriber and self._subscribers.find(subscriber.folded)
        if person is None:
            return
        match kind:
            case "forgotten":
                self._subscribers.delete(person.id)
            case "moved" if person.state == "active":
                self._subscribers.set_state(person.id, "pending", moment)
            case "left" | "bounced" | "complained" if outweighs(kind, person.state):
                self._subscribers.set_state(person.id, kind, moment)


def outweighs(state: LeftState, present: SubscriberState) -> bool:
    """Return whether a departure changes the state of who is in the state ``present``."""
    return present not in GONE[GONE.index(state) :]
