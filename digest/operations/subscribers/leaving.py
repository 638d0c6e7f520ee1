"""Take subscribers out: they leave, are forgotten, or their address is never written to again.

Who is out stays out of imports and of restored backups, by the departure log.
"""

from __future__ import annotations

from datetime import datetime

from digest.model.settings import Settings
from digest.operations.subscribers import finding
from digest.storage.people import database, departing


def remove(settings: Settings, moment: datetime, address: str) -> bool:
    """Let a subscriber leave; what is known about them stays. Return False if they had left.

    Raises `ValueError` for what is no address, `SubscriberError` if it is no subscriber's.
    """
    with database.opened(settings.state_folder) as people, people.transaction():
        return departing.leave(people, finding.find(people, address), "left", _text(moment))


def forget(settings: Settings, moment: datetime, address: str) -> bool:
    """Delete everything about an address at once; return whether anything was there.

    A salted hash stays, so that no import brings it back. Raises `ValueError` for what is no
    address.
    """
    folded = finding.fold(address)
    with database.opened(settings.state_folder) as people:
        return departing.forget(people, folded, _text(moment))


def suppress(settings: Settings, moment: datetime, address: str, reason: str) -> None:
    """Never write to an address again, whether it is a subscriber's or not.

    Raises `ValueError` for what is no address.
    """
    folded = finding.fold(address)
    with database.opened(settings.state_folder) as people, people.transaction():
        departing.suppress(people, folded, reason, _text(moment))


def unsuppress(settings: Settings, moment: datetime, address: str) -> bool:
    """Allow an address that was suppressed or forgotten; return whether it was.

    Who is a subscriber in the state "active" gets mails again; nobody is added. Raises
    `ValueError` for what is no address.
    """
    folded = finding.fold(address)
    with database.opened(settings.state_folder) as people, people.transaction():
        return departing.unsuppress(people, folded, _text(moment))


def _text(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
