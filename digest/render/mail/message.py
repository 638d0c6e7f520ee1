"""Make finished messages: an issue's for one person, and short ones of a few sentences."""

from __future__ import annotations

from collections.abc import Iterator

from digest.model.mail_settings import Mail
from digest.model.people import MailContent, Subscriber
from digest.model.settings import Settings
from digest.render import plain_text
from digest.render.mail import headers, mime, recipient


def make_message(
    content: MailContent, settings: Settings, person: Subscriber, issue: str, moment: str
) -> bytes:
    """Return the mail of an issue to one person, as it is handed to the server.

    ``issue`` is the issue's guid and ``moment`` its moment, RFC 3339 with offset. The same
    arguments give the same bytes, also on a second try. Raises `ValueError` for an address or a
    subject that holds a line break.
    """
    mail = settings.mail
    sender = mail.sender or ""
    lines = [
        *_envelope_lines(mail, person.address, content.subject, moment),
        headers.line("Message-ID", headers.message_id(issue, person.token, sender)),
        *_unsubscribe_lines(settings, person.token),
        headers.line("Precedence", "list"),
        mime.fill(content.body, recipient.words(settings, person)),
    ]
    return b"".join(lines)


def plain_message(
    settings: Settings, to: str, subject: str, text: str, moment: str, token: str
) -> bytes:
    """Return a mail of plain text to one address, such as one that asks for a confirmation.

    Paragraphs of ``text`` are wrapped, lines that fit stay as they are. ``token`` keys the
    Message-ID. There is no List-Unsubscribe, because nobody is subscribed by such a mail, and
    replies go to `[mail] unsubscribe` if there is one. Raises `ValueError` for an address or a
    subject that holds a line break.
    """
    mail = settings.mail
    answers = mail.unsubscribe or mail.reply_to
    guid = f"{moment} {subject}"
    body = b"MIME-Version: 1.0\r\n" + mime.part("plain", plain_text.wrap_lines(text), {})
    lines = [
        *_envelope_lines(mail, to, subject, moment, reply_to=answers),
        headers.line("Message-ID", headers.message_id(guid, token, mail.sender or "")),
        body,
    ]
    return b"".join(lines)


def envelope_sender(mail: Mail, token: str) -> str:
    """Return the address that delivery reports about the person with this token go to."""
    return headers.mailbox((mail.bounces or mail.sender or "").replace("{token}", token))


def _envelope_lines(
    mail: Mail, to: str, subject: str, moment: str, *, reply_to: str | None = None
) -> Iterator[bytes]:
    yield headers.address_line("From", mail.sender or "")
    yield headers.address_line("To", to)
    if answers := reply_to or mail.reply_to:
        yield headers.address_line("Reply-To", answers)
    yield headers.text_line("Subject", subject)
    yield headers.line("Date", headers.date(moment))
    yield headers.line("Auto-Submitted", "auto-generated")


def _unsubscribe_lines(settings: Settings, token: str) -> Iterator[bytes]:
    """Yield List-Unsubscribe (RFC 2369), unfolded: some programs do not unfold an address.

    With a page that speaks TLS, also the line that lets programs leave by one click (RFC 8058).
    """
    page = recipient.unsubscribe_page(settings, token)
    ways = [way for way in (page, recipient.unsubscribe_address(settings.mail, token)) if way]
    if ways:
        yield headers.line("List-Unsubscribe", ", ".join(f"<{way}>" for way in ways))
    if page.startswith("https://"):
        yield headers.line("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")
