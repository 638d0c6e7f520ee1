"""Topics: invented papers are placed under one, with the words that decided."""

from __future__ import annotations

import os
import pathlib
import subprocess
import sys
import tomllib

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import topics
from digest.model.topic_settings import Phrase, Topic

CONFIG = pathlib.Path(__file__).resolve().parents[2] / "config"

GARDEN = (
    Topic(
        id="roses",
        name="Roses",
        strong=("rose, climbing rose",),
        words=("thorn", Phrase("petal", 3.0)),
        weak=("flower",),
        not_words=("compass rose",),
    ),
    Topic(id="trees", name="Trees", strong=("oak, beech",), words=("leaf, bark, bush",)),
    Topic(id="tools", name="Tools", words=("spade, rake, compass rose",), categories=("gd.TL",)),
)
INVENTED = (
    ("Quiet Quills: 3-bit Weight Quantization without Calibration", "compression"),
    ("Larkspur: Text-to-Image Diffusion Models that Paint Slowly", "generation"),
    ("A Gardener's Robot: Dexterous Manipulation of Watering Cans", "robotics"),
    ("Whispering Kettles: Speech Recognition in Noisy Kitchens", "audio"),
    ("Moss: Graph Neural Networks for Link Prediction", "structured"),
    ("Jailbreak Attacks against Polite Language Models", "safety"),
    ("Stove: Theorem Proving in Lean with Long Chains of Thought", "reasoning"),
    ("Pipeline Parallelism for LLM Training on Borrowed GPU Clusters", "systems"),
    ("Teapot: Program Repair at the Repository Level", "code"),
    ("Join Order and Cardinality Estimation in a Very Small Database", "databases"),
)


@pytest.fixture(scope="module")
def garden() -> topics.Lexicon:
    """Return a lexicon of three own topics."""
    return topics.compile_lexicon(GARDEN)


@pytest.fixture(scope="module")
def shipped() -> topics.Lexicon:
    """Return the shipped topics with the weights learnt for them."""
    defined = tomllib.loads((CONFIG / "topics.toml").read_text(encoding="utf-8"))["topic"]
    raw = (CONFIG / "topics-weights.json").read_bytes()
    return topics.compile_lexicon(
        msgspec.convert(defined, tuple[Topic, ...]), topics.LearntWeights.decode(raw)
    )


def test_own_topics_place_papers_by_their_words(garden: topics.Lexicon) -> None:
    """The reasons are the phrases that decided, those that count most first."""
    placed = topics.place(garden, "On Oaks", "An oak has a leaf. A rake helps with the leaf.")
    assert placed.topic == "trees"
    assert placed.reasons == ("“oak” in the title", "“leaf”")


def test_a_paper_without_a_word_of_any_topic_is_placed_under_other(garden: topics.Lexicon) -> None:
    """The reason states that nothing was found."""
    assert topics.Placement("other", reasons=(topics.NOTHING_FOUND,)) == topics.place(
        garden, "Clouds", None
    )


def test_a_paper_with_words_against_a_topic_is_not_placed_there() -> None:
    """With no other word it stands under Other."""
    against = topics.compile_lexicon((Topic(id="a", name="A", not_words=("cloud",)),))
    assert topics.OTHER == topics.place(against, "Clouds", "A cloud.").topic


def test_an_empty_topics_file_places_every_paper_under_other() -> None:
    """It is no error."""
    assert topics.OTHER == topics.place(topics.compile_lexicon(()), "Oaks", "A leaf.").topic


def test_a_longer_phrase_hides_the_shorter_one_inside_it(garden: topics.Lexicon) -> None:
    """A compass rose is a tool, and not a rose."""
    assert topics.place(garden, "The Compass Rose", None).topic == "tools"
    assert topics.place(garden, "The Climbing Rose", None).reasons == (
        "“climbing rose” in the title",
    )


