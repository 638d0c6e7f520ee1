"""Topics over time: how many papers each has, and those removed from `config/topics.toml`."""

from __future__ import annotations

from typing import Literal, NamedTuple

import msgspec

Unit = Literal["day", "month"]


class TopicCount(NamedTuple):
    """The number of a topic's papers in one day (``2026-11-22``) or month (``2026-11``).

    ``papers`` counts those under the topic's own heading, ``also`` those under another heading
    that mention it. ``name`` is the topic's name in the newest issue of that day or month.
    """

    unit: Unit
    span: str
    topic: str
    name: str
    papers: int
    also: int


class Successor(msgspec.Struct, frozen=True):
    """A topic that now holds papers of a removed one.

    ``papers`` is their number among the papers that were classified again. ``has_page`` is
    true if the successor had papers of its own at that moment, and therefore a page to link to.
    """

    topic: str
    name: str
    papers: int
    has_page: bool


class RemovedTopic(msgspec.Struct, frozen=True):
    """A topic that is no longer configured. Its pages and its feed stay, with a notice.

    ``name`` is its last name, ``moment`` (RFC 3339) the run that first missed it. ``papers`` is
    how many of its newest papers were classified again to find the ``heirs``.
    """

    topic: str
    name: str
    moment: str
    papers: int = 0
    heirs: tuple[Successor, ...] = ()


class Correction(msgspec.Struct, frozen=True):
    """A topic under which an operator put a paper by hand, and when (RFC 3339).

    ``name`` is that of the topic then: pages keep it until an issue gives the topic another one.
    """

    topic: str
    name: str
    moment: str
