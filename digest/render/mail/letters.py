"""Write letters: mails of plain text with a few sentences and links, to one person each."""

from __future__ import annotations

from digest.model.letters import LetterKind, PersonLetter
from digest.model.people import Subscriber
from digest.model.settings import Settings
from digest.render.mail import message

_FOOT = "The sender is {sender}."
_TEXTS: dict[LetterKind, str] = {
    "subscribed": """\
Somebody, probably you, asked that {title} be sent to this address. It is sent there already.

To choose what you get, open this page:

    {preferences}

To get nothing any more, open this one:

    {unsubscribe}

If it was not you, you need do nothing. """,
    "address": """\
Somebody, probably you, asked that {title} be sent to this address in place of another one.

To get it here, open this page within 7 days and press its button:

    {address}

Without that nothing changes, and you need do nothing. """,
    "changed": """\
{title} is sent to another address from now on, and no longer to this one: somebody who has the
link in your mails asked for it, and confirmed it at the new address.

If it was not you, answer this mail. """,
}
_SUBJECTS: dict[LetterKind, str] = {
    "subscribed": "You get {title} already",
    "address": "Please confirm your new address: {title}",
    "changed": "{title} goes to your new address",
}
_CONFIRM = """\
Somebody, probably you, asked that {title} be sent to this address.
It is a newsletter of new research papers{site}.

{ways}
Without that you get nothing, and need do nothing. """
_BY_PAGE = """\
To get it, open this page and press its button:

    {confirm}

"""
_BY_ANSWER = """\
{begin} answer this mail as it is. The subject of the answer must keep these words:

    {words}

"""


def letter_message(
    settings: Settings, person: Subscriber, letter: PersonLetter, to: str, moment: str
) -> bytes:
    """Return the message of a letter to an address. The same arguments give the same bytes."""
    subject, text = _words(settings, person, letter.kind, letter.token or person.token)
    # One kind may be sent to a person many times, at several addresses.
    token = f"{person.token} {letter.id}"
    return message.plain_message(settings, to, subject, _signed(settings, text), moment, token)


def confirmation_message(settings: Settings, person: Subscriber, moment: str) -> bytes:
    """Return the message that asks a person to confirm, as an operator's command sends it."""
    subject, text = _words(settings, person, "confirm", person.token)
    text = _signed(settings, text)
    return message.plain_message(settings, person.address, subject, text, moment, person.token)


def _words(settings: Settings, person: Subscriber, kind: LetterKind, token: str) -> tuple[str, str]:
    title, web = settings.site.title, settings.web_url
    if kind == "confirm":
        return _confirm_words(settings, token)
    links = {
        "title": title,
        "preferences": f"{web}preferences/{person.token}",
        "unsubscribe": f"{web}unsubscribe/{person.token}",
        "address": f"{web}address/{token}",
    }
    return _SUBJECTS[kind].format(title=title), _TEXTS[kind].format(**links)


def _confirm_words(settings: Settings, token: str) -> tuple[str, str]:
    from digest.render.mail import content  # brings the templates along

    title, web = settings.site.title, settings.web_url
    words, by_answer = f"confirm {token}", bool(settings.mail.unsubscribe)
    ways = _BY_PAGE.format(confirm=f"{web}confirm/{token}") if web else ""
    if by_answer:
        ways += _BY_ANSWER.format(begin="Or" if web else "To get it,", words=words)
    site = f": {settings.site.url}" if content.has_public_site(settings) else ""
    subject = f"Please confirm: {title}"
    if by_answer:
        subject += f" ({words})"
    return subject, _CONFIRM.format(title=title, site=site, ways=ways)


def _signed(settings: Settings, text: str) -> str:
    mail = settings.mail
    signed = text + _FOOT.format(sender=mail.reply_to or mail.sender) + "\n"
    return f"{signed}\n{mail.postal}\n" if mail.postal else signed
