"""The report on a topics file over many papers."""

from __future__ import annotations

import pytest

from digest.editorial import topics
from digest.editorial.topics import report
from digest.editorial.topics.report import TopicReport
from digest.model.topic_settings import Topic
from tests.support.builders import paper

TOPICS = (
    Topic(id="shore", name="The shore", words=("kelp, pier, gull",)),
    Topic(id="quarry", name="Quarries", words=("slate, granite",)),
)
NAMES = {topic.id: topic.name for topic in TOPICS}
PAPERS = [
    paper(1, "Kelp"),
    paper(2, "Kelp on a pier"),
    paper(3, "Gulls on granite and slate", abstract="Gulls, gulls and gulls."),
    paper(4, "Kelp on granite"),
    *(paper(n, "Bees in a meadow") for n in range(5, 8)),
]


@pytest.fixture(scope="module")
def findings() -> TopicReport:
    """Return the report on a few papers."""
    return report.report(topics.compile_lexicon(TOPICS), NAMES, iter(PAPERS))


def test_sizes_are_in_the_order_of_the_file(findings: TopicReport) -> None:
    """Other comes last, and its share of all papers is stated."""
    assert (7, 3 / 7) == (findings.papers, findings.other)
    expected = [("shore", 3), ("quarry", 1), ("other", 3)]
    assert expected == [(size.topic, size.papers) for size in findings.sizes]


def test_overlaps_count_papers_of_two_topics(findings: TopicReport) -> None:
    """Each direction is counted by itself, and adds to the size of the second topic."""
    assert {("shore", "quarry", 1), ("quarry", "shore", 1)} >= {
        (overlap.topic, overlap.also, overlap.papers) for overlap in findings.overlaps
    }
    assert (
        sum(size.also for size in findings.sizes)
        == sum(overlap.papers for overlap in findings.overlaps)
        > 0
    )


def test_a_decisive_word_is_named_with_the_papers_it_would_move(findings: TopicReport) -> None:
    """Without "kelp", one paper would be under Other and one under the quarries."""
    kelp = next(word for word in findings.words if word.phrase == "kelp")
    assert ("shore", 2) == (kelp.topic, kelp.moved)
    assert kelp.to in ("other", "quarry")


def test_unsure_papers_are_listed_the_newest_first() -> None:
    """With their second topic, but not those that were moved by hand; all are counted."""
    third = Topic(id="meadow", name="Meadows", words=("clover",))
    lexicon = topics.compile_lexicon((*TOPICS, third))
    papers = [paper(n, f"Kelp, slate and clover {n}") for n in range(1, 31)]
    found = report.report(lexicon, {**NAMES, "meadow": "Meadows"}, papers, {30, 7})
    assert (28, 20) == (found.unsure, len(found.newest_unsure))
    newest = found.newest_unsure[0]
    assert ("Kelp, slate and clover 29", "shore", "quarry") == (
        newest.title, newest.topic, newest.perhaps,
    )  # fmt: skip
    assert newest.likely < 0.5


def test_papers_nearest_to_a_border_come_first(findings: TopicReport) -> None:
    """Each is named with the likelihood of both topics."""
    nearest = findings.borders[0]
    assert "Kelp on granite" == nearest.title
    assert nearest.likely == nearest.rival_likely == 0.5
    gaps = [paper.likely - paper.rival_likely for paper in findings.borders]
    assert sorted(gaps) == gaps


def test_words_that_titles_under_other_share_are_counted(findings: TopicReport) -> None:
    """They are words that a topic may lack."""
    assert {"bee": 3, "meadow": 3} == {
        phrase.removesuffix("s"): n for phrase, n in findings.unknown.items()
    }