def test_phrases_next_to_each_other_are_both_found(garden: topics.Lexicon) -> None:
    """The blank between them belongs to both."""
    evidence = topics.find_evidence(garden, "rose oak thorn", None)
    assert {"rose", "oak", "thorn"} == {garden.phrases[n] for n in evidence.strengths}


@pytest.mark.parametrize("title", ["ROSES", "a rose-thorn", "(rose).", "“Rose”—thorns", "bushes"])
def test_case_hyphen_and_plural_make_no_difference(garden: topics.Lexicon, title: str) -> None:
    """Variants of a phrase are found like the phrase itself."""
    assert topics.place(garden, title, None).reasons


@pytest.mark.parametrize("title", ["prose", "roseate", "barking"])
def test_a_phrase_is_not_found_inside_a_word(garden: topics.Lexicon, title: str) -> None:
    """It matches whole words only."""
    assert topics.OTHER == topics.place(garden, title, None).topic


def test_a_phrase_is_found_across_two_lines(garden: topics.Lexicon) -> None:
    """Raw texts are wrapped and indented."""
    assert topics.place(garden, "A climbing\n  rose", None).reasons == (
        "“climbing rose” in the title",
    )


def test_a_word_in_the_title_outweighs_two_in_the_abstract(garden: topics.Lexicon) -> None:
    """It counts as six."""
    assert topics.place(garden, "The Oak", "A rose, and one more rose.").topic == "trees"


def test_an_equally_likely_second_topic_is_named(garden: topics.Lexicon) -> None:
    """Of two topics with the same evidence, the first in the file comes first."""
    placed = topics.place(garden, "A Rose and an Oak", None)
    assert ("roses", ("trees",), 0.5) == (placed.topic, placed.also, placed.score)


def test_only_one_topic_is_named_beside_the_first(garden: topics.Lexicon) -> None:
    """Here three topics are equally likely."""
    assert ("trees",) == topics.place(garden, "Thorn, Leaf and Spade", None).also


def test_a_topic_with_little_of_the_evidence_is_not_considered(garden: topics.Lexicon) -> None:
    """It has less than about a third of that of the best."""
    placed = topics.place(garden, "Untitled", "A rose, a rose, a rose and a spade.")
    assert ("roses", 1.0) == (placed.topic, placed.score)


def test_a_phrase_counts_by_its_list_and_is_divided_among_its_topics() -> None:
    """A strong phrase counts as two, a weak one as half."""
    shore = topics.compile_lexicon(
        (
            Topic(id="a", name="A", words=("kelp, gull",)),
            Topic(id="b", name="B", strong=("lock",), words=("gull",), weak=("pier",)),
        )
    )
    expected = {"kelp": [1.0, 0.0], "gull": [0.5, 0.5], "pier": [0.0, 0.5], "lock": [0.0, 2.0]}
    assert expected == {word: topics.find_evidence(shore, "", word).scores for word in expected}


def test_title_and_abstract_count_together(garden: topics.Lexicon) -> None:
    """A word in the title counts six times, and once for each time in the abstract."""
    (strength,) = topics.find_evidence(garden, "Oak", "The oak and the oak.").strengths.values()
    assert pytest.approx(8**0.5) == strength


def test_a_phrase_comes_before_an_equal_plural_of_another() -> None:
    """The order of the topics makes no difference."""
    forms = (
        Topic(id="a", name="A", words=("base",)),
        Topic(id="b", name="B", words=("bases",)),
    )
    for lexicon in (topics.compile_lexicon(forms), topics.compile_lexicon(forms[::-1])):
        assert "b" == topics.place(lexicon, "Bases", None).topic
        assert "a" == topics.place(lexicon, "The Base", None).topic


def test_a_single_possible_topic_is_certain(garden: topics.Lexicon) -> None:
    """There is no second one."""
    placed = topics.place(garden, "A Rose", "With a thorn.")
    assert ((), 1.0) == (placed.also, placed.score)


def test_a_phrase_with_an_own_weight_counts_more(garden: topics.Lexicon) -> None:
    """It comes before a plain phrase that was found as often."""
    assert topics.place(garden, "Thorn and Petal", None).reasons == (
        "“petal” in the title",
        "“thorn” in the title",
    )


