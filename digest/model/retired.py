"""A topic that is no longer in `config/topics.toml`: its pages and its feed stay, and say so."""

from __future__ import annotations

import msgspec


class Successor(msgspec.Struct, frozen=True):
    """A topic under which papers of a retired one stand now; so many of those looked at.

    ``has_page`` tells whether it had papers of its own at that moment, and so a page.
    """

    topic: str
    name: str
    papers: int
    has_page: bool


class RemovedTopic(msgspec.Struct, frozen=True):
    """The topic as it was last called, and the moment (RFC 3339) of the run that missed it.

    ``papers`` is how many of its newest were placed anew to find the ``heirs``.
    """

    topic: str
    name: str
    moment: str
    papers: int = 0
    heirs: tuple[Successor, ...] = ()
