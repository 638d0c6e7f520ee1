"""The topics that take over the papers of a removed topic."""

from __future__ import annotations

from digest.editorial import topics
from digest.editorial.topics import successors
from digest.model.topic_settings import Topic
from digest.model.topics import Successor
from tests.support.builders import item

NAMES = {"kelp": "Kelp", "gulls": "Gulls", "piers": "Piers", "boats": "Boats"}
LEXICON = topics.compile_lexicon(
    [Topic(id=topic, name=name, words=(topic,)) for topic, name in NAMES.items()]
)


def test_successors_are_named_by_their_number_of_papers() -> None:
    """The three with most papers; those with papers before the removal have a page."""
    words = ["gulls", "kelp", "kelp", "piers", "gulls", "kelp", "boats"]
    papers = [item(number, word) for number, word in enumerate(words)]
    former_names = {"kelp": "Old kelp", "removed": "Removed"}
    assert (
        Successor("kelp", "Kelp", 3, has_page=True),
        Successor("gulls", "Gulls", 2, has_page=False),
        Successor("piers", "Piers", 1, has_page=False),
    ) == successors.find_successors(LEXICON, NAMES, former_names, papers)


def test_other_keeps_its_former_name() -> None:
    """It is in no topics file, so the name is that of the last issue that used it."""
    papers = [item(1, "bees")]
    expected = Successor("other", "The rest", 1, has_page=True)
    assert (expected,) == successors.find_successors(LEXICON, NAMES, {"other": "The rest"}, papers)
    expected = Successor("other", "Other", 1, has_page=False)
    assert (expected,) == successors.find_successors(LEXICON, NAMES, {}, papers)


def test_a_topic_without_papers_has_no_successor() -> None:
    """Nothing can be placed again."""
    assert () == successors.find_successors(LEXICON, NAMES, {}, [])
