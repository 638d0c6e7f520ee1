"""Give an address up that mails do not arrive at.

What a server refuses at once counts as what it reports later. A refusal for another reason than
the address or the mailbox counts for nothing, though: a server that turns every mail away, because
of the sender or of a text, would else empty the list in three days.
"""

from __future__ import annotations

from digest.model.people import Delivery, Subscriber
from digest.storage.people import People, departing
from digest.text import mail_status

ISSUES = 3  # in a row, after which an address that keeps refusing is given up
# Of 5.1.x, which is about addresses (RFC 3463), those that are about the sender's.
_OF_SENDER = {"5.1.7", "5.1.8"}
_OF_MAILBOX = "5.2."


def bounce(
    people: People, person: Subscriber, delivery: int | None, status: str, moment: str
) -> bool:
    """Give a person's address up if a bounce with this status says so; return whether it does.

    It does if the address does not exist (5.1.x), or if the delivery is one of `ISSUES` in a row
    that all bounced. A bounce of what was sent to an address that the person has changed since
    says nothing. The bounce must be recorded before. ``moment`` is RFC 3339. Takes part in a
    transaction of the caller.
    """
    if _is_of_before(people, person.id, delivery):
        return False
    if not _is_dead(status) and not _keeps_bouncing(people, person.id, delivery):
        return False
    return departing.leave(people, person, "bounced", moment)


def refuse(people: People, delivery: Delivery, reply: str, moment: str) -> None:
    """Do the same for a delivery that a server refused at once, by its answer.

    Its state must be "failed" already.
    """
    status = mail_status.find(reply) or ""
    is_about_address = _is_dead(status) or status.startswith(_OF_MAILBOX)
    if delivery.subscriber is not None and is_about_address:
        person = people.subscribers.get(delivery.subscriber)
        bounce(people, person, delivery.id, status, moment)


def _is_dead(status: str) -> bool:
    return status.startswith("5.1.") and status not in _OF_SENDER


def _is_of_before(people: People, subscriber: int, delivery: int | None) -> bool:
    if people.letters.newest(subscriber, "changed") is None:
        return False
    return delivery not in [number for number, _ in people.reports.bounced_issues(subscriber)]


def _keeps_bouncing(people: People, subscriber: int, delivery: int | None) -> bool:
    # One issue that was delivered between them shows that the address works: a mailbox that is
    # full twice a year is none to give up. Reports may come days later, and in any order.
    row: list[int] = []
    for number, bounced in people.reports.bounced_issues(subscriber):
        row = [*row, number] if bounced else []
        if len(row) >= ISSUES and delivery in row:
            return True
    return False
