"""Read mails that come back: delivery reports, complaints, automatic answers, requests, replies.

`read` never fails: what it does not understand is "other". A request or a report is recognised by
its form; whose it is says only a token, which nobody else has, never the address of a sender.
"""

from __future__ import annotations

import email
import re
from email.message import Message

import msgspec

from digest.model.incoming import IncomingMail, OwnAddresses
from digest.parsers.incoming import addresses, automatic, reports
from digest.parsers.incoming.fields import field, fields, text_of

LOOP = "X-Loop"  # the field by which a mail that we forwarded is known when it comes back
LOOP_VALUE = "papers-digest"
_REQUEST = re.compile(r"\b(unsubscribe|confirm)[ +:_-]+([0-9a-z]{32})\b", re.IGNORECASE)
_FIRST_LINES = 2_000  # characters of a body that are looked at for a request
# Bytes of a mail that are parsed: all that is looked for stands before. Parts within parts cost
# the library their depth times their lines, so a long mail could keep it busy for minutes.
_PARSED = 1 << 16


def read(message: bytes, own: OwnAddresses) -> IncomingMail:
    """Say what a mail is, as bytes from a mailbox or a pipe. Never raises."""
    try:
        return _read(email.message_from_bytes(message[:_PARSED]), own)
    except (RecursionError, LookupError, ValueError, TypeError, AttributeError):
        # The library fails at parts that are nested a thousand deep, or at broken charsets.
        return IncomingMail(kind="other")


def _read(message: Message, own: OwnAddresses) -> IncomingMail:
    recipients = addresses.recipients(message)
    verp = tuple(addresses.verp_tokens(recipients, own.bounces))
    at_unsubscribe = addresses.extensions(recipients, own.unsubscribe)
    report = reports.read(message, own)
    is_loop = _is_loop(message) or (report is not None and _is_loop(report.returned))
    is_ours = bool(verp) or at_unsubscribe is not None
    mail = IncomingMail(kind="other", recipients=recipients, is_ours=is_ours, is_loop=is_loop)
    if report is not None:
        return _with(
            mail,
            kind=report.kind,
            tokens=(*verp, *report.tokens),
            message_id=report.message_id,
            status=report.status,
        )
    request = _request(message, at_unsubscribe)
    is_automatic = automatic.is_automatic(message)
    # An absence note, a receipt or a bounce quotes the subject of the confirmation it answers:
    # nobody agreed by that. Mail programs that unsubscribe by themselves may call that automatic,
    # which it is.
    is_by_person = not is_automatic and not automatic.is_notification(message)
    if request is not None and (request[0] == "unsubscribe" or is_by_person):
        kind, token = request
        return _with(mail, kind=kind, tokens=(token,))
    return _with(mail, kind="absence" if is_automatic else "other", tokens=verp)


def _with(mail: IncomingMail, **values: object) -> IncomingMail:
    return msgspec.structs.replace(mail, **values)


def _request(message: Message, extension: str | None) -> tuple[str, str] | None:
    """Return what is asked for and by which token; None if the mail asks for nothing.

    ``extension`` is what stands between the plus sign and the @ of our address; None if the mail
    did not go there: a request that is quoted elsewhere is none.
    """
    if extension is None:
        return None
    if re.fullmatch(r"[0-9a-z]{32}", extension):
        return "unsubscribe", extension
    subject = _REQUEST.search(field(message, "Subject"))
    # Some mail programs drop the subject of a link and keep the body. A quoted one is no request.
    first = next((line.strip() for line in text_of(message, _FIRST_LINES) if line.strip()), "")
    found = subject or _REQUEST.match(first)
    return (found[1].lower(), found[2].lower()) if found else None


def _is_loop(message: Message | None) -> bool:
    return message is not None and LOOP_VALUE in fields(message, LOOP)
