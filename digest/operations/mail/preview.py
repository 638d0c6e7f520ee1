"""Make the mail of the newest issue, to look at it or to send it as a test. Sends nothing."""

from __future__ import annotations

import secrets
from datetime import datetime
from email import message_from_bytes, policy
from typing import NamedTuple

from digest.editorial import wishes
from digest.errors import DigestError
from digest.model.people import Origin, Subscriber, Wish
from digest.model.settings import Settings
from digest.operations.edition_names import check_edition
from digest.operations.mail import switch
from digest.pipeline.mailing import audience
from digest.pipeline.mailing.issues import MailedIssue, open_templates, read_issue
from digest.pipeline.session import open_to_read
from digest.render.feeds.issue_entries import issue_guid
from digest.render.mail import content, message
from digest.storage.ledger import Ledger
from digest.storage.people import database
from digest.text import addresses


class IssueMail(NamedTuple):
    """The mail of an issue to one person: its bytes, and which issue it is."""

    message: bytes
    edition: str
    key: str

    @property
    def html(self) -> str:
        """The HTML part, as a browser shows it."""
        parsed = message_from_bytes(self.message, policy=policy.default)
        part = parsed.get_body(("html",))
        assert part is not None
        return str(part.get_content())


def newest_mail(
    settings: Settings,
    moment: datetime,
    person: Subscriber,
    *,
    edition: str | None = None,
    dated: str | None = None,
) -> IssueMail | None:
    """Return the mail of an edition's newest issue to a person; None if there is no issue.

    Without a name the edition is the first that is mailed, else the main one. The mail has what
    the person's wish takes from the issue, whether they had it before or not, and is ``dated`` as
    the issue by default. Raises
    `SettingsError` if mail is not configured or a template cannot be used, `LedgerError`, and
    `ValueError` if there is no such edition.
    """
    switch.require_server(settings)
    with open_to_read(settings) as ledger:
        name = check_edition(settings, edition, ledger.issues.list_links() if ledger else ())
        if ledger is None:
            return None
        mailed = [each.name for each in settings.editions if each.mail]
        newest = find_newest(settings, ledger, moment, edition or next(iter(mailed), name))
    if newest is None:
        return None
    issue, templates = newest.issue, open_templates(settings)
    # An issue without papers says which kind of day it was, whatever one's wish.
    part = wishes.take(issue, person.wish) if issue.papers else issue
    if part is None:
        made = content.render_nothing(issue, settings, templates)
    else:
        made = content.render_content(part, settings, templates, note=newest.note)
    guid, date = issue_guid(issue), dated or issue.moment
    whole = message.make_message(made, settings, person, guid, date)
    return IssueMail(whole, issue.edition, issue.key)


def find_newest(
    settings: Settings, ledger: Ledger, moment: datetime, edition: str
) -> MailedIssue | None:
    """Return the newest issue of an edition as it is mailed and posted; None if there is none."""
    links = [link for link in ledger.issues.list_links() if link.edition == edition]
    return read_issue(settings, ledger, edition, links[-1].number, moment) if links else None


def find_person(settings: Settings, moment: datetime, address: str | None) -> Subscriber:
    """Return the subscriber with this address; without one, somebody who wishes for everything.

    Raises `DigestError` if nobody has the address, and `ValueError` if it is none.
    """
    if address is None:
        return make_person(settings.mail.sender or "", moment, "configuration")
    bare = addresses.parse(address)
    folded = addresses.fold(bare)
    if database.exists(settings.state_folder):
        with database.opened(settings.state_folder) as people:
            if person := people.subscribers.find(folded):
                return person
    if folded in audience.own_addresses(settings)[0]:
        return make_person(bare, moment, "configuration")
    raise DigestError(f"nobody is subscribed with the address {bare}")


def make_person(address: str, moment: datetime, origin: Origin) -> Subscriber:
    """Return a person who is in no database, with a token that stands for nobody."""
    bare = addresses.parse(address)
    return Subscriber(
        id=0,
        address=bare,
        folded=addresses.fold(bare),
        token=secrets.token_hex(16),
        state="active",
        origin=origin,
        since=moment.isoformat(timespec="seconds"),
        wish=Wish(),
    )
