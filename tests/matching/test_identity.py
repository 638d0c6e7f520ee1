"""Identity: keys, guids, and which paper a sighting belongs to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.matching import identity
from digest.matching.similarity import SimilarityCache
from digest.model.papers import Paper, Sighting
from tests.support.builders import paper, sighting

ARXIV, OTHER_ARXIV = "2611.00001", "2611.00002"
DOI, OTHER_DOI = "10.5555/lantern.1", "10.5555/lantern.2"


def test_keys_come_best_first() -> None:
    """First the arXiv id, then the DOI, then the title."""
    both = sighting("Lanterns: A Study", arxiv_id=ARXIV, doi=DOI)
    assert (f"arxiv:{ARXIV}", f"doi:{DOI}", "title:lanterns a study") == identity.keys(both)


def test_a_title_alone_is_a_key() -> None:
    """Case and punctuation of a title make no difference to its key."""
    keys = identity.keys(sighting("Lanterns: a Study"))
    assert ("title:lanterns a study",) == keys == identity.keys(sighting("LANTERNS -- A STUDY!"))


def test_a_paper_and_its_sighting_have_the_same_keys() -> None:
    """So the ledger's paper is found again when a page shows it."""
    seen = sighting("Lanterns", arxiv_id=ARXIV, doi=DOI)
    assert identity.keys(paper(title="Lanterns", arxiv_id=ARXIV, doi=DOI)) == identity.keys(seen)


def test_a_guid_depends_on_the_key_alone() -> None:
    """A guid never changes once given, so this test pins its form."""
    expected = "urn:papers-digest:01973d60b3776560bdd5f6ce01ea4ead"
    assert expected == identity.guid("arxiv:2611.00001")
    assert expected != identity.guid("arxiv:2611.00002")


@pytest.mark.parametrize(
    ("seen", "stored"),
    [
        (sighting(arxiv_id=ARXIV), paper(arxiv_id=OTHER_ARXIV)),
        (sighting(doi=DOI), paper(doi=OTHER_DOI)),
        (sighting(arxiv_id=ARXIV), paper(doi=DOI)),
        (sighting(arxiv_id=ARXIV, doi=DOI), paper(arxiv_id=OTHER_ARXIV, doi=DOI)),
    ],
)
def test_two_ids_are_never_bridged(seen: Sighting, stored: Paper) -> None:
    """Two ids are two papers even if the title or the other id is the same."""
    assert identity.match(seen, [stored]).paper is None


@pytest.mark.parametrize(
    ("seen", "stored"),
    [
        (sighting("Renamed", arxiv_id=ARXIV), paper(arxiv_id=ARXIV)),
        (sighting("Renamed", doi=DOI), paper(doi=DOI)),
        (sighting("Renamed", doi=DOI), paper(arxiv_id=ARXIV, doi=DOI)),
        (sighting("Renamed", arxiv_id=ARXIV, doi=DOI), paper(doi=DOI)),
        (sighting(), paper()),
        (sighting(arxiv_id=ARXIV), paper()),
        (sighting(), paper(doi=DOI)),
    ],
)
def test_a_shared_id_or_a_title_without_id_joins(seen: Sighting, stored: Paper) -> None:
    """An id joins whatever the titles are; a title joins if one side has no id."""
    assert stored == identity.match(seen, [stored]).paper


def test_a_match_has_a_reason() -> None:
    """`digest explain` prints it."""
    stored = paper(arxiv_id=ARXIV, doi=DOI)
    assert f"same arXiv id {ARXIV}" == identity.match(sighting(arxiv_id=ARXIV), [stored]).because
    assert f"same DOI {DOI}" == identity.match(sighting(doi=DOI), [stored]).because
    assert "same title, and the page shows no id" == identity.match(sighting(), [stored]).because
    match = identity.match(sighting(arxiv_id=ARXIV), [paper()])
    assert "same title, and the earlier page showed no id" == match.because
    assert f"first seen as arxiv:{ARXIV}" == identity.match(sighting(arxiv_id=ARXIV), []).because


def test_a_sighting_with_both_ids_unites_papers_seen_with_one() -> None:
    """A paper by arXiv id, one by DOI and one by title turn out to be the same."""
    by_arxiv, by_doi, by_title = paper(1, arxiv_id=ARXIV), paper(2, doi=DOI), paper(3)
    match = identity.match(sighting(arxiv_id=ARXIV, doi=DOI), [by_arxiv, by_doi, by_title])
    assert (by_arxiv, (by_doi, by_title)) == (match.paper, match.duplicates)


def test_papers_with_different_ids_are_not_united() -> None:
    """A sighting with the ids of two papers belongs to the one with its arXiv id."""
    by_doi, by_arxiv = paper(1, doi=DOI), paper(2, arxiv_id=ARXIV, doi=OTHER_DOI)
    match = identity.match(sighting(arxiv_id=ARXIV, doi=DOI), [by_doi, by_arxiv])
    assert (by_arxiv, ()) == (match.paper, match.duplicates)


def test_a_sighting_without_id_belongs_to_the_oldest_paper_of_its_title() -> None:
    """Two papers with the same title are not united."""
    first, second = paper(1, arxiv_id=ARXIV), paper(2, arxiv_id=OTHER_ARXIV)
    match = identity.match(sighting(), [first, second])
    assert (first, ()) == (match.paper, match.duplicates)


def test_a_similar_abstract_never_bridges_two_ids() -> None:
    """Two versions of a report may share every word and be two papers."""
    words = "We hang lanterns in dark tunnels and count the bats that still fly past them at night."
    stored = paper(1, arxiv_id=ARXIV, abstract=words)
    other = sighting(arxiv_id=OTHER_ARXIV, abstract=words)
    assert identity.match_similar(other, [stored], SimilarityCache({})) is None
    match = identity.match_similar(sighting(abstract=words), [stored], SimilarityCache({}))
    assert match is not None
    assert stored == match.paper


@given(st.text())
def test_no_key_holds_a_character_that_is_not_shown(words: str) -> None:
    """A DOI with controls or marks of direction has the key of the DOI without them."""
    keys = identity.keys(sighting(words, doi=f"10.1000/a{words}\x1b\x07\x9b\u202eb"))
    assert [] == [sign for key in keys for sign in key if sign in "\x1b\x07\x9b\u202e"]
    assert keys[0].isprintable()
