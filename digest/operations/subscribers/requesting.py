"""Take the request of somebody who wants to subscribe on the web side.

Anybody can type any address, so a request changes nothing that a person has: it only causes a
letter to the address, once a day at most. What it wishes for lies with that letter until somebody
confirms by it, and one that causes no letter leaves no trace. Who is a subscriber already is told
so; what is suppressed gets nothing. The caller answers the same whatever came of it.
"""

from __future__ import annotations

from datetime import datetime

from digest.editorial import delivery_times
from digest.model.people import Subscriber, Wish
from digest.model.settings import Settings
from digest.operations.subscribers.confirming import PAUSE
from digest.pipeline.mailing import audience
from digest.storage.people import People, database
from digest.text import addresses


def is_allowed(settings: Settings, address: str) -> bool:
    """Return whether `[web] allow` lets this address subscribe on the pages."""
    folded = addresses.fold(address)
    allowed = settings.web.allow
    return not allowed or any(_is_covered(folded, entry) for entry in allowed)


def _is_covered(folded: str, entry: str) -> bool:
    """Return whether an entry of `[web] allow` is this address, or the domain of it."""
    if not entry.startswith("@"):
        return folded == addresses.fold(entry)
    return folded.rpartition("@")[2] == addresses.fold(f"a{entry}").rpartition("@")[2]


def request(settings: Settings, moment: datetime, address: str, wish: Wish) -> None:
    """Let a letter ask the person at an address to confirm, if that is right.

    ``address`` is one that `addresses.parse` has given. In each case one transaction writes
    something, so the time that it takes says nothing about the address. Raises `PeopleError`.
    """
    folded, local = addresses.fold(address), moment.isoformat(timespec="seconds")
    with database.opened(settings.state_folder) as people, people.transaction():
        people.web_facts.count_request()
        if people.suppressions.find(folded):
            return
        person = people.subscribers.find(folded)
        if person is None:
            person = people.subscribers.add(address, folded, "pending", "added", local, wish)
        if person.state == "active" and _gets_issues(settings, person):
            _say_so(people, person, moment)
            return
        if person.state == "active":
            people.subscribers.set_state(person.id, "pending", local)
        _ask(people, person, wish, moment)


def _gets_issues(settings: Settings, person: Subscriber) -> bool:
    """Return whether an active person gets issues: not who was taken out of `[mail] to`."""
    return person.origin != "configuration" or person.folded in audience.own_addresses(settings)[0]


def _ask(people: People, person: Subscriber, wish: Wish, moment: datetime) -> None:
    """Add the letter that asks to confirm, unless one was added less than a day ago."""
    asked = people.subscribers.asked(person.id)
    if asked is None or not _is_recent(asked, moment):
        people.subscribers.set_asked(person.id, moment.isoformat(timespec="seconds"))
        people.letters.add(person.id, "confirm", delivery_times.spell(moment), wish=wish)


def _say_so(people: People, person: Subscriber, moment: datetime) -> None:
    before = people.letters.newest(person.id, "subscribed")
    if before is None or not _is_recent(before.created, moment):
        people.letters.add(person.id, "subscribed", delivery_times.spell(moment))


def _is_recent(before: str, moment: datetime) -> bool:
    # Also if the clock was put back a little since; one that was wrong by days proves nothing.
    return abs(moment - datetime.fromisoformat(before)) < PAUSE
