"""Letters: mails of a few sentences to one person, which the web side causes."""

from __future__ import annotations

from typing import Literal

import msgspec

from digest.model.people import DeliveryState, Wish

LetterKind = Literal[
    "confirm",  # asks whether an address shall get the issues
    "subscribed",  # says to who subscribes again that they get them already
    "address",  # asks a new address whether issues shall go there
    "changed",  # says to the old address that they go elsewhere from now on
]


class PersonLetter(msgspec.Struct, frozen=True, kw_only=True):
    """A letter and what became of it.

    ``address`` and ``folded`` are where it goes, if that is not the person's own. Such a letter
    has a ``token`` of its own, for its link and for the reports about it: who reads it must not
    learn the person's, and a bounce of it says nothing about the person's address. ``wish`` is
    what was asked for, and applies once they confirm. ``created``, ``since`` and ``due`` are
    moments; ``attempts`` is how often it was tried.
    """

    id: int
    subscriber: int
    kind: LetterKind
    created: str
    address: str | None = None
    folded: str | None = None
    token: str | None = None
    wish: Wish | None = None
    state: DeliveryState
    since: str
    due: str
    attempts: int = 0
    reason: str | None = None
