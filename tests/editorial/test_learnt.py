"""Learnt weights fit another list of topics: columns go by the id, rows by the phrase."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import topics
from digest.editorial.topics.learnt import NONE, UNIT
from digest.model.topic_settings import Topic

LEARNT = topics.LearntWeights(
    ("a", "b"), (1, 2), {"oak": (3, 4), "rake": (5, 6)}, words={"sea": "OM"}, titled={"sea": "PN"}
)


def test_columns_go_by_the_id_of_the_topic() -> None:
    """Removed topics lose theirs, new ones have zeros, and the order is that of the ids."""
    aligned = topics.align(LEARNT, ["b", "new", "a"])
    assert aligned.topics == ("b", "new", "a")
    assert aligned.bias == (2, 0, 1)
    assert aligned.phrases == {"oak": (4, 0, 3), "rake": (6, 0, 5)}
    assert topics.align(LEARNT, ("b",)).phrases == {"oak": (4,), "rake": (6,)}
    assert topics.align(LEARNT, ("a", "b")) == LEARNT
    assert (aligned.words, aligned.titled) == ({"sea": "MNO"}, {"sea": "NNP"})


def test_rows_of_dropped_phrases_go() -> None:
    """The others, those of single words and the numbers of the topics stay."""
    kept = topics.drop_rows(LEARNT, {"oak", "unknown"})
    assert kept == topics.LearntWeights(
        ("a", "b"), (1, 2), {"rake": (5, 6)}, words=LEARNT.words, titled=LEARNT.titled
    )


SHORE = tuple(
    Topic(id=name, name=name.upper(), words=(f"w{name}", "pier, quay")) for name in "abcd"
)
SEEN = "Pier and Quay"  # speaks for all topics alike
_ALIKE = [("a", 0.25), ("b", 0.25), ("c", 0.25), ("d", 0.25)]


def _shore(
    words: dict[str, dict[str, int]],
    titled: dict[str, dict[str, int]],
    shown: tuple[Topic, ...] = SHORE,
) -> topics.Lexicon:
    """Compile topics with learnt words, given by their units for each topic."""

    def spelled(rows: dict[str, dict[str, int]]) -> dict[str, str]:
        return {
            word: "".join(chr(ord(NONE) + units.get(topic.id, 0)) for topic in SHORE)
            for word, units in rows.items()
        }

    ids = tuple(topic.id for topic in SHORE)
    weights = topics.LearntWeights(ids, (0,) * 4, {}, spelled(words), spelled(titled))
    return topics.compile_lexicon(shown, weights)


def _ranked(lexicon: topics.Lexicon, title: str, abstract: str = "") -> list[tuple[str, float]]:
    return topics.rank_topics(lexicon, topics.find_evidence(lexicon, title, abstract))


def test_a_learnt_word_counts_where_it_was_learnt() -> None:
    """Once, however often it is there: in the title and in the abstract for itself."""
    lexicon = _shore(words={"tide": {"b": 9}}, titled={"tide": {"c": 9}})
    assert _ranked(lexicon, SEEN) == _ALIKE
    assert _ranked(lexicon, SEEN, "The tide.")[0][0] == "b"
    assert _ranked(lexicon, f"{SEEN}: The Tide")[0][0] == "c"
    assert _ranked(lexicon, SEEN, "Tide-driven tide.") == _ranked(lexicon, SEEN, "A tide.")
    assert _ranked(lexicon, SEEN, "The tides.") == _ALIKE


def test_learnt_words_alone_place_no_paper() -> None:
    """A reader must see a phrase of the topic; words decide among topics with phrases."""
    lexicon = _shore(words={"tide": {"b": 40}}, titled={"tide": {"b": 40}})
    assert topics.place(lexicon, "The Tide", "A tide.").topic == topics.OTHER
    assert topics.place(lexicon, "The wa", "A tide.").topic == "a"


_units = st.dictionaries(st.sampled_from("abcd"), st.integers(-42, 42), max_size=4)
_rows = st.dictionaries(st.sampled_from("efghij"), _units, max_size=6)
_texts = st.lists(st.sampled_from("efghijk"), max_size=12)


@given(words=_rows, titled=_rows, title=_texts, abstract=_texts)
def test_words_add_up_to_plain_sums(
    words: dict[str, dict[str, int]],
    titled: dict[str, dict[str, int]],
    title: list[str],
    abstract: list[str],
) -> None:
    """The likelihoods are the softmax of the plain sums, for words in any order."""
    lexicon = _shore(words, titled)
    ranked = dict(_ranked(lexicon, f"{SEEN} {' '.join(title)}", " ".join(abstract)))
    powers = {
        topic: 2.718281828459045
        ** (
            UNIT * sum(titled.get(word, {}).get(topic, 0) for word in set(title))
            + UNIT * sum(words.get(word, {}).get(topic, 0) for word in set(abstract))
        )
        for topic in "abcd"
    }
    expected = {topic: power / sum(powers.values()) for topic, power in powers.items()}
    assert ranked == pytest.approx(expected)


@given(words=_rows, abstract=_texts, order=st.permutations(SHORE))
def test_the_order_of_the_topics_changes_no_likelihood(
    words: dict[str, dict[str, int]], abstract: list[str], order: list[Topic]
) -> None:
    """Rows go with their topics."""
    one, other = _shore(words, {}), _shore(words, {}, tuple(order))
    abstract_text = " ".join(abstract)
    assert dict(_ranked(one, SEEN, abstract_text)) == pytest.approx(
        dict(_ranked(other, SEEN, abstract_text))
    )


@given(words=_rows, abstract=_texts)
def test_a_removed_topic_without_words_in_the_paper_changes_nothing(
    words: dict[str, dict[str, int]], abstract: list[str]
) -> None:
    """The others keep their rows, and their evidence is the same."""
    text = " ".join(["wa", "wb", *abstract])
    with_it, without = _shore(words, {}), _shore(words, {}, (*SHORE[:2], SHORE[3]))
    assert topics.place(with_it, "Untitled", text) == topics.place(without, "Untitled", text)
