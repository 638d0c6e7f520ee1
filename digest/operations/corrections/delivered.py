"""Who has an issue that is to be taken back, and the deliveries of it that still wait.

A folder without a people database has delivered nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from digest.editorial import delivery_times
from digest.model.people import DeliveryCounts
from digest.model.settings import Settings
from digest.render import wording
from digest.storage.people import People, database

_REASON = "the issue was taken back"


def readers(settings: Settings, issue: str) -> str:
    """Return "12 people and 1 channel": those that have an issue, or may have it.

    ``issue`` is its guid. "" if nobody has.
    """
    if not database.exists(settings.state_folder):
        return ""
    with database.opened(settings.state_folder) as people:
        return _readers(people, issue)


@contextmanager
def cancelled(settings: Settings, issue: str, moment: datetime) -> Iterator[tuple[str, int]]:
    """Cancel what waits to be sent of an issue; yield who has it, and how many were cancelled.

    The transaction is committed at the end of the block, and rolled back if the block raises. No
    delivery begins meanwhile.
    """
    if not database.exists(settings.state_folder):
        yield "", 0
        return
    with database.opened(settings.state_folder) as people, people.transaction():
        mailing = people.mailings.find(issue)
        count = 0
        if mailing is not None:
            count = people.deliveries.cancel_open(mailing.id, delivery_times.spell(moment), _REASON)
        yield _readers(people, issue), count


def _readers(people: People, issue: str) -> str:
    mailing = people.mailings.find(issue)
    if mailing is None:
        return ""
    persons = _reached(people.deliveries.counts(mailing.id))
    channels = _reached(people.deliveries.counts(mailing.id, chat=True))
    parts = (
        wording.count(persons, "person", "people") if persons else "",
        wording.count(channels, "channel") if channels else "",
    )
    return " and ".join(filter(None, parts))


def _reached(counts: DeliveryCounts) -> int:
    return counts.sent + counts.sending + counts.unknown
