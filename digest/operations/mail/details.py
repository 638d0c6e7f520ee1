"""List the deliveries of one issue with addresses, for the operator alone."""

from __future__ import annotations

import msgspec

from digest.model.people import Delivery, DeliveryState, MailingStatus
from digest.model.settings import Settings
from digest.operations.mail import mailing_status, orders
from digest.storage.people import People, database


class DeliveryDetails(msgspec.Struct, frozen=True, kw_only=True):
    """A delivery and who gets it: the address of a person, or the name of a channel.

    ``due`` is when it is tried next, or was; ``reason`` the last answer of the server.
    """

    recipient: str
    state: DeliveryState
    since: str
    due: str
    attempts: int
    reason: str | None


class MailingDetails(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of an issue, and each of its deliveries."""

    counts: MailingStatus
    deliveries: tuple[DeliveryDetails, ...]


def list_deliveries(settings: Settings, issue: str) -> MailingDetails:
    """Return what became of an issue, by its key or edition and key ("daily/2026-11-20").

    People who were deleted since are not in it. Raises `ValueError` if no such issue was mailed,
    and `PeopleError`.
    """
    if not database.exists(settings.state_folder):
        raise ValueError(f"no issue {issue!r} was mailed")
    with database.opened(settings.state_folder) as people:
        mailing = orders.find_mailing(people, issue)
        return MailingDetails(
            counts=mailing_status.status_of(settings, people, mailing),
            deliveries=tuple(
                _details(settings, people, delivery)
                for delivery in people.deliveries.list_of(mailing.id)
            ),
        )


def _details(settings: Settings, people: People, delivery: Delivery) -> DeliveryDetails:
    person = delivery.subscriber
    return DeliveryDetails(
        recipient=delivery.channel or people.subscribers.get(person or 0).address,
        state=delivery.state,
        since=mailing_status.local(settings, delivery.since),
        due=mailing_status.local(settings, delivery.due),
        attempts=delivery.attempts,
        reason=delivery.reason,
    )
