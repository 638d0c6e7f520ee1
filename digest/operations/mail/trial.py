"""Try a mail server or a channel out, with one mail or one post."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from digest.delivery import transport
from digest.model.mail_settings import Chat
from digest.model.people import SendOutcome
from digest.model.settings import Settings
from digest.operations.mail import preview, switch
from digest.pipeline.session import open_to_read
from digest.render.mail import message
from digest.text import addresses

_TEXT = """\
This is a test of {title}. If you can read it, its mails arrive.

It was handed over to {server} in the name of {sender}. There is no issue yet; once there is one, \
a test holds the newest.
"""


def send_test(settings: Settings, moment: datetime, address: str) -> SendOutcome:
    """Send the newest issue to an address, or a few words if there is none; return what came of it.

    The address need not be subscribed. Nothing is recorded: it counts for no limit, and nobody
    misses an issue or gets one twice because of it. Raises `SettingsError` if mail cannot be
    sent as configured, `LedgerError`, and `ValueError` for what is no address.
    """
    switch.require_server(settings)
    person = preview.make_person(address, moment, "configuration")
    # Dated now: mail programs would put one of last week below all newer mails.
    mailed = preview.newest_mail(settings, moment, person, dated=person.since)
    if mailed:
        whole = mailed.message
    else:
        text = _TEXT.format(
            title=settings.site.title,
            server=switch.describe_server(settings.mail),
            sender=addresses.parse(settings.mail.sender or ""),
        )
        subject = f"A test of {settings.site.title}"
        whole = message.plain_message(
            settings, person.address, subject, text, person.since, person.token
        )
    sender = message.envelope_sender(settings.mail, person.token)
    server = transport.connect(settings.mail, Path(settings.root), is_patient=False)
    with closing(server):
        return server.send(sender, addresses.envelope(person.address), whole, _nothing)


def find_channel(settings: Settings, name: str) -> Chat | None:
    """Return the channel with this name."""
    return next((chat for chat in settings.chat if chat.name == name), None)


def send_test_post(settings: Settings, moment: datetime, chat: Chat) -> SendOutcome:
    """Post the newest issue to a channel, or a few words if there is none; return what came of it.

    Nothing is recorded: the next issue is posted as if there had been no test. Raises
    `LedgerError`.
    """
    from digest.pipeline.mailing import chat_posts

    with open_to_read(settings) as ledger:
        edition = chat.edition or settings.editions[0].name
        newest = preview.find_newest(settings, ledger, moment, edition) if ledger else None
    return chat_posts.send_test(settings, chat, newest and newest.issue, moment)


def _nothing() -> None:
    """Do nothing before the end of a message: no state is kept of a test."""
