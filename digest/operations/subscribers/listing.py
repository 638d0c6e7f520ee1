"""List subscribers, and collect everything that is stored about one of them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import msgspec

from digest.errors import SubscriberError
from digest.model.people import Consent, Origin, Subscriber, SubscriberState, Wish
from digest.model.person_data import AddressChange, PersonData
from digest.model.settings import Settings
from digest.operations.subscribers import finding
from digest.operations.subscribers.wish_checks import LISTS
from digest.storage.people import People

_COLUMNS = ("address", "state", "since", "origin", "consent", "consent_words")
_COMPUTED = ("=", "+", "-", "@")  # spreadsheets take a cell that begins so for a formula


class ListedSubscriber(msgspec.Struct, frozen=True, kw_only=True):
    """A subscriber in a list or an export, with their newest consent, if one is recorded.

    ``suppressed`` is why their address is not written to, None if it may be.
    """

    address: str
    state: SubscriberState
    since: str
    origin: Origin
    suppressed: str | None
    consent: Consent | None
    wish: Wish


def list_subscribers(
    settings: Settings, state: SubscriberState | None = None
) -> list[ListedSubscriber]:
    """Return all subscribers, or those in one state, in the order they were added."""
    with finding.open_to_read(settings) as people:
        return list(_listed(people, state)) if people else []


def collect_data(settings: Settings, address: str) -> PersonData:
    """Return everything that is stored about a person.

    Raises `ValueError` for what is no address, `SubscriberError` if it is no subscriber's.
    """
    finding.fold(address)
    with finding.open_to_read(settings) as people:
        if people is None:
            raise SubscriberError("there are no subscribers")
        return data_of(people, finding.find(people, address))


def data_of(people: People, person: Subscriber) -> PersonData:
    """Return everything that is stored about a subscriber."""
    suppression = people.suppressions.find(person.folded)
    return PersonData(
        address=person.address,
        state=person.state,
        since=person.since,
        origin=person.origin,
        token=person.token,
        asked=people.subscribers.asked(person.id),
        suppressed=suppression.reason if suppression else None,
        wish=person.wish,
        consents=people.subscribers.consents(person.id),
        deliveries=people.records.deliveries(person.id),
        reports=people.records.reports(person.id),
        letters=people.records.letters(person.id),
        new_address=_new_address(people, person),
    )


def _new_address(people: People, person: Subscriber) -> AddressChange | None:
    wanted = people.address_changes.find(person.id)
    return wanted and AddressChange(address=wanted.address, asked=wanted.asked)


def csv_lines(subscribers: list[ListedSubscriber]) -> Iterator[str]:
    """Yield the lines of a CSV file of subscribers, which `import` reads again.

    A cell that a spreadsheet would compute begins with an apostrophe.
    """
    names = [field for field in Wish.__struct_fields__ if field not in LISTS]
    yield _line([*_COLUMNS, *LISTS, *names])
    for each in subscribers:
        consent = (each.consent.moment, each.consent.words) if each.consent else ("", "")
        lists = ("; ".join(getattr(each.wish, name)) for name in LISTS)
        others = (str(getattr(each.wish, name) or "") for name in names)
        cells = (each.address, each.state, each.since, each.origin, *consent, *lists, *others)
        yield _line([f"'{cell}" if cell.startswith(_COMPUTED) else cell for cell in cells])


def _listed(people: People, state: SubscriberState | None) -> Iterator[ListedSubscriber]:
    for person in list(people.subscribers.list_all(state)):
        consents = people.subscribers.consents(person.id)
        suppression = people.suppressions.find(person.folded)
        yield ListedSubscriber(
            address=person.address,
            state=person.state,
            since=person.since,
            origin=person.origin,
            suppressed=suppression.reason if suppression else None,
            consent=consents[-1] if consents else None,
            wish=person.wish,
        )


def _line(cells: list[str]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="").writerow(cells)
    return written.getvalue()
