"""Try the mail server out: with a connection alone, or with one mail."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from digest.delivery import transport
from digest.model.people import SendOutcome
from digest.model.settings import Settings
from digest.operations.mail import preview, switch
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
    with closing(transport.connect(settings.mail, Path(settings.root))) as server:
        return server.send(sender, addresses.envelope(person.address), whole, _nothing)


def _nothing() -> None:
    """Do nothing before the end of a message: no state is kept of a test."""
