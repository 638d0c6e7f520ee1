"""Topics: invented papers find their heading, with the words that put them there."""

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
from digest.model import settings

CONFIG = pathlib.Path(__file__).resolve().parents[2] / "config"

GARDEN = (
    settings.Topic(
        id="roses",
        name="Roses",
        strong=("rose, climbing rose",),
        words=("thorn", settings.Phrase("petal", 3.0)),
        weak=("flower",),
        not_words=("compass rose",),
    ),
    settings.Topic(id="trees", name="Trees", strong=("oak, beech",), words=("leaf, bark, bush",)),
    settings.Topic(
        id="tools", name="Tools", words=("spade, rake, compass rose",), categories=("gd.TL",)
    ),
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
    """A lexicon of somebody's own three topics."""
    return topics.compile(GARDEN)


@pytest.fixture(scope="module")
def shipped() -> topics.Lexicon:
    """The shipped topics with what was learnt for them."""
    defined = tomllib.loads((CONFIG / "topics.toml").read_text(encoding="utf-8"))["topic"]
    raw = (CONFIG / "topics-weights.json").read_bytes()
    return topics.compile(
        msgspec.convert(defined, tuple[settings.Topic, ...]), topics.Learnt.decode(raw)
    )


def test_own_topics_work_from_their_words_alone(garden: topics.Lexicon) -> None:
    """Three topics of one's own place papers, with the phrases that decided, heaviest first."""
    placed = topics.place(garden, "On Oaks", "An oak has a leaf. A rake helps with the leaf.")
    assert placed.topic == "trees"
    assert placed.reasons == ("“oak” in the title", "“leaf”")


def test_nothing_found_is_other(garden: topics.Lexicon) -> None:
    """A paper without a word of any topic goes under Other, and the reason says so."""
    assert topics.Placement("other", reasons=(topics.NOTHING_FOUND,)) == topics.place(
        garden, "Clouds", None
    )


def test_only_words_against_are_no_reason() -> None:
    """A paper that only has words against a topic is not put there."""
    against = topics.compile((settings.Topic(id="a", name="A", not_words=("cloud",)),))
    assert topics.OTHER == topics.place(against, "Clouds", "A cloud.").topic


def test_no_topics_at_all() -> None:
    """An empty topics file places everything under Other."""
    assert topics.OTHER == topics.place(topics.compile(()), "Oaks", "A leaf.").topic


def test_longer_phrase_hides_the_shorter(garden: topics.Lexicon) -> None:
    """A compass rose is a tool, and no rose at all."""
    assert topics.place(garden, "The Compass Rose", None).topic == "tools"
    assert topics.place(garden, "The Climbing Rose", None).reasons == (
        "“climbing rose” in the title",
    )


def test_phrases_next_to_each_other_are_both_found(garden: topics.Lexicon) -> None:
    """A word that ends one phrase does not keep its neighbour from being found."""
    found = topics.evidence(garden, "rose oak thorn", None)
    assert {"rose", "oak", "thorn"} == {garden.phrases[n] for n in found.strengths}


@pytest.mark.parametrize("title", ["ROSES", "a rose-thorn", "(rose).", "“Rose”—thorns", "bushes"])
def test_case_hyphen_and_plural_make_no_difference(garden: topics.Lexicon, title: str) -> None:
    """Spelling variants of a phrase are the phrase."""
    assert topics.place(garden, title, None).reasons


@pytest.mark.parametrize("title", ["prose", "roseate", "barking"])
def test_parts_of_words_do_not_count(garden: topics.Lexicon, title: str) -> None:
    """A phrase is made of whole words."""
    assert topics.OTHER == topics.place(garden, title, None).topic


def test_wrapped_lines_make_no_difference(garden: topics.Lexicon) -> None:
    """A phrase that a raw text breaks over two lines is found."""
    assert topics.place(garden, "A climbing\n  rose", None).reasons == (
        "“climbing rose” in the title",
    )


def test_title_outweighs_a_mention(garden: topics.Lexicon) -> None:
    """One word in the title counts more than another one twice in the abstract."""
    assert topics.place(garden, "The Oak", "A rose, and one more rose.").topic == "trees"


def test_close_second_is_named(garden: topics.Lexicon) -> None:
    """When two topics have the same evidence the second is shown, and no more."""
    placed = topics.place(garden, "A Rose and an Oak", None)
    assert ("roses", ("trees",), 0.5) == (placed.topic, placed.also, placed.score)


def test_clear_case_has_no_second(garden: topics.Lexicon) -> None:
    """Evidence for one topic alone is certain."""
    placed = topics.place(garden, "A Rose", "With a thorn.")
    assert ((), 1.0) == (placed.also, placed.score)


def test_own_weight(garden: topics.Lexicon) -> None:
    """A phrase with a weight of its own comes before a plain one found as often."""
    assert topics.place(garden, "Thorn and Petal", None).reasons == (
        "“petal” in the title",
        "“thorn” in the title",
    )


def test_category_speaks_like_a_word_of_the_title(garden: topics.Lexicon) -> None:
    """A paper's first category counts for the topic that names it; others do not."""
    assert topics.place(garden, "Untitled", None, ("gd.TL",)).topic == "tools"
    assert topics.OTHER == topics.place(garden, "Untitled", None, ("gd.X", "gd.TL")).topic


def test_empty_phrases_are_nothing() -> None:
    """A comma too many or a phrase of marks alone finds nothing."""
    sloppy = topics.compile((settings.Topic(id="a", name="A", words=("oak, , !?,", "")),))
    assert ("oak",) == sloppy.phrases
    assert topics.OTHER == topics.place(sloppy, "Two words", None).topic


def test_at_most_five_reasons() -> None:
    """A page shows no more than five reasons."""
    many = topics.compile((settings.Topic(id="a", name="A", words=("b, c, d, e, f, g, h",)),))
    assert len(topics.place(many, "b c d e f g h", None).reasons) == 5


def test_learnt_corrections_need_their_topics(garden: topics.Lexicon) -> None:
    """What was learnt for other topics is left aside; what was learnt for these decides."""
    strange = topics.Learnt(("x",), (90,), {})
    assert topics.compile(GARDEN, strange).bias == (0, 0, 0)
    fitting = topics.Learnt(("roses", "trees", "tools"), (0, 0, 0), {"oak": (-50, 50, 0)})
    learnt = topics.compile(GARDEN, fitting)
    assert topics.place(garden, "A Rose and an Oak", None).topic == "roses"
    assert topics.place(learnt, "A Rose and an Oak", None).topic == "trees"


def test_broken_weights_file() -> None:
    """A file that is no weights file is refused, not half read."""
    with pytest.raises(msgspec.DecodeError):
        topics.Learnt.decode(b'{"topics": ["a"], "bias": ["b"]}')


def test_shipped_weights_fit_the_shipped_topics(shipped: topics.Lexicon) -> None:
    """The learnt corrections apply, have a number per topic, and name phrases that exist."""
    learnt = topics.Learnt.decode((CONFIG / "topics-weights.json").read_bytes())
    assert learnt.bias == shipped.bias
    assert {25} == {len(row) for row in learnt.phrases.values()}
    assert learnt.phrases == {shipped.phrases[n]: row for n, row in shipped.corrections.items()}


@pytest.mark.parametrize(("title", "topic"), INVENTED)
def test_shipped_topics(shipped: topics.Lexicon, title: str, topic: str) -> None:
    """A plain title goes where a reader looks for it."""
    assert topic == topics.place(shipped, title, None).topic


def test_same_in_every_process() -> None:
    """Hash seeds and locales do not change a placement."""
    script = (
        "import pathlib, tomllib, msgspec\n"
        "from digest.editorial import topics\nfrom digest.model import settings\n"
        f"raw = tomllib.loads(pathlib.Path({str(CONFIG / 'topics.toml')!r}).read_text('utf-8'))\n"
        "defined = msgspec.convert(raw['topic'], tuple[settings.Topic, ...])\n"
        "lexicon = topics.compile(defined)\n"
        "print(ascii(topics.place(lexicon, 'Pruning Robots', 'A quantized policy.')))\n"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": place},
            cwd=CONFIG.parent,
            capture_output=True,
            check=True,
        ).stdout
        for seed, place in (("0", "C"), ("1", "C.UTF-8"), ("77", "POSIX"))
    }
    assert len(outputs) == 1


