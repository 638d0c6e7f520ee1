"""How a topics file does on the papers of a ledger."""

from __future__ import annotations

import json

import pytest

from digest.cli import topics as cli_topics
from digest.editorial import topics
from digest.model.settings import Topic
from digest.pipeline.context import Headings
from tests.support.builders import paper
from tests.support.folders import Folder, page

TOPICS = (
    Topic(id="shore", name="The shore", words=("kelp, pier, gull",)),
    Topic(id="quarry", name="Quarries", words=("slate, granite",)),
)
HEADINGS = Headings({topic.id: topic.name for topic in TOPICS}, topics.compile(TOPICS))
PAPERS = [
    paper(1, "Kelp"),
    paper(2, "Kelp on a pier"),
    paper(3, "Gulls on granite and slate", abstract="Gulls, gulls and gulls."),
    paper(4, "Kelp on granite"),
    *(paper(n, "Bees in a meadow") for n in range(5, 8)),
]


@pytest.fixture(scope="module")
def found() -> cli_topics.TopicReport:
    """The report on a few papers."""
    return cli_topics.report(HEADINGS, iter(PAPERS))


def test_sizes_and_the_share_of_other(found: cli_topics.TopicReport) -> None:
    """In the order of the file, Other last."""
    assert (7, 3 / 7) == (found.papers, found.other)
    expected = [("shore", 3), ("quarry", 1), ("other", 3)]
    assert expected == [(size.topic, size.papers) for size in found.sizes]


def test_overlaps_count_papers_of_two_topics(found: cli_topics.TopicReport) -> None:
    """Each way by itself, and the second topic's size tells."""
    assert {("shore", "quarry", 1), ("quarry", "shore", 1)} >= {
        (one.topic, one.also, one.papers) for one in found.overlaps
    }
    assert sum(size.also for size in found.sizes) == sum(one.papers for one in found.overlaps) > 0


def test_words_that_papers_hang_on(found: cli_topics.TopicReport) -> None:
    """Without "kelp" one paper would be under Other and one under the quarries."""
    kelp = next(word for word in found.words if word.phrase == "kelp")
    assert ("shore", 2) == (kelp.topic, kelp.moved)
    assert kelp.to in ("other", "quarry")


def test_papers_near_a_border_the_nearest_first(found: cli_topics.TopicReport) -> None:
    """With how likely both topics are."""
    nearest = found.borders[0]
    assert "Kelp on granite" == nearest.title
    assert nearest.likely == nearest.rival_likely == 0.5
    gaps = [one.likely - one.rival_likely for one in found.borders]
    assert sorted(gaps) == gaps


def test_what_titles_under_other_share(found: cli_topics.TopicReport) -> None:
    """Words that a topic may lack."""
    assert {"bee": 3, "meadow": 3} == {
        phrase.removesuffix("s"): n for phrase, n in found.unknown.items()
    }


def test_the_command_before_and_after_the_first_run(folder: Folder) -> None:
    """For a person and as data."""
    assert folder.digest("topics").out.startswith("0 papers, 0.0% of them under Other\n")
    folder.drop("page.txt", page("2026-11-18", range(9)))
    folder.run("2026-11-18T08:00")
    told = folder.digest("topics").out
    assert told.startswith("9 papers")
    assert "size " in told
    data = json.loads(folder.digest("topics", "--json").out)
    assert 9 == data["papers"] == sum(size["papers"] for size in data["sizes"])
