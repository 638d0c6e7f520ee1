"""The ways out: leave, be forgotten, be suppressed. Each writes the departure log first.

Nothing else may put a person into the states left, bounced and complained, or delete one. So
neither a kill nor a restored backup ever brings back who is out. A departure stands also if the
transaction of the caller is rolled back.
"""

from __future__ import annotations

from digest.model.people import Subscriber
from digest.storage.people import People, backups
from digest.storage.people.departure_log import Departure, DepartureKind, LeftState
from digest.storage.people.departures import outweighs


def leave(people: People, person: Subscriber, state: LeftState, moment: str) -> bool:
    """Put a person into ``state``; return False if they were out already.

    "complained" also suppresses the address, and a lighter state never replaces a heavier one:
    complained, left, bounced. ``moment`` is RFC 3339. Takes part in a transaction of the caller.
    """
    if not outweighs(state, people.subscribers.get(person.id).state):
        return False
    people.departures.record([_departure(people, person, state, moment)], person)
    return True


def note_move(people: People, former: Subscriber, moment: str) -> None:
    """Let no restored backup write to the address that somebody had before they changed it.

    Who is known by it in a backup waits to confirm it. Called once the change is committed: the
    log is written first otherwise, and they would have to after a kill.
    """
    people.departures.record([_departure(people, former, "moved", moment)], None)


def forget(people: People, folded: str, moment: str) -> bool:
    """Delete everything about an address at once and for good; return whether it was there.

    A salted hash stays, by which neither an import nor a restored backup brings it back. The
    address is gone from the database, from its write-ahead log and from the backups in the state
    folder; so are the addresses that the person had before. Not allowed inside a transaction.
    """
    person = people.subscribers.find(folded)
    # First, so that after a kill the person is there still, and can be forgotten again.
    cleaned = backups.forget(people.folder, folded, person)
    with people.transaction():
        people.forget_elsewhere(folded)
        people.departures.record([_forgotten(people, folded, person, moment)], person)
    people.empty_log()
    # Those that were made meanwhile.
    backups.forget(people.folder, folded, person, but=cleaned)
    return person is not None


def _forgotten(people: People, folded: str, person: Subscriber | None, moment: str) -> Departure:
    if person is not None:
        return _departure(people, person, "forgotten", moment)
    return Departure(hash=people.suppressions.hash(folded), kind="forgotten", moment=moment)


def _departure(people: People, person: Subscriber, kind: DepartureKind, moment: str) -> Departure:
    hash_ = people.suppressions.hash
    return Departure(
        hash=hash_(person.folded), kind=kind, moment=moment, person=hash_(person.token)
    )


def suppress(people: People, folded: str, reason: str, moment: str) -> None:
    """Never write to an address again, whether it is a subscriber's or not.

    The state of a subscriber stays. ``reason`` must hold no address. Takes part in a transaction
    of the caller.
    """
    departure = Departure(
        hash=people.suppressions.hash(folded), kind="suppressed", moment=moment, reason=reason
    )
    people.departures.record([departure], people.subscribers.find(folded))


def unsuppress(people: People, folded: str, moment: str) -> bool:
    """Allow an address again that was suppressed or forgotten; return whether it was.

    Takes part in a transaction of the caller.
    """
    if people.suppressions.find(folded) is None:
        return False
    departures = [
        Departure(hash=hash_, kind="unsuppressed", moment=moment)
        for hash_ in people.suppressions.hashes(folded)
    ]
    people.departures.record(departures, people.subscribers.find(folded))
    return True
