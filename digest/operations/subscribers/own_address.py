"""Let a person have their mails sent to another address, once it has confirmed that."""

from __future__ import annotations

from datetime import datetime, timedelta

from digest.editorial import delivery_times
from digest.model.people import Consent
from digest.model.settings import Settings
from digest.operations.subscribers import confirmation
from digest.storage.people import People, database
from digest.storage.people.letters import OtherAddress
from digest.text import addresses

VALID = timedelta(days=7)
HOW = "confirmed a change of address"


def ask(settings: Settings, moment: datetime, token: str, address: str) -> bool | None:
    """Let a letter ask a new address; return whether one waits to be sent.

    None if the token stands for no active subscriber. To an address that is suppressed or a
    subscriber's, and to anybody twice a day, nothing is sent, which the caller does not tell.
    ``address`` is one that `addresses.parse` has given. Raises `PeopleError`.
    """
    folded = addresses.fold(address)
    with database.opened(settings.state_folder) as people, people.transaction():
        people.web_facts.count_request()
        person = people.subscribers.find_token(token)
        if person is None or person.state != "active":
            return None
        before = people.letters.newest(person.id, "address")
        is_early = before and moment - datetime.fromisoformat(before.created) < timedelta(days=1)
        if is_early or _is_taken(people, folded):
            return False
        now = delivery_times.spell(moment)
        change = people.address_changes.ask(person.id, address, folded, now)
        people.letters.add(
            person.id, "address", now, other=OtherAddress(address, folded), token=change
        )
        return True


def is_waiting(people: People, token: str, moment: datetime) -> bool:
    """Return whether the token of a letter can confirm a new address still."""
    found = people.address_changes.find_token(token)
    return found is not None and moment - datetime.fromisoformat(found[1].asked) < VALID


def confirm(settings: Settings, moment: datetime, token: str) -> bool | None:
    """Put a new address in place of the old one, which is told; return whether it was done.

    False if the address is somebody's by now; None if the token confirms nothing. Raises
    `PeopleError`.
    """
    with database.opened(settings.state_folder) as people, people.transaction():
        found = people.address_changes.find_token(token)
        if found is None or not is_waiting(people, token, moment):
            return None
        number, change = found
        person = people.subscribers.get(number)
        people.address_changes.forget(number)
        if person.state != "active" or _is_taken(people, change.folded):
            return False
        people.subscribers.set_address(number, change.address, change.folded)
        local = moment.isoformat(timespec="seconds")
        consent = Consent(moment=local, how=HOW, words=confirmation.words(settings))
        people.subscribers.add_consent(number, consent)
        now = delivery_times.spell(moment)
        former = OtherAddress(person.address, person.folded)
        people.letters.add(number, "changed", now, other=former)
        return True


def _is_taken(people: People, folded: str) -> bool:
    is_out = people.suppressions.find(folded) is not None
    return is_out or people.subscribers.find(folded) is not None
