"""Add a subscriber: with a recorded consent, or by a mail that asks for one."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Literal

import msgspec

from digest.errors import SubscriberError
from digest.model.people import Consent, Subscriber, Wish
from digest.model.settings import Settings
from digest.operations.subscribers import confirming, public_folder
from digest.storage.people import People, database
from digest.text import addresses


class Addition(msgspec.Struct, frozen=True):
    """What was done about an address.

    "added" is active, "back" is active again, "asked" waits for the answer to the mail that was
    just sent, and "waits" was asked less than a day ago, so no mail was sent.
    """

    address: str
    result: Literal["added", "back", "asked", "waits"]


def add(
    settings: Settings, moment: datetime, address: str, wish: Wish, consent: Consent | None
) -> Addition:
    """Add a person: active at once with a consent, else by asking them to confirm.

    Who left or bounced comes back by a later consent, or by confirming. Raises `ValueError` for
    what is no address, `SubscriberError` for who is active or suppressed already, or left after
    the consent, and if the mail was not taken; `SettingsError` if there is neither a consent nor
    a way to ask for one, or in a folder that GitHub or GitLab runs.
    """
    given = addresses.parse(address)
    public_folder.require_private_folder(Path(settings.root))
    if consent is None:
        confirming.check_settings(settings)
    with database.opened(settings.state_folder) as people:
        if consent is None:
            return _ask(settings, people, given, wish, moment)
        with people.transaction():
            return _add(people, given, wish, consent, moment.isoformat(timespec="seconds"))


def _add(people: People, address: str, wish: Wish, consent: Consent, moment: str) -> Addition:
    person = _check(people, address)
    if person is None:
        folded = addresses.fold(address)
        person = people.subscribers.add(address, folded, "active", "added", moment, wish)
        people.subscribers.add_consent(person.id, consent)
        return Addition(address, "added")
    # Who waits for the first time may have agreed before they were asked. Who was in already
    # left since, or may have left where nobody knows it: a backup was restored without its log.
    was_in = person.origin != "added" or bool(people.subscribers.consents(person.id))
    is_out = person.state != "pending" or was_in or people.departures.has_left(person.folded)
    if is_out and _is_earlier_day(consent.moment, person.since):
        reason = f"the state “{person.state}” began on {person.since[:10]}, after that consent"
        raise SubscriberError(f"{address}: {reason}; nothing was changed")
    people.subscribers.set_state(person.id, "active", moment)
    people.subscribers.set_wish(person.id, wish)
    people.subscribers.add_consent(person.id, consent)
    return Addition(address, "added" if person.state == "pending" else "back")


def _ask(
    settings: Settings, people: People, address: str, wish: Wish, moment: datetime
) -> Addition:
    now = moment.isoformat(timespec="seconds")
    with people.transaction():
        person = _check(people, address)
        if person is None:
            folded = addresses.fold(address)
            person = people.subscribers.add(address, folded, "pending", "added", now, wish)
        else:
            people.subscribers.set_state(person.id, "pending", now)
            people.subscribers.set_wish(person.id, wish)
    is_sent = confirming.ask(settings, people, person, moment)
    return Addition(address, "asked" if is_sent else "waits")


def _check(people: People, address: str) -> Subscriber | None:
    """Return who has the address already, if anybody; raise `SubscriberError` if none may."""
    folded = addresses.fold(address)
    if suppression := people.suppressions.find(folded):
        since = f"{suppression.reason}, since {suppression.moment[:10]}"
        hint = "digest subscribers unsuppress allows it again"
        raise SubscriberError(f"{address} must not be written to ({since}); {hint}")
    person = people.subscribers.find(folded)
    if person and person.state == "active":
        hint = "digest subscribers change changes what they get"
        raise SubscriberError(f"{address} is a subscriber already; {hint}")
    return person


def _is_earlier_day(consent: str, since: str) -> bool:
    """Return whether the day of a consent ended before a moment, where the consent was given."""
    agreed = datetime.fromisoformat(consent)
    return agreed.date() < datetime.fromisoformat(since).astimezone(agreed.tzinfo).date()
