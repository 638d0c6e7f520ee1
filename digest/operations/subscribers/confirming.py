"""Ask a person by mail to confirm that they want to be a subscriber.

They confirm on a page of the web side, or by an answer to the mailbox of `[mail] unsubscribe`,
whose subject keeps the words ``confirm TOKEN``; `digest mail receive` reads it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from digest.delivery import transport
from digest.errors import SettingsError, SubscriberError
from digest.model.people import Subscriber
from digest.model.settings import Settings
from digest.render.mail import letters, message
from digest.storage.people import People
from digest.text import addresses

PAUSE = timedelta(days=1)  # between two such mails to one address


def check_settings(settings: Settings) -> None:
    """Raise `SettingsError` unless such a mail can be sent, and its answer can be read."""
    mail = settings.mail
    if mail.is_on and (mail.unsubscribe or settings.web_url):
        return
    missing = "unsubscribe" if mail.is_on else "from"
    reason = "a mail that asks for consent cannot be sent without it"
    hint = 'or give the consent you have: --consent "asked me by mail, 2026-11-20"'
    raise SettingsError("config/digest.toml", reason, key=f"mail.{missing}", hint=hint)


def ask(settings: Settings, people: People, person: Subscriber, moment: datetime) -> bool:
    """Send the mail; return False, and send none, if the person was asked less than a day ago.

    That they were asked is committed before the end of the mail is sent, so no crash makes it
    two. Raises `SubscriberError` if the server did not take it.
    """
    asked = people.subscribers.asked(person.id)
    # Also if the clock was put back a little since; one that was wrong by days proves nothing.
    if asked and abs(moment - datetime.fromisoformat(asked)) < PAUSE:
        return False
    now = moment.isoformat(timespec="seconds")

    def remember() -> None:
        with people.transaction():
            people.subscribers.set_asked(person.id, now)

    mailer = transport.connect(settings.mail, Path(settings.root))
    try:
        outcome = mailer.send(
            message.envelope_sender(settings.mail, person.token),
            addresses.envelope(person.address),
            letters.confirmation_message(settings, person, now),
            remember,
        )
    finally:
        mailer.close()
    if outcome.state != "sent":
        reason = f"waits, but the mail that asks them was not taken: {outcome.reply}"
        raise SubscriberError(f"{person.address} {reason}")
    return True
