"""Everything that is stored about one person, as it is exported when they ask for it."""

from __future__ import annotations

import msgspec

from digest.model.people import Consent, DeliveryState, Origin, SubscriberState, Wish


class PersonAttempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt to mail something to a person."""

    moment: str
    outcome: str
    reply: str


class PersonDelivery(msgspec.Struct, frozen=True, kw_only=True):
    """An issue that was mailed to a person, or was to be."""

    edition: str
    issue: str
    subject: str | None
    state: DeliveryState
    since: str
    reason: str | None
    attempts: tuple[PersonAttempt, ...]


class PersonReport(msgspec.Struct, frozen=True, kw_only=True):
    """A bounce, a complaint or another report about a person."""

    moment: str
    kind: str
    status: str


class PersonLetterRecord(msgspec.Struct, frozen=True, kw_only=True):
    """A short mail to a person, such as the one that asks them to confirm.

    The token in it is left out: only who reads the mail may know it.
    """

    kind: str
    created: str
    address: str | None
    wish: Wish | None
    state: DeliveryState
    since: str
    due: str
    attempts: int
    reason: str | None


class AddressChange(msgspec.Struct, frozen=True, kw_only=True):
    """An address that a person wants in place of theirs, and that is not confirmed yet.

    The token that confirms it is left out: it proves that one reads the mails of that address.
    """

    address: str
    asked: str


class PersonData(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that is stored about a person. ``asked`` is when they were asked to confirm."""

    address: str
    state: SubscriberState
    since: str
    origin: Origin
    token: str
    asked: str | None
    suppressed: str | None
    wish: Wish
    consents: tuple[Consent, ...]
    deliveries: tuple[PersonDelivery, ...]
    reports: tuple[PersonReport, ...]
    letters: tuple[PersonLetterRecord, ...]
    new_address: AddressChange | None