def test_the_first_category_counts_like_a_word_in_the_title(garden: topics.Lexicon) -> None:
    """It counts for the topic that lists it; further categories do not count."""
    assert topics.place(garden, "Untitled", None, ("gd.TL",)).topic == "tools"
    assert topics.OTHER == topics.place(garden, "Untitled", None, ("gd.X", "gd.TL")).topic


def test_empty_phrases_are_ignored() -> None:
    """So are phrases that consist of marks."""
    sloppy = topics.compile_lexicon((Topic(id="a", name="A", words=("oak, , !?,", "")),))
    assert ("oak",) == sloppy.phrases
    assert topics.OTHER == topics.place(sloppy, "Two words", None).topic


@pytest.mark.parametrize("title", ["leaf oak", "leaf oak tree", "the leaf oak oaken", "oak"])
def test_a_longer_phrase_that_is_not_there_hides_nothing(title: str) -> None:
    """A paper has only its beginning, at the end of the text too."""
    lexicon = topics.compile_lexicon(
        (Topic(id="a", name="A", words=("oak", "leaf oak oak house", "oak oak")),)
    )
    assert topics.place(lexicon, title, None).reasons == ("“oak” in the title",)


_phrases = st.lists(st.sampled_from("abc"), min_size=1, max_size=4).map(" ".join)


@given(
    listed=st.lists(_phrases, min_size=1, max_size=6, unique=True),
    words=st.lists(st.sampled_from("abcd"), max_size=12),
)
def test_phrases_are_found_from_left_to_right_the_longest_first(
    listed: list[str], words: list[str]
) -> None:
    """As one finds them by hand, word after word."""
    expected, at = [], 0
    while at < len(words):
        ends = range(at + 1, len(words) + 1)
        length = max((end - at for end in ends if " ".join(words[at:end]) in listed), default=0)
        if length:
            expected.append(" ".join(words[at : at + length]))
        at += length or 1
    lexicon = topics.compile_lexicon((Topic(id="a", name="A", words=tuple(listed)),))
    found = topics.find_phrases(lexicon, f" {' '.join(words)} ")
    assert expected == [lexicon.phrases[number] for number in found]


def test_at_most_five_reasons() -> None:
    """Seven phrases were found."""
    many = topics.compile_lexicon((Topic(id="a", name="A", words=("b, c, d, e, f, g, h",)),))
    assert len(topics.place(many, "b c d e f g h", None).reasons) == 5


def test_learnt_corrections_go_by_the_id_of_the_topic(garden: topics.Lexicon) -> None:
    """Those for other topics are ignored, those for these topics decide."""
    strange = topics.LearntWeights(("x",), (90,), {})
    assert topics.compile_lexicon(GARDEN, strange).bias == (0, 0, 0)
    others = topics.LearntWeights(("tools", "bushes", "roses"), (1, 2, 3), {"oak": (4, 5, 6)})
    some = topics.compile_lexicon(GARDEN, others)
    assert some.bias == (3, 0, 1)
    assert [*some.corrections.values()] == [(6, 0, 4)]
    fitting = topics.LearntWeights(("roses", "trees", "tools"), (0, 0, 0), {"oak": (-50, 50, 0)})
    learnt = topics.compile_lexicon(GARDEN, fitting)
    assert topics.place(garden, "A Rose and an Oak", None).topic == "roses"
    assert topics.place(learnt, "A Rose and an Oak", None).topic == "trees"


def test_a_broken_weights_file_is_an_error() -> None:
    """It is not read in part."""
    with pytest.raises(msgspec.DecodeError):
        topics.LearntWeights.decode(b'{"topics": ["a"], "bias": ["b"]}')


def test_shipped_weights_fit_the_shipped_topics(shipped: topics.Lexicon) -> None:
    """They have a number per topic, and every phrase exists."""
    learnt = topics.LearntWeights.decode((CONFIG / "topics-weights.json").read_bytes())
    assert learnt.bias == shipped.bias
    assert {25} == {len(row) for row in learnt.phrases.values()}
    assert learnt.phrases == {shipped.phrases[n]: row for n, row in shipped.corrections.items()}


