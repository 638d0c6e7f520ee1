"""What an operator can order about deliveries: send some again, or send no more of an issue."""

from __future__ import annotations

from datetime import datetime

from digest.editorial import delivery_times
from digest.model.people import Mailing
from digest.model.settings import Settings
from digest.operations.subscribers import finding
from digest.storage.people import People, database

_CANCELLED = "cancelled by the operator"
_NOT_MAILED = "no issue {!r} was mailed; digest mail status names the newest"
_AGAIN = ("unknown", "failed")


def resend(settings: Settings, issue: str, which: str, moment: datetime) -> int:
    """Let deliveries of an issue wait to be sent again by the next pass; return how many.

    ``issue`` is its key, such as "2026-11-20", with the edition before a slash if several have
    it. ``which`` is "unknown", "failed", or the address of one person. What was handed over
    before is sent with the same bytes. `not_after` counts anew. Who left, or is suppressed, gets
    nothing nevertheless.

    Raises `ValueError` if no such issue was mailed, or for what is no address, `SubscriberError` if
    nobody has it, and `PeopleError`.
    """
    now = delivery_times.spell(moment)
    with database.opened(settings.state_folder) as people, people.transaction():
        mailing = find_mailing(people, issue)
        if which not in _AGAIN:
            return _resend_to(people, mailing, which, now)
        chosen = [each for each in people.deliveries.list_of(mailing.id) if each.state == which]
        for delivery in chosen:
            people.deliveries.reopen(delivery.id, now)
        return len(chosen)


def has_mail(settings: Settings, issue: str, address: str) -> bool:
    """Return whether an issue was sent to an address. Raises what `resend` raises."""
    with database.opened(settings.state_folder) as people:
        mailing, person = find_mailing(people, issue), finding.find(people, address)
        sent = people.deliveries.list_of(mailing.id, "sent")
        return any(each.subscriber == person.id for each in sent)


def cancel(settings: Settings, issue: str, moment: datetime) -> int:
    """Send nothing of an issue any more that is not sent yet; return how many are left.

    Raises `ValueError` if no such issue was mailed, and `PeopleError`.
    """
    if not database.exists(settings.state_folder):
        raise ValueError(_NOT_MAILED.format(issue))
    now = delivery_times.spell(moment)
    with database.opened(settings.state_folder) as people, people.transaction():
        mailing = find_mailing(people, issue)
        return people.deliveries.cancel_open(mailing.id, now, _CANCELLED)


def find_mailing(people: People, issue: str) -> Mailing:
    """Return the newest mailing of an issue: "2026-11-20", or "daily/2026-11-20".

    Raises `ValueError` if there is none, or if issues of several editions have the key.
    """
    edition, _, key = issue.rpartition("/")
    found = people.mailings.list_of_key(key, edition or None)
    if not found:
        raise ValueError(_NOT_MAILED.format(issue))
    editions = list(dict.fromkeys(mailing.edition for mailing in found))
    if len(editions) > 1:
        names = " or ".join(f"{name}/{key}" for name in editions)
        message = f"several editions have an issue {key}: name {names}"
        raise ValueError(message)
    return found[0]


def _resend_to(people: People, mailing: Mailing, address: str, now: str) -> int:
    person = finding.find(people, address)
    # Who came after the audience was frozen has no delivery yet.
    people.deliveries.add(mailing.id, now, subscriber=person.id)
    for delivery in people.deliveries.list_of(mailing.id):
        if delivery.subscriber == person.id:
            people.deliveries.reopen(delivery.id, now)
    return 1
