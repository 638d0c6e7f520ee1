"""Make a subscriber of who has confirmed: by the button of a page, or by an answer to the mail."""

from __future__ import annotations

from datetime import datetime

from digest.model.letters import PersonLetter
from digest.model.people import Consent, Subscriber, Wish
from digest.model.settings import Settings
from digest.storage.people import People


def may_confirm(people: People, person: Subscriber) -> bool:
    """Return whether a person was asked to confirm, and has not done so.

    Who is out may if they asked to come back since. Who is suppressed may not: they would be told
    that they are subscribed, and get nothing.
    """
    if person.state == "active" or people.suppressions.find(person.folded):
        return False
    return person.state == "pending" or _request(people, person) is not None


def wish_of(people: People, person: Subscriber) -> Wish:
    """Return what a person gets once they confirm."""
    letter = _request(people, person)
    return person.wish if letter is None or letter.wish is None else letter.wish


def confirm(people: People, person: Subscriber, consent: Consent) -> bool:
    """Make a person active with a consent, and give them what they had asked for.

    Returns False, and changes nothing, if they may not confirm, or are active already. Takes part
    in a transaction of the caller.
    """
    if not may_confirm(people, person):
        return False
    wish = wish_of(people, person)
    people.subscribers.add_consent(person.id, consent)
    people.subscribers.confirm(person.id, consent.moment)
    people.subscribers.set_wish(person.id, wish)
    return True


def words(settings: Settings) -> str:
    """Return the words that a person agrees to."""
    return f"that {settings.site.title} be sent to this address"


def _request(people: People, person: Subscriber) -> PersonLetter | None:
    """Return the letter that asked a person, if their state has not changed since.

    An older one was answered, or they left after it: what it wishes for is over.
    """
    letter = people.letters.newest(person.id, "confirm")
    if letter is None:
        return None
    is_over = datetime.fromisoformat(letter.created) < datetime.fromisoformat(person.since)
    return None if is_over else letter
