"""Learnt weights fit another list of topics: columns go by the id, rows by the phrase."""

from __future__ import annotations

from digest.editorial import topics

LEARNT = topics.LearntWeights(("a", "b"), (1, 2), {"oak": (3, 4), "rake": (5, 6)})


def test_columns_go_by_the_id_of_the_topic() -> None:
    """Removed topics lose theirs, new ones have zeros, and the order is that of the ids."""
    aligned = topics.align(LEARNT, ["b", "new", "a"])
    assert aligned.topics == ("b", "new", "a")
    assert aligned.bias == (2, 0, 1)
    assert aligned.phrases == {"oak": (4, 0, 3), "rake": (6, 0, 5)}
    assert topics.align(LEARNT, ("b",)).phrases == {"oak": (4,), "rake": (6,)}
    assert topics.align(LEARNT, ("a", "b")) == LEARNT


def test_rows_of_dropped_phrases_go() -> None:
    """The others and the numbers of the topics stay."""
    assert topics.drop_rows(LEARNT, {"oak", "unknown"}) == topics.LearntWeights(
        ("a", "b"), (1, 2), {"rake": (5, 6)}
    )
