"""What is learnt from papers that were moved is small, stays near the weights, and is the same."""

from __future__ import annotations

import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import topics
from digest.editorial.topics import FolderWeights, learning
from digest.model.topic_settings import Topic

WORDS = ("kelp", "gull", "granite", "heron", "basin", "tarn")
SHORE = topics.compile_lexicon(
    (
        Topic(id="kelp", name="Kelp", words=("kelp, basin, tarn",), categories=("cs.KE",)),
        Topic(id="gulls", name="Gulls", words=("gull, heron, basin",)),
        Topic(id="stones", name="Stones", words=("granite, tarn",)),
    ),
    topics.LearntWeights(
        topics=("kelp", "gulls", "stones"), bias=(1, 0, -1), phrases={"basin": (2, -2, 0)}
    ),
)
texts = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join)
labels = st.lists(st.tuples(texts, st.sampled_from(SHORE.topics)), max_size=30)


def examples(labelled: list[tuple[str, str]]) -> list[learning.Example]:
    """Return the examples that these papers make: words of an abstract, and a topic."""
    made = (
        learning.make_example(SHORE, topics.find_evidence(SHORE, "", words), topic)
        for words, topic in labelled
    )
    return [example for example in made if example]


def topic_of(lexicon: topics.Lexicon, words: str) -> str:
    """Return the topic of an abstract."""
    return topics.place(lexicon, "", words).topic


def test_papers_alike_go_where_the_moved_ones_went() -> None:
    """And others stay: those with other words, also of the same two topics."""
    learnt = learning.learn(SHORE, examples([("kelp gull heron", "kelp")] * 20))
    after = learning.corrected(SHORE, learnt)
    assert ("gulls", "kelp") == tuple(topic_of(x, "kelp gull heron") for x in (SHORE, after))
    for words in ("granite", "basin heron", "gull gull", "tarn granite"):
        assert topic_of(SHORE, words) == topic_of(after, words)


def test_papers_that_were_not_moved_hold_the_model() -> None:
    """Of papers with the same words as the moved one, most were left where they stood."""
    moved = examples([("kelp gull heron", "kelp")] * 4)
    stayed = examples([("kelp gull heron", "gulls")] * 12)
    held = learning.corrected(SHORE, learning.learn(SHORE, [*moved, *stayed]))
    assert "gulls" == topic_of(held, "kelp gull heron")


def test_nothing_is_learnt_from_what_words_cannot_reach() -> None:
    """A topic without a word in the paper, a paper of one topic only, or of none."""
    assert [] == examples([("kelp gull", "stones"), ("kelp", "kelp"), ("anvil", "kelp")])
    learnt = learning.learn(SHORE, [])
    assert (SHORE.topics, (0, 0, 0), {}) == (learnt.topics, learnt.bias, learnt.phrases)


def test_a_category_is_no_phrase() -> None:
    """It speaks for its topic, and no weight of it is learnt."""
    evidence = topics.find_evidence(SHORE, "gull", "", ("cs.KE",))
    example = learning.make_example(SHORE, evidence, "gulls")
    assert example
    assert ["gull"] == [SHORE.phrases[phrase] for phrase, _ in example.shares]


@given(labels)
def test_what_is_learnt_is_small_and_always_the_same(labelled: list[tuple[str, str]]) -> None:
    """It fits the file, names phrases of the lexicon, and is read back as it was written."""
    learnt = learning.learn(SHORE, examples(labelled))
    assert learnt == learning.learn(SHORE, examples(labelled))
    assert set(SHORE.phrases) >= learnt.phrases.keys()
    weights = FolderWeights(
        corrections=len(labelled), moment="2026-11-18T09:00:00+00:00", topics=learnt.topics,
        bias=learnt.bias, phrases=learnt.phrases,
    )  # fmt: skip
    assert weights == FolderWeights.decode(weights.encode())
    assert learnt == weights.weights


@given(labels)
def test_the_moved_papers_are_more_likely_where_they_went(labelled: list[tuple[str, str]]) -> None:
    """Together, as the loss says; up to the rounding to tenths."""
    made = examples(labelled)
    after = learning.corrected(SHORE, learning.learn(SHORE, made))

    def likely(lexicon: topics.Lexicon) -> float:
        logarithms = 0.0
        for words, topic in labelled:
            ranked = topics.rank_topics(lexicon, topics.find_evidence(SHORE, "", words))
            logarithms += math.log(dict(ranked).get(topic, 1.0))
        return math.exp(logarithms / max(1, len(labelled)))

    assert likely(after) >= likely(SHORE) - 0.02


def test_weights_are_added_by_topic_and_phrase() -> None:
    """Of topics and phrases that are there; however a phrase is written."""
    further = topics.LearntWeights(
        topics=("gulls", "boats", "kelp"),
        bias=(5, 7, 1),
        phrases={"BASIN": (3, 9, 4), "granite": (1, 1, 1), "anvil": (1, 1, 1)},
    )
    after = learning.corrected(SHORE, further)
    rows = {after.phrases[phrase]: row for phrase, row in after.corrections.items()}
    assert ((2, 5, -1), {"basin": (6, 1, 0), "granite": (1, 1, 0)}) == (after.bias, rows)


@pytest.mark.parametrize(("fields", "reason"), [
    ({"bias": [1]}, "a row has not one number per topic"),
    ({"phrases": {"kelp": [1, 2, 3]}}, "a row has not one number per topic"),
    ({"topics": ["kelp", "kelp"]}, "a topic is named twice"),
    ({"bias": [1, 1e9]}, "Expected `int`"),
    ({"bias": [1, 10**30]}, "Expected `int`"),
    ({"words": {}}, "unknown field `words`"),
])  # fmt: skip
def test_a_file_that_does_not_fit_is_refused(fields: dict[str, object], reason: str) -> None:
    """With the reason."""
    good = {"corrections": 20, "moment": "", "topics": ["kelp", "gulls"], "bias": [0, 0]}
    raw = msgspec.json.encode({**good, "phrases": {}, **fields})
    with pytest.raises(msgspec.ValidationError, match=reason):
        FolderWeights.decode(raw)
