"""Let a person have their mails sent to another address, once it has confirmed that."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from digest.editorial import delivery_times
from digest.model.people import Consent, Subscriber
from digest.model.settings import Settings
from digest.operations.subscribers import confirmation
from digest.operations.subscribers.confirming import PAUSE
from digest.pipeline.mailing import audience
from digest.storage.people import People, database, departing
from digest.storage.people.address_changes import WantedAddress
from digest.storage.people.letters import OtherAddress
from digest.text import addresses

VALID = timedelta(days=7)
HOW = "confirmed a change of address"

Asked = Literal["asked", "quiet", "configured", "unknown"]
Moved = Literal["moved", "taken", "unknown"]


def ask(settings: Settings, moment: datetime, token: str, address: str) -> Asked:
    """Let a letter ask a new address; return whether one waits to be sent.

    None does ("quiet") to an address that is suppressed or a subscriber's, or was asked within a
    day, nor twice a day for one person. The caller must not tell these from "asked". Nor can the
    person find out otherwise: the address counts as asked for in each case. "configured" is who
    stands in `[mail] to`, which a change here would not change, "unknown" who is no active
    subscriber. ``address`` is one that `addresses.parse` has given. Raises `PeopleError`.
    """
    folded = addresses.fold(address)
    with database.opened(settings.state_folder) as people, people.transaction():
        people.web_facts.count_request()
        person = people.subscribers.find_token(token)
        if person is None or person.state != "active":
            return "unknown"
        if is_configured(settings, person):
            return "configured"
        before = people.address_changes.find(person.id)
        if before and _is_recent(before.asked, moment):
            return "quiet"
        now = delivery_times.spell(moment)
        change = people.address_changes.ask(person.id, address, folded, now)
        if _is_taken(people, folded) or _was_asked(people, folded, moment):
            return "quiet"
        other = OtherAddress(address, folded)
        people.letters.add(person.id, "address", now, other=other, token=change)
        return "asked"


def is_configured(settings: Settings, person: Subscriber) -> bool:
    """Return whether a person's address stands in `[mail] to`."""
    own, _ = audience.own_addresses(settings)
    return person.origin == "configuration" or person.folded in own


def is_waiting(people: People, token: str, moment: datetime) -> bool:
    """Return whether the token of a letter can confirm a new address still."""
    return _find(people, token, moment) is not None


def confirm(settings: Settings, moment: datetime, token: str) -> Moved:
    """Put a new address in place of the old one, which is told.

    "taken" if it is somebody's by now, "unknown" if the token confirms nothing. Raises
    `PeopleError`.
    """
    local = moment.isoformat(timespec="seconds")
    with database.opened(settings.state_folder) as people:
        with people.transaction():
            change = _find(people, token, moment)
            if change is None:
                return "unknown"
            person = people.subscribers.get(change.subscriber)
            people.address_changes.forget(person.id)
            if _is_taken(people, change.folded) or is_configured(settings, person):
                return "taken"
            people.subscribers.set_address(person.id, change.address, change.folded)
            consent = Consent(moment=local, how=HOW, words=confirmation.words(settings))
            people.subscribers.add_consent(person.id, consent)
            former = OtherAddress(person.address, person.folded)
            people.letters.add(person.id, "changed", delivery_times.spell(moment), other=former)
        departing.note_move(people, person, local)
        return "moved"


def _find(people: People, token: str, moment: datetime) -> WantedAddress | None:
    """Return the address that a token can confirm, for who is still a subscriber."""
    change = people.address_changes.find_token(token)
    if change is None or moment - datetime.fromisoformat(change.asked) >= VALID:
        return None
    is_active = people.subscribers.get(change.subscriber).state == "active"
    return change if is_active else None


def _was_asked(people: People, folded: str, moment: datetime) -> bool:
    """Return whether an address was asked within a day, for whomever."""
    letter = people.letters.newest_to(folded, "address")
    return letter is not None and _is_recent(letter.created, moment)


def _is_taken(people: People, folded: str) -> bool:
    is_out = people.suppressions.find(folded) is not None
    return is_out or people.subscribers.find(folded) is not None


def _is_recent(before: str, moment: datetime) -> bool:
    # Also if the clock was put back a little since; one that was wrong by days proves nothing.
    return abs(moment - datetime.fromisoformat(before)) < PAUSE
