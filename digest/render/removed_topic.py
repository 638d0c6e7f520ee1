"""Write the notice of a removed topic, for its page and for the last item of its feed.

Returns plain text, and links relative to a topic's own folder.
"""

from __future__ import annotations

from collections.abc import Container

import msgspec

from digest.model.topics import RemovedTopic, Successor
from digest.render import paths, wording


class TopicTotalView(msgspec.Struct, frozen=True, gc=False):
    """A topic, or one of its months, with the number of its papers in words."""

    words: str
    href: str
    amount: str


class RemovedTopicView(msgspec.Struct, frozen=True, gc=False):
    """The notice on a removed topic's page, with links to the topics that take its papers."""

    words: str
    heirs: tuple[TopicTotalView, ...]


def removal_notice(removed: RemovedTopic, with_page: Container[str]) -> RemovedTopicView:
    """Return the notice of a removed topic; ``with_page`` are the topics that have a page."""
    links = tuple(
        TopicTotalView(
            successor.name,
            paths.relative(paths.topic(removed.topic), paths.topic(successor.topic)),
            wording.count(successor.papers, "paper"),
        )
        for successor in linked_successors(removed, with_page)
    )
    return RemovedTopicView(_sentences(removed), links)


def linked_successors(removed: RemovedTopic, with_page: Container[str]) -> tuple[Successor, ...]:
    """Return the successors to link to: they had a page at the removal and have it now.

    A successor that got its page later is not linked: the notice would change with it.
    """
    return tuple(
        successor
        for successor in removed.heirs
        if successor.has_page and successor.topic in with_page
    )


def _sentences(removed: RemovedTopic) -> str:
    words = f"This heading was retired on {wording.day(removed.moment[:10])}."
    if not removed.heirs:
        return words
    if removed.papers == 1:
        return f"{words} Its newest paper would now stand under {removed.heirs[0].name}."
    parts = [f"{successor.papers:,} under {successor.name}" for successor in removed.heirs]
    # Only the largest successors are stored by name.
    if rest := removed.papers - sum(successor.papers for successor in removed.heirs):
        parts.append(f"{rest:,} under others")
    newest = wording.count(removed.papers, "paper")
    return f"{words} Its newest {newest} would now stand elsewhere: {wording.listed(parts)}."
