"""Delivery reports (RFC 3464, RFC 6533) and complaints (RFC 5965), which are multipart/report.

A report is what its form says; a text that reads like one is none. A report is of one mail to one
person, as we send them; where it names several recipients and one of them got the mail, the
person's address expands to several, and it was delivered.
"""

from __future__ import annotations

import email
import re
from collections.abc import Iterator, Sequence
from email.message import Message
from typing import NamedTuple
from urllib.parse import unquote

from digest.model.incoming import IncomingKind, OwnAddresses
from digest.parsers.incoming import addresses
from digest.parsers.incoming.fields import field, fields
from digest.text import mail_status

_CODE = re.compile(r"\b([245])\d\d\b")
_TOKEN = re.compile(r"\b[0-9a-z]{32}\b")
_PARTS = 20  # of a report that are looked at; the form has three
# Of the kinds of RFC 5965 those by which a person says that they do not want it. "not-spam" says
# the contrary, and "auth-failure" (RFC 6591) and others are for the operator.
_COMPLAINTS = {"abuse", "opt-out", "opt-out-list", "fraud", "virus"}


class MailReport(NamedTuple):
    """What a report says of a mail of ours. ``returned`` are that mail's fields, if it has them."""

    kind: IncomingKind
    status: str
    tokens: tuple[str, ...]
    message_id: str | None
    returned: Message | None


def read(message: Message, own: OwnAddresses) -> MailReport | None:
    """Return what a report says; None if the mail is none, or says nothing that is understood."""
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return None
    parts = _parts(message)[:_PARTS]
    returned = next(filter(None, map(_returned, parts)), None)
    for part in parts:
        kind, status, named = _judge(part)
        if kind is not None:
            tokens = (*addresses.verp_tokens(named, own.bounces), *_returned_tokens(returned, own))
            message_id = field(returned, "Message-ID") if returned is not None else ""
            return MailReport(kind, status, tokens, message_id or None, returned)
    return None


def _judge(part: Message) -> tuple[IncomingKind | None, str, Sequence[str]]:
    """Return kind and status if a part is the report proper, with the envelope sender it names."""
    match part.get_content_type():
        case "message/delivery-status" | "message/global-delivery-status":
            kind, status = _delivery(list(_blocks(part)))
            return kind, status, ()
        case "message/feedback-report":
            block = next(_blocks(part), Message())
            complains = field(block, "Feedback-Type").lower() in _COMPLAINTS
            sender = field(block, "Original-Mail-From").strip("<>")
            return "complaint" if complains else None, "", (sender,)
    return None, "", ()


def _delivery(blocks: Sequence[Message]) -> tuple[IncomingKind | None, str]:
    """Return whether a mail bounced, by the blocks of a delivery report, and its status."""
    actions = [(field(block, "Action").split(" ")[0].lower(), block) for block in blocks]
    actions = [(action, block) for action, block in actions if action]
    if not actions:
        return None, ""
    if any(action != "failed" for action, _ in actions):
        return "delay", ""  # delayed, or delivered, relayed or expanded to somebody
    return "bounce", _status(actions[0][1])


def _status(block: Message) -> str:
    """Return the most precise status of a recipient, "5.0.0" where there is none."""
    diagnostic = field(block, "Diagnostic-Code")
    found = list(filter(None, map(mail_status.find, (field(block, "Status"), diagnostic))))
    # Some servers write x.0.0, and what they mean only into the answer that they quote.
    precise = [status for status in found if not status.endswith(".0.0")]
    if precise or found:
        return (precise or found)[0]
    code = _CODE.search(diagnostic)
    return f"{code[1] if code else 5}.0.0"


def _blocks(part: Message) -> Iterator[Message]:
    """Yield the groups of fields of a report, which blank lines separate."""
    payload = part.get_payload()
    if isinstance(payload, list):
        for block in payload:
            if isinstance(block, Message):
                yield block
                # Of kinds that the library does not know it reads the first group, and leaves the
                # others in its body.
                rest = block.get_payload()
                if isinstance(rest, str) and rest.strip():
                    for group in re.split(r"\r?\n\r?\n", rest.strip()):
                        yield email.message_from_string(group)
    elif isinstance(payload, str):
        for group in re.split(r"\r?\n\r?\n", payload.strip()):
            yield email.message_from_string(group)


def _parts(message: Message) -> list[Message]:
    payload = message.get_payload()
    parts = payload if isinstance(payload, list) else []
    return [part for part in parts if isinstance(part, Message)]


def _returned(part: Message) -> Message | None:
    """Return the fields of the mail that a report is about, if this part holds them."""
    payload = part.get_payload()
    match part.get_content_type():
        case "message/rfc822" | "message/global":
            first = payload[0] if isinstance(payload, list) and payload else None
            return first if isinstance(first, Message) else None
        case "text/rfc822-headers":
            decoded = part.get_payload(decode=True)
            return email.message_from_bytes(decoded) if isinstance(decoded, bytes) else None
        case "message/global-headers":
            return next(_blocks(part), None)
    return None


def _returned_tokens(returned: Message | None, own: OwnAddresses) -> Iterator[str]:
    """Yield the tokens in a mail of ours that came back: where it was sent from, and how to leave.

    They stand nowhere else in it where a stranger's text could not stand too.
    """
    if returned is None:
        return
    senders = [value.strip("<> ") for value in fields(returned, "Return-Path")]
    yield from addresses.verp_tokens(senders, own.bounces)
    for value in fields(returned, "List-Unsubscribe"):
        yield from _TOKEN.findall(unquote(value).lower())