@given(st.text(), st.none() | st.text())
def test_any_text_gets_a_placement(title: str, abstract: str | None) -> None:
    """Whatever the words, there is a topic, a reason, and a likelihood between 0 and 1."""
    lexicon = topics.compile(GARDEN)
    placed = topics.place(lexicon, title, abstract)
    assert placed.topic in (*lexicon.topics, topics.OTHER)
    assert placed.reasons
    assert 0.0 <= placed.score <= 1.0
    assert placed.topic not in placed.also


@given(st.lists(st.sampled_from("rose oak thorn rake compass bush".split()), max_size=12))
def test_contenders_begin_with_the_placement(words: list[str]) -> None:
    """They are likely in falling order, and without a word of any topic there are none."""
    lexicon = topics.compile(GARDEN)
    found = topics.evidence(lexicon, " ".join(words), None)
    likely = topics.contenders(lexicon, found)
    placed = topics.place(lexicon, " ".join(words), None)
    assert placed.topic == (likely[0][0] if likely else topics.OTHER)
    assert sorted((odds for _, odds in likely), reverse=True) == [odds for _, odds in likely]


@given(st.lists(st.sampled_from("rose oak thorn rake bush".split()), min_size=1, max_size=12))
def test_without_a_phrase_the_rest_speaks(words: list[str]) -> None:
    """As if the word did not stand there."""
    lexicon = topics.compile(GARDEN)
    gone = words[0]
    found = topics.evidence(lexicon, "", " ".join(words))
    left = topics.without(lexicon, found, lexicon.phrases.index(gone))
    rest = topics.evidence(lexicon, "", " ".join(word for word in words if word != gone))
    assert rest.strengths == left.strengths
    assert left.scores == pytest.approx(rest.scores)


@given(st.lists(st.sampled_from("rose climbing oak thorn compass bush a of".split()), max_size=12))
def test_matching_is_leftmost_longest(words: list[str]) -> None:
    """What is found is what a left-to-right reading finds, taking the longest phrase each time."""
    lexicon = topics.compile(GARDEN)
    expected, at = set(), 0
    while at < len(words):
        size = next((n for n in (2, 1) if " ".join(words[at : at + n]) in lexicon.phrases), 0)
        if size:
            expected.add(" ".join(words[at : at + size]))
        at += max(1, size)
    found = topics.evidence(lexicon, " ".join(words), None)
    assert expected == {lexicon.phrases[n] for n in found.strengths}
