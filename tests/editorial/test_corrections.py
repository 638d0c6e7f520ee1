"""Issues with moved papers as topic pages show them: nothing is lost, and each is in its place."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import topics
from digest.model.issues import Section, Subheading
from digest.model.topic_settings import Topic
from digest.model.topics import Correction
from tests.support.builders import MOMENT, issue, item

NAMES = {"vision": "Vision", "audio": "Audio", "code": "Code"}
IDS = sorted(NAMES)
corrections = st.dictionaries(st.integers(1, 9), st.sampled_from(IDS))
sections = st.lists(st.sampled_from(IDS), min_size=9, max_size=9)
second = st.lists(st.sampled_from([(), *((topic,) for topic in IDS)]), min_size=9, max_size=9)


def correction(topic: str) -> Correction:
    """Return a correction to this topic, under a name that it has no more."""
    return Correction(topic, f"Old {NAMES[topic]}", MOMENT)


@given(sections, second, st.sets(st.integers(1, 9)), corrections)
def test_each_paper_is_where_it_belongs(
    places: list[str], also: list[tuple[str, ...]], unsure: set[int], moved: dict[int, str]
) -> None:
    """Once, with its topic named as the issue names it, and in no topic twice."""
    papers = [
        item(n, also=() if also[n - 1] == (places[n - 1],) else also[n - 1], unsure=n in unsure)
        for n in range(1, 10)
    ]
    by_topic = {
        topic: tuple(p for p, place in zip(papers, places, strict=True) if place == topic)
        for topic in dict.fromkeys(places)
    }
    stored = issue(
        sections=tuple(
            Section(topic=topic, name=NAMES[topic], papers=own) for topic, own in by_topic.items()
        ),
        topics={topic: NAMES[topic] for topic in by_topic},
    )
    by_guid = {item(n).guid: correction(topic) for n, topic in moved.items()}
    shown = topics.move_papers(stored, by_guid)
    assert Counter(p.guid for p in papers) == Counter(p.guid for p in shown.papers)
    before = {p.guid: place for p, place in zip(papers, places, strict=True)}
    for section in shown.sections:
        assert section.papers
        old = f"Old {NAMES[section.topic]}"
        assert section.name == (NAMES[section.topic] if section.topic in by_topic else old)
        for paper in section.papers:
            topic = by_guid[paper.guid].topic if paper.guid in by_guid else before[paper.guid]
            assert (topic, False) == (section.topic, topic in paper.also)
            assert (topics.MOVED in paper.reasons) == (topic != before[paper.guid])
            assert not (paper.unsure and paper.guid in by_guid)
    assert shown == topics.move_papers(shown, by_guid)
    if not moved:
        assert shown is stored


def test_sub_headings_hold_all_papers_or_there_are_none() -> None:
    """A section that loses a paper keeps them; one that gets a paper does not."""
    one, two, three = item(1), item(2), item(3)
    parts = (Subheading(name="Part", papers=(one.guid, two.guid)),)
    stored = issue(
        sections=(
            Section(topic="vision", name="Vision", papers=(one, two), parts=parts),
            Section(topic="audio", name="Audio", papers=(three,)),
        )
    )
    lost = topics.move_papers(stored, {one.guid: correction("audio")}).sections[0]
    assert [(two.guid,)] == [part.papers for part in lost.parts]
    got = topics.move_papers(stored, {three.guid: correction("vision")}).sections
    assert [("vision", ())] == [(section.topic, section.parts) for section in got]


def test_a_correction_decides_a_placement() -> None:
    """A second topic stays if it was sure; one that says what the words say leaves the reasons."""
    lexicon = topics.compile_lexicon(
        (
            Topic(id="vision", name="Vision", words=("image",)),
            Topic(id="audio", name="Audio", words=("sound",)),
            Topic(id="code", name="Code", words=("compiler",)),
        )
    )

    def placed(words: str, topic: str | None) -> topics.Placement:
        moved = correction(topic) if topic else None
        return topics.place_corrected(lexicon, item(abstract=words), (), moved)

    both = placed("image image sound sound", None)
    assert ("vision", ("audio",), False) == (both.topic, both.also, both.unsure)
    moved = placed("image image sound sound", "code")
    assert ("code", ("audio",), (topics.MOVED,)) == (moved.topic, moved.also, moved.reasons)
    assert () == placed("image image sound sound", "audio").also
    assert both == placed("image image sound sound", "vision")
    doubtful = placed("image sound compiler", None)
    assert (True, ("audio",)) == (doubtful.unsure, doubtful.also)
    settled = placed("image sound compiler", "vision")
    assert (False, (), doubtful.reasons) == (settled.unsure, settled.also, settled.reasons)
