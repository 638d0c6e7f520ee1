"""Read the address that an operator gives, and find the subscriber it belongs to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from digest.errors import SubscriberError
from digest.model.people import Subscriber
from digest.model.settings import Settings
from digest.storage.people import People, database
from digest.text import addresses


def fold(address: str) -> str:
    """Return the form in which an address is compared. Raises `ValueError` if it is none."""
    return addresses.fold(addresses.parse(address))


def find(people: People, address: str) -> Subscriber:
    """Return the subscriber with an address. Raises `SubscriberError` if there is none."""
    if person := people.subscribers.find(fold(address)):
        return person
    raise SubscriberError(f"{addresses.parse(address)} is no subscriber")


def find_token(settings: Settings, token: str) -> Subscriber | None:
    """Return the subscriber that a token stands for; makes no database. Raises `PeopleError`."""
    with open_to_read(settings) as people:
        return people.subscribers.find_token(token) if people else None


@contextmanager
def open_to_read(settings: Settings) -> Iterator[People | None]:
    """Open the people database; yield None if the folder has none, and make none."""
    if not database.exists(settings.state_folder):
        yield None
        return
    with database.opened(settings.state_folder) as people:
        yield people
