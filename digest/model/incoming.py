"""Mails that come back: what one is, and what was done about it."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

IncomingKind = Literal[
    "bounce",  # a delivery report: it was not delivered, for good
    "delay",  # a delivery report that settles nothing
    "complaint",  # the reader pressed "this is spam"
    "absence",  # an answer that no person wrote
    "unsubscribe",  # asks to leave
    "confirm",  # agrees to get mails
    "other",  # a reply, or anything else a person has to read
]


class OwnAddresses(NamedTuple):
    """The addresses of `[mail]` that mails come back to.

    ``bounces`` holds ``{token}`` or is empty; ``unsubscribe`` may be empty.
    """

    bounces: str = ""
    unsubscribe: str = ""


class IncomingMail(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail says, as far as the product acts on it.

    ``tokens`` are those that stand in the places where a token of ours stands, the likeliest
    first; none of them needs to exist. ``message_id`` is the Message-ID of the mail that it is
    about. ``status`` is the code of RFC 3463 of a bounce, such as "5.1.1". ``recipients`` are the
    bare addresses that it was sent to. ``is_ours`` is True if it went to one of our own addresses
    for such mails, ``is_loop`` if it is a mail that we forwarded ourselves and that came back.
    """

    kind: IncomingKind
    tokens: tuple[str, ...] = ()
    message_id: str | None = None
    status: str = ""
    recipients: tuple[str, ...] = ()
    is_ours: bool = False
    is_loop: bool = False


IncomingResult = Literal[
    "bounced",  # the person is not written to any more
    "counted",  # a bounce that is remembered: after three issues the person is bounced
    "complained",  # the person is not written to any more, and suppressed
    "left",
    "confirmed",
    "ignored",  # understood, and nothing to do
    "forwarded",
    "repeated",  # a copy of a mail that was handled before
    "kept",  # not for us: it stays where it is
    "refused",  # has to be read by a person, and could not be forwarded for good
    "deferred",  # has to be read by a person, and could not be forwarded now
]


class IncomingCounts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How many mails came to what, by `IncomingResult`."""

    bounced: int = 0
    counted: int = 0
    complained: int = 0
    left: int = 0
    confirmed: int = 0
    ignored: int = 0
    forwarded: int = 0
    repeated: int = 0
    kept: int = 0
    refused: int = 0
    deferred: int = 0
