"""Freeze who gets an issue, in the first transaction after its publication.

What is frozen is not changed by later subscriptions: who comes later gets the next issue. Only
the newest issue of an edition is mailed, so after an outage nobody gets several at once. History
that was backfilled is never mailed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from digest.delivery import secrets
from digest.editorial import delivery_times, wishes
from digest.errors import SettingsError
from digest.model.issues import Issue
from digest.model.people import Mailing, Subscriber
from digest.model.settings import Edition, Settings
from digest.pipeline.mailing import hub_posts
from digest.render.feeds.issue_entries import issue_guid
from digest.storage.ledger import Ledger
from digest.storage.people import People
from digest.text import addresses

_ENV = "env:"


def freeze(people: People, ledger: Ledger, settings: Settings, now: datetime) -> list[Mailing]:
    """Freeze the audience of each newest issue that has none yet; return the new mailings.

    An issue that is older than ``not_after`` gets no audience, nor does one that came before an
    issue that was mailed (the ledger was restored, or a later issue taken back), or before the
    people database was restored. An address of ``[mail] to`` that cannot be used is left out.
    """
    new = []
    for edition in settings.editions:
        channels = [
            chat.name
            for chat in settings.chat
            if _edition_of(settings, chat.edition) == edition.name
        ]
        # With a hub too: what it sends belongs to a mailing.
        if not (channels or settings.has_hub or _is_mailed(settings, edition)):
            continue
        link = ledger.issues.newest_published(edition.name)
        issue = link and ledger.issues.find_issue(edition.name, link.number)
        if issue and _is_to_mail(people, settings, issue, now):
            new.append(_freeze_issue(people, settings, edition, issue, channels, now))
    if settings.has_hub:
        hub_posts.order(people, ledger, now)
    return new


def own_addresses(settings: Settings) -> tuple[dict[str, str], list[str]]:
    """Return the addresses of ``[mail] to``, each by its folded form, and what is wrong there.

    An address that is none, or whose variable is not set, is left out and named by its number.
    """
    own, problems = {}, []
    for number, given in enumerate(settings.mail.to, start=1):
        try:
            is_secret = given.startswith(_ENV)
            text = secrets.read(Path(settings.root), given, "mail.to") if is_secret else given
            address = addresses.parse(text)
        except SettingsError as error:
            problems.append(error.reason)
        except ValueError as error:
            # Without the address: logs may be read by others.
            problems.append(f"address {number}: {error}")
        else:
            own[addresses.fold(address)] = address
    return own, problems


def _edition_of(settings: Settings, name: str | None) -> str:
    return name or settings.editions[0].name


def _is_mailed(settings: Settings, edition: Edition) -> bool:
    return settings.mail.is_on and edition.mail


def _is_to_mail(people: People, settings: Settings, issue: Issue, now: datetime) -> bool:
    if delivery_times.is_too_late(issue.moment, settings.mail.not_after, now):
        return False
    if people.mailings.find(issue_guid(issue)):
        return False
    moment = datetime.fromisoformat(issue.moment)
    restored = people.mailings.restored()
    if restored and moment <= datetime.fromisoformat(restored):
        return False  # it may have been mailed after the backup was made
    before = people.mailings.list_newest(issue.edition, 1)
    # A mailing of the future was made while the clock was wrong, and proves nothing.
    return all(not moment <= datetime.fromisoformat(each.moment) <= now for each in before)


def _freeze_issue(
    people: People,
    settings: Settings,
    edition: Edition,
    issue: Issue,
    channels: Collection[str],
    now: datetime,
) -> Mailing:
    frozen = delivery_times.spell(now)
    planned = delivery_times.spell(datetime.fromisoformat(issue.moment))
    with people.transaction():
        mailing = people.mailings.add(
            Mailing(
                id=0,
                issue=issue_guid(issue),
                edition=issue.edition,
                key=issue.key,
                number=issue.number,
                moment=issue.moment,
                frozen=frozen,
                is_mailed=_is_mailed(settings, edition),
            )
        )
        for channel in channels:
            people.deliveries.add(mailing.id, frozen, channel=channel, planned=planned)
        if mailing.is_mailed:
            own, _ = own_addresses(settings)
            _add_own(people, own, frozen)
            for person, day in _list_readers(people, settings, edition, own, issue):
                later = None if day is None else _at(settings, edition, day)
                people.deliveries.add(
                    mailing.id, frozen, subscriber=person.id, planned=later or planned
                )
    return mailing


def _add_own(people: People, own: dict[str, str], moment: str) -> None:
    """Make the addresses of the configuration subscribers. Who left or was forgotten stays away."""
    for folded, address in own.items():
        person = people.subscribers.find(folded)
        if people.suppressions.find(folded):
            continue  # `forget` deleted everything about them
        if person is None:
            people.subscribers.add(address, folded, "active", "configuration", moment)
        elif person.state == "pending":
            people.subscribers.set_state(person.id, "active", moment)


def _list_readers(
    people: People, settings: Settings, edition: Edition, own: Collection[str], issue: Issue
) -> Iterator[tuple[Subscriber, date | None]]:
    """Yield the people who get an issue, each with the later day that it waits for, if any."""
    issued = date.fromisoformat(issue.date)
    mailed = [each.name for each in settings.editions if each.mail]
    for person in people.subscribers.list_all("active"):
        is_own = person.folded in own
        if person.origin == "configuration" and not is_own:
            continue  # the address was taken out of the configuration
        # Without a choice, one's own address gets every edition, everybody else the first.
        chosen = person.wish.editions or (mailed if is_own else mailed[:1])
        if edition.name not in chosen:
            continue
        day = wishes.comes_on(person.wish, edition.period, issued)
        if day is not None:
            yield person, day if day > issued else None


def _at(settings: Settings, edition: Edition, day: date) -> str:
    hour, minute = map(int, edition.at.split(":"))
    zone = ZoneInfo(settings.site.timezone)
    moment = datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)
    return delivery_times.spell(moment)
