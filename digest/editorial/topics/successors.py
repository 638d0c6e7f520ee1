"""Find the topics that take over the papers of a removed topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from digest.editorial.topics.lexicon import Lexicon
from digest.editorial.topics.placing import OTHER, place
from digest.model.issues import Item
from digest.model.topics import Successor

PAPERS = 30  # of a removed topic, the newest, that are placed again
_NAMED = 3  # successors at most


def find_successors(
    lexicon: Lexicon,
    names: Mapping[str, str],
    former_names: Mapping[str, str],
    papers: Iterable[Item],
) -> tuple[Successor, ...]:
    """Place the papers of a removed topic again, and return the topics that get most of them.

    ``names`` are the topics in force, by id; ``former_names`` those that had papers before the
    removal, which are the ones that have a page.
    """
    names = {**names, OTHER: former_names.get(OTHER, "Other")}
    topics = Counter(place(lexicon, item.title, item.abstract).topic for item in papers)
    return tuple(
        Successor(topic, names[topic], number, topic in former_names)
        for topic, number in topics.most_common(_NAMED)
    )
