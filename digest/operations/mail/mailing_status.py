"""Count what became of the newest mailings, for the status: numbers alone, no address."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from digest.model.people import Mailing, MailingStatus
from digest.model.settings import Settings
from digest.storage.people import People, database

_MAILINGS = 5


def list_statuses(settings: Settings) -> tuple[MailingStatus, ...]:
    """Return the newest mailings, the newest first. Raises `PeopleError`."""
    if not database.exists(settings.state_folder):
        return ()
    with database.opened(settings.state_folder) as people:
        mailings = people.mailings.list_newest(most=_MAILINGS)
        return tuple(status_of(settings, people, mailing) for mailing in mailings)


def outage_since(settings: Settings) -> str | None:
    """Return since when the mail server takes nothing. Raises `PeopleError`."""
    if not database.exists(settings.state_folder):
        return None
    with database.opened(settings.state_folder) as people:
        outage = people.outages.get()
        return local(settings, outage.since) if outage else None


def status_of(settings: Settings, people: People, mailing: Mailing) -> MailingStatus:
    """Return the counts of a mailing, and when it began and changed last."""
    last = people.deliveries.last_change(mailing.id) or mailing.frozen
    return MailingStatus(
        edition=mailing.edition,
        key=mailing.key,
        begun=local(settings, mailing.frozen),
        last=local(settings, last),
        mail=people.deliveries.counts(mailing.id),
        chat=people.deliveries.counts(mailing.id, chat=True),
    )


def local(settings: Settings, moment: str) -> str:
    """Return a moment in the time zone of the site; the database has them in UTC."""
    zone = ZoneInfo(settings.site.timezone)
    return datetime.fromisoformat(moment).astimezone(zone).isoformat(timespec="seconds")
