"""Make a subscriber of who has confirmed: by the button of a page, or by an answer to the mail."""

from __future__ import annotations

from datetime import datetime

from digest.model.people import Consent, Subscriber
from digest.model.settings import Settings
from digest.storage.people import People


def may_confirm(people: People, person: Subscriber) -> bool:
    """Return whether a person was asked to confirm, and has not done so.

    Who left or bounced may if they asked to come back since; who complained never.
    """
    if person.state == "pending":
        return True
    if person.state not in ("left", "bounced"):
        return False
    letter = people.letters.newest(person.id, "confirm")
    return letter is not None and not _is_before(letter.created, person.since)


def confirm(people: People, person: Subscriber, consent: Consent) -> bool:
    """Make a person active with a consent, and give them what they had asked for.

    Returns False, and changes nothing, if they may not confirm, or are active already. Takes part
    in a transaction of the caller.
    """
    if not may_confirm(people, person):
        return False
    people.subscribers.add_consent(person.id, consent)
    people.subscribers.confirm(person.id, consent.moment)
    letter = people.letters.newest(person.id, "confirm")
    if letter and letter.wish is not None:
        people.subscribers.set_wish(person.id, letter.wish)
    return True


def words(settings: Settings) -> str:
    """Return the words that a person agrees to."""
    return f"that {settings.site.title} be sent to this address"


def _is_before(created: str, since: str) -> bool:
    return datetime.fromisoformat(created) < datetime.fromisoformat(since)
