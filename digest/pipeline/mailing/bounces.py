"""Decide by the mails that were not delivered whether a person gets no more of them."""

from __future__ import annotations

from digest.storage.people import People

ISSUES = 3  # in a row, after which an address that keeps refusing is given up
# Of 5.1.x, which is about addresses (RFC 3463), those that are about the sender's.
_OF_SENDER = {"5.1.7", "5.1.8"}


def is_dead(status: str) -> bool:
    """Return whether a status, such as "5.1.1", says that an address does not exist."""
    return status.startswith("5.1.") and status not in _OF_SENDER


def keeps_bouncing(people: People, subscriber: int, delivery: int | None) -> bool:
    """Return whether a delivery is one of `ISSUES` in a row to a person that all bounced.

    Its own bounce must be recorded before. One issue that was delivered between them shows that
    the address works: a mailbox that is full twice a year is none to give up.
    """
    row: list[int] = []
    for number, bounced in people.reports.bounced_issues(subscriber):
        row = [*row, number] if bounced else []
        if len(row) >= ISSUES and delivery in row:
            return True
    return False
