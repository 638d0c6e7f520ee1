"""Compare two sets of topics by where each of many papers stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from digest import text
from digest.editorial.topics.lexicon import Lexicon
from digest.editorial.topics.placing import place
from digest.model.papers import Paper


class PlacementChange(msgspec.Struct, frozen=True):
    """A paper and the ids of its topics: the one before, and the one after."""

    title: str
    arxiv_id: str | None
    before: str
    after: str

    @property
    def is_moved(self) -> bool:
        """Whether it stands under another topic."""
        return self.before != self.after


def compare(before: Lexicon, after: Lexicon, papers: Iterable[Paper]) -> Iterator[PlacementChange]:
    """Place each paper by both, as an issue would, and yield all of them, moved or not.

    Holds one paper at a time. Second topics, scores and reasons are not compared.
    """
    for paper in papers:
        title, abstract = text.mend(paper.title).text, text.mend(paper.abstract or "").text
        topics = (
            place(lexicon, title, abstract, paper.categories).topic for lexicon in (before, after)
        )
        yield PlacementChange(title, paper.arxiv_id, *topics)
