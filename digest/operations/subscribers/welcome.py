"""Send the newest issue to a person who has just subscribed and asks for it."""

from __future__ import annotations

from datetime import datetime

from digest.editorial import delivery_times
from digest.model.people import Subscriber
from digest.model.settings import Settings
from digest.storage.people import People, database


def order_newest(settings: Settings, token: str, moment: datetime) -> bool | None:
    """Let the newest mailed issue of a person's first edition wait to be sent to them.

    Returns False if they have it, or wait for it, or there is none; None if the token stands for
    no subscriber. The next pass of the sender sends it. Raises `PeopleError`.
    """
    with database.opened(settings.state_folder) as people, people.transaction():
        person = people.subscribers.find_token(token)
        if person is None or person.state != "active":
            return None
        return _order(settings, people, person, delivery_times.spell(moment))


def _order(settings: Settings, people: People, person: Subscriber, now: str) -> bool:
    mailed = [edition.name for edition in settings.editions if edition.mail]
    # Of the first that has issues: a new edition may be chosen before its first one.
    for name in [each for each in person.wish.editions if each in mailed] or mailed[:1]:
        for mailing in people.mailings.list_newest(name, 1):
            if any(each.subscriber == person.id for each in people.deliveries.list_of(mailing.id)):
                return False
            people.deliveries.add(mailing.id, now, subscriber=person.id)
            return True
    return False
