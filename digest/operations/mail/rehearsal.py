"""Count what a pass of the sender would send; change nothing (``mail send --dry-run``)."""

from __future__ import annotations

from datetime import datetime

import msgspec

from digest.editorial import delivery_times
from digest.model.people import OPEN_STATES, Delivery
from digest.model.settings import Settings
from digest.pipeline.mailing import audience
from digest.pipeline.session import open_to_read
from digest.storage.people import People, database


class WaitingIssue(msgspec.Struct, frozen=True, kw_only=True):
    """An issue that is not sent to everybody yet: how many mails and posts are due, or later."""

    edition: str
    key: str
    mails: int
    posts: int
    later: int


def rehearse(settings: Settings, moment: datetime) -> list[WaitingIssue]:
    """Return the issues that would be sent at this moment, the oldest first.

    Of issues without an audience it is made in a copy of the database, which is thrown away. No
    server is asked. Raises `PeopleError` and `LedgerError`.
    """
    with database.opened_copy(settings.state_folder) as people:
        with open_to_read(settings) as ledger:
            if ledger is not None:
                audience.freeze(people, ledger, settings, moment)
        return list(_waiting(people, delivery_times.spell(moment)))


def _waiting(people: People, now: str) -> list[WaitingIssue]:
    waiting = []
    for mailing in people.mailings.list_open():
        deliveries = [each for each in people.deliveries.list_of(mailing.id) if _is_open(each)]
        due = [each for each in deliveries if each.due <= now]
        posts = sum(each.channel is not None for each in due)
        waiting.append(
            WaitingIssue(
                edition=mailing.edition,
                key=mailing.key,
                mails=len(due) - posts,
                posts=posts,
                later=len(deliveries) - len(due),
            )
        )
    return waiting


def _is_open(delivery: Delivery) -> bool:
    return delivery.state in OPEN_STATES
