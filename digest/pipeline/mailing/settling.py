"""Decide what state a delivery is in after an attempt, and record both."""

from __future__ import annotations

from datetime import datetime, timedelta

from digest.editorial import delivery_times
from digest.model.mail_settings import Mail
from digest.model.people import Delivery, DeliveryState, SendOutcome
from digest.pipeline.mailing import bounces
from digest.storage.people import People

_INTERRUPTED = "the sender was stopped before the answer came"


def settle(
    people: People, mail: Mail, delivery: Delivery, outcome: SendOutcome, now: datetime
) -> DeliveryState | None:
    """Record an attempt, put its delivery into the state that follows, and return that state.

    ``delivery`` is as it was before the attempt. None if its person was forgotten meanwhile, or
    it was cancelled before the message was handed over. Takes part in a transaction of the caller.
    """
    present = people.deliveries.find(delivery.id)
    if present is None or present.state == "cancelled":
        return None
    moment = delivery_times.spell(now)
    people.deliveries.add_attempt(delivery.id, moment, outcome)
    state, due = _next_state(mail, delivery, outcome, now)
    if due is None:
        people.deliveries.set_state(delivery.id, state, moment, outcome.reply)
        if state == "failed":
            bounces.refuse(people, delivery, outcome.reply, moment)
    else:
        due_text = delivery_times.spell(due)
        people.deliveries.postpone(delivery.id, state, moment, due_text, outcome.reply)
    return state


def settle_interrupted(people: People, mail: Mail, now: datetime) -> list[DeliveryState]:
    """Settle what was being sent when its sender was killed; return the states that follow.

    It becomes unknown, or with ``unknown = "again"`` is sent again. Only a caller that holds the
    sender's lock may do this: nobody else is sending.
    """
    outcome = SendOutcome("unknown", _INTERRUPTED)
    with people.transaction():
        states = [
            settle(people, mail, delivery, outcome, now)
            for delivery in people.deliveries.list_interrupted()
        ]
    return [state for state in states if state]


def _next_state(
    mail: Mail, delivery: Delivery, outcome: SendOutcome, now: datetime
) -> tuple[DeliveryState, datetime | None]:
    """Return the state after an attempt, and if it is an open one the next moment."""
    if outcome.state == "unknown" and mail.unknown == "hold":
        return "unknown", None
    if outcome.state not in ("deferred", "unknown"):
        return outcome.state, None
    if outcome.state == "deferred" and not (outcome.is_about_recipient or delivery.channel):
        # It waits as before, behind all others: a server that breaks off at one recipient every
        # time must not keep the mails of the others back.
        return delivery.state, now
    due = delivery_times.next_try(delivery.attempts, mail.retry, now)
    if outcome.wait is not None:
        due = max(due, now + timedelta(seconds=outcome.wait))
    if delivery_times.is_too_late(delivery.planned, mail.not_after, due):
        return ("late" if outcome.state == "deferred" else "unknown"), None
    return "deferred", due