@pytest.mark.parametrize(("title", "topic"), INVENTED)
def test_the_shipped_topics_place_a_plain_title(
    shipped: topics.Lexicon, title: str, topic: str
) -> None:
    """It stands where a reader would look for it."""
    assert topic == topics.place(shipped, title, None).topic


def test_a_placement_is_the_same_in_every_process() -> None:
    """Hash seed and locale make no difference."""
    script = (
        "import pathlib, tomllib, msgspec\n"
        "from digest.editorial import topics\nfrom digest.model.topic_settings import Topic\n"
        f"raw = tomllib.loads(pathlib.Path({str(CONFIG / 'topics.toml')!r}).read_text('utf-8'))\n"
        "defined = msgspec.convert(raw['topic'], tuple[Topic, ...])\n"
        "lexicon = topics.compile_lexicon(defined)\n"
        "print(ascii(topics.place(lexicon, 'Pruning Robots', 'A quantized policy.')))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": locale},
            cwd=CONFIG.parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed, locale in (("0", "C"), ("1", "C.UTF-8"), ("77", "POSIX"))
    }
    assert len(outputs) == 1


@given(st.text(), st.none() | st.text())
def test_any_text_gets_a_placement(title: str, abstract: str | None) -> None:
    """It has a topic, a reason, and a likelihood between 0 and 1."""
    lexicon = topics.compile_lexicon(GARDEN)
    placed = topics.place(lexicon, title, abstract)
    assert placed.topic in (*lexicon.topics, topics.OTHER)
    assert placed.reasons
    assert 0.0 <= placed.score <= 1.0
    assert placed.topic not in placed.also


@given(st.lists(st.sampled_from("rose oak thorn rake compass bush".split()), max_size=12))
def test_the_ranking_begins_with_the_placement(words: list[str]) -> None:
    """The likeliest topic comes first; without a word of any topic the ranking is empty."""
    lexicon = topics.compile_lexicon(GARDEN)
    evidence = topics.find_evidence(lexicon, " ".join(words), None)
    ranked = topics.rank_topics(lexicon, evidence)
    placed = topics.place(lexicon, " ".join(words), None)
    assert placed.topic == (ranked[0][0] if ranked else topics.OTHER)
    likelihoods = [likelihood for _, likelihood in ranked]
    assert sorted(likelihoods, reverse=True) == likelihoods


@given(st.lists(st.sampled_from("rose oak thorn rake bush".split()), min_size=1, max_size=12))
def test_a_phrase_can_be_taken_out_of_the_evidence(words: list[str]) -> None:
    """The rest is as if the paper did not have it."""
    lexicon = topics.compile_lexicon(GARDEN)
    phrase = words[0]
    evidence = topics.find_evidence(lexicon, "", " ".join(words))
    reduced = topics.without_phrase(lexicon, evidence, lexicon.phrases.index(phrase))
    others = " ".join(word for word in words if word != phrase)
    expected = topics.find_evidence(lexicon, "", others)
    assert expected.strengths == reduced.strengths
    assert reduced.scores == pytest.approx(expected.scores)


@given(st.lists(st.sampled_from("rose climbing oak thorn compass bush a of".split()), max_size=12))
def test_phrases_are_found_from_left_to_right(words: list[str]) -> None:
    """At each word the longest phrase is taken."""
    lexicon = topics.compile_lexicon(GARDEN)
    expected, at = set(), 0
    while at < len(words):
        size = next((n for n in (2, 1) if " ".join(words[at : at + n]) in lexicon.phrases), 0)
        if size:
            expected.add(" ".join(words[at : at + size]))
        at += max(1, size)
    evidence = topics.find_evidence(lexicon, " ".join(words), None)
    assert expected == {lexicon.phrases[n] for n in evidence.strengths}
