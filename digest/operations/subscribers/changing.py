"""Change what a subscriber gets."""

from __future__ import annotations

from digest.model.people import Wish
from digest.model.settings import Settings
from digest.operations.subscribers import finding
from digest.operations.subscribers.wish_checks import Values, WishReader
from digest.storage.people import database


def choose(settings: Settings, token: str, reader: WishReader, values: Values) -> Wish | None:
    """Replace the wish of an active subscriber, given by token, and return it; None if it is none.

    Raises `WishError` for values that cannot be, and `PeopleError`.
    """
    with database.opened(settings.state_folder) as people, people.transaction():
        person = people.subscribers.find_token(token)
        if person is None or person.state != "active":
            return None
        wish = reader.change(Wish(), values)
        people.subscribers.set_wish(person.id, wish)
        return wish


def change(settings: Settings, address: str, values: Values, *, anew: bool = False) -> Wish:
    """Change the wish of a subscriber as `WishReader.change` does, and return it.

    With ``anew`` it begins with a wish that restricts nothing. Raises `ValueError` for what is no
    address and for values that cannot be, `SubscriberError` if it is no subscriber's.
    """
    with database.opened(settings.state_folder) as people, people.transaction():
        person = finding.find(people, address)
        wish = WishReader(settings).change(Wish() if anew else person.wish, values)
        people.subscribers.set_wish(person.id, wish)
        return wish
