"""Changes to the shipped topics: what they do, what they name, and what they never touch."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from digest.editorial import topics
from digest.editorial.topics import overlay
from digest.errors import SettingsError
from digest.model.topic_settings import Phrase, Topic, TopicChange

GARDEN = (
    Topic(
        id="trees",
        name="Trees",
        about="What has a trunk",
        strong=("oak, Beech-Tree",),
        words=("leaf", Phrase("bark, root", 3)),
        weak=("shade",),
        categories=("q-bio.PE",),
    ),
    Topic(id="roses", name="Roses", words=("rose, leaf", "thorn"), not_words=("root",)),
    Topic(id="tools", name="Tools", strong=("rake",), words=("spade, garden hose",)),
)


def change(*changes: TopicChange) -> overlay.ChangedTopics:
    """Make these changes to the topics of the garden."""
    return overlay.change_topics(GARDEN, changes, "topics.toml")


def changed(change_: TopicChange) -> tuple[Topic, overlay.TopicDifference]:
    """Make one change to the first topic of the garden."""
    after = change(change_)
    assert after.topics[1:] == GARDEN[1:]
    (difference,) = after.differences
    assert difference.topic == "trees"
    return after.topics[0], difference


def test_no_change_changes_nothing() -> None:
    """Nor does one that says what is so already."""
    assert change() == overlay.ChangedTopics(GARDEN, frozenset(), ())
    same, difference = changed(TopicChange(id="trees", strong=("OAK",), weak=("shade",)))
    assert difference == overlay.TopicDifference(topic="trees")
    assert topics.compile_lexicon((same,)).phrases == topics.compile_lexicon(GARDEN[:1]).phrases


def test_what_is_named_is_replaced() -> None:
    """Name, line and categories, and each alone."""
    topic, difference = changed(TopicChange(id="trees", name="Woods", categories=()))
    assert (topic.name, topic.about, topic.categories) == ("Woods", "What has a trunk", ())
    assert difference.overridden == ("name", "categories")
    topic, difference = changed(TopicChange(id="trees", about=""))
    assert (topic.name, topic.about, topic.categories) == ("Trees", "", ("q-bio.PE",))
    assert difference.overridden == ("about",)


def test_phrases_are_added_with_the_strength_of_their_list() -> None:
    """`add` is the same as `words`."""
    topic, difference = changed(
        TopicChange(id="trees", add=("elm",), words=("fir, yew",), weak=(Phrase("ivy", 2),))
    )
    assert topic.words == ("leaf", Phrase("bark, root", 3), "fir, yew", "elm")
    assert topic.weak == ("shade", Phrase("ivy", 2))
    assert difference.added == ("fir", "yew", "elm", "ivy")
    assert change(TopicChange(id="trees", add=("elm",))).touched == {topics.phrase_key("elm")}


def test_a_phrase_that_is_there_gets_the_new_strength() -> None:
    """However it is written; the others of its entry stay."""
    topic, difference = changed(TopicChange(id="trees", weak=("beech tree, LEAF",), add=("root",)))
    assert topic.strong == ("oak",)
    assert topic.words == (Phrase("bark", 3), "root")
    assert topic.weak == ("shade", "beech tree, LEAF")
    assert difference.moved == ("root", "beech tree", "LEAF")
    assert difference.added == ()


def test_dropped_phrases_are_gone_from_their_topic_alone() -> None:
    """They are found in any case and with any hyphens, several in one entry too."""
    topic, difference = changed(TopicChange(id="trees", drop=("beech tree", "Leaf, bark")))
    assert topic.strong == ("oak",)
    assert topic.words == (Phrase("root", 3),)
    assert difference.dropped == ("Beech-Tree", "leaf", "bark")


def test_a_phrase_that_is_dropped_and_added_is_moved() -> None:
    """It is named once."""
    _, difference = changed(TopicChange(id="trees", drop=("oak",), weak=("oak",)))
    assert difference == overlay.TopicDifference(topic="trees", moved=("oak",))


def test_a_topic_can_be_removed_and_a_new_one_comes_last() -> None:
    """Phrases of the removed one are not touched: other topics have them as before."""
    after = change(
        TopicChange(id="boats", name="Boats", strong=("ferry",)),
        TopicChange(id="roses", remove=True),
    )
    assert ["trees", "tools", "boats"] == [topic.id for topic in after.topics]
    assert after.topics[2] == Topic(id="boats", name="Boats", strong=("ferry",))
    assert after.differences == (
        overlay.TopicDifference(topic="boats", is_new=True, added=("ferry",)),
        overlay.TopicDifference(topic="roses", is_removed=True),
    )
    assert after.touched == {topics.phrase_key("ferry")}


def test_a_category_speaks_for_the_topic_that_took_it() -> None:
    """It is taken from the one that had it, wherever that stands."""
    after = change(TopicChange(id="roses", categories=("q-bio.PE",)))
    assert [(), ("q-bio.PE",), ()] == [topic.categories for topic in after.topics]


@pytest.mark.parametrize(
    ("wrong", "key", "reason", "hint"),
    [
        (TopicChange(id="tress"), "topic 'tress'", "no such topic", "did you mean trees?"),
        (TopicChange(id="zzz"), "topic 'zzz'", "no such topic", "a new topic needs a name"),
        (TopicChange(id="tress", remove=True), "topic 'tress'.remove", "no such", "mean trees?"),
        (TopicChange(id="trees", remove=True, add=("x",)), "topic 'trees'.remove", "other", ""),
        (TopicChange(id="trees", drop=("leef",)), "topic 'trees'.drop", "'leef'", "mean leaf?"),
        (TopicChange(id="trees", drop=("oaks",)), "topic 'trees'.drop", "'oaks'", "mean oak?"),
        (TopicChange(id="trees", drop=("rose",)), "topic 'trees'.drop", "'rose'", ""),
        (TopicChange(id="trees", drop=("Beech Tre",)), "topic 'trees'.drop", "Tre", "beech tree?"),
        (TopicChange(id="new", name="N", drop=("x",)), "topic 'new'.drop", "no phrase 'x'", ""),
    ],
)
def test_what_is_not_there_cannot_be_changed(
    wrong: TopicChange, key: str, reason: str, hint: str
) -> None:
    """The error names the file, the topic with the key, and the nearest."""
    with pytest.raises(SettingsError) as raised:
        change(wrong)
    assert ("topics.toml", key) == (raised.value.file, raised.value.key)
    assert reason in raised.value.reason
    assert hint in raised.value.hint


WORDS = ("oak", "leaf", "bark", "root", "rose", "thorn", "rake", "hose", "garden", "elm", "sea")
phrases = st.lists(st.sampled_from(WORDS), min_size=1, max_size=3).map(" ".join)
entries = st.lists(phrases, max_size=3).map(tuple)
lists = st.tuples(entries, entries, entries, entries)
topic_lists = st.lists(lists, min_size=1, max_size=5).map(
    lambda made: tuple(Topic(f"t{number}", "T", "", *four) for number, four in enumerate(made))
)


@st.composite
def overlays(draw: st.DrawFn, shipped: Sequence[Topic]) -> list[TopicChange]:
    """Draw changes to these topics: some phrases dropped, some added, one removed, one new."""
    made = [TopicChange(id="new", name="New", strong=draw(entries), weak=draw(entries))]
    for topic in shipped:
        present = sorted({key.strip() for key, _, _ in topics.topic_phrases(topic)})
        kind = draw(st.sampled_from(("none", "remove", "change")))
        if kind == "remove":
            made.append(TopicChange(id=topic.id, remove=True))
        elif kind == "change":
            drop = draw(st.lists(st.sampled_from(present), max_size=2)) if present else []
            made.append(
                TopicChange(
                    id=topic.id,
                    about="Other",
                    add=draw(entries),
                    strong=draw(entries),
                    weak=draw(entries),
                    not_words=draw(entries),
                    drop=tuple(drop),
                )
            )
    return made


def without_phrases(lexicon: topics.Lexicon, words: Sequence[str]) -> str:
    """Return a text of these words, without those that would complete a phrase."""
    text = ""
    for word in words:
        if not topics.find_evidence(lexicon, longer := f"{text} {word}", None).strengths:
            text = longer
    return text


@given(data=st.data())
def test_a_paper_without_a_touched_phrase_stays_where_it_is(data: st.DataObject) -> None:
    """Whatever is added, dropped and removed: topic, second topic, score and reasons are equal."""
    shipped = data.draw(topic_lists)
    numbers = st.integers(-40, 40)
    learnt = topics.LearntWeights(
        tuple(topic.id for topic in shipped),
        tuple(data.draw(numbers) for _ in shipped),
        {
            phrase: tuple(data.draw(numbers) for _ in shipped)
            for phrase in topics.compile_lexicon(shipped).phrases
        },
    )
    changes = data.draw(overlays(shipped))
    after = overlay.change_topics(shipped, changes, "topics.toml")
    removed = {change.id for change in changes if change.remove}
    concerned = topics.compile_lexicon(
        [
            *(topic for topic in shipped if topic.id in removed),
            Topic(id="touched", name="T", words=tuple(after.touched)),
        ]
    )
    words = st.lists(st.sampled_from([*WORDS, "of", "oaks", "roses,"]), min_size=1, max_size=8)
    title, abstract = (without_phrases(concerned, data.draw(words)) for _ in range(2))
    kept = topics.drop_rows(
        learnt, [words for words in learnt.phrases if topics.phrase_key(words) in after.touched]
    )
    before = topics.place(topics.compile_lexicon(shipped, learnt), title, abstract)
    assert before == topics.place(topics.compile_lexicon(after.topics, kept), title, abstract)
    event(f"placed: {before.topic != topics.OTHER}, contested: {0 < before.score < 1}")
