"""How many papers stand under a topic in a span of days."""

from __future__ import annotations

from typing import Literal, NamedTuple

Unit = Literal["day", "month"]


class TopicCount(NamedTuple):
    """A topic's papers in a span: ``2026-11-22`` or ``2026-11``.

    ``papers`` stand under its heading, ``also`` are those that also belong to it. ``name``
    is what the newest issue of the span calls the topic.
    """

    unit: Unit
    span: str
    topic: str
    name: str
    papers: int
    also: int
