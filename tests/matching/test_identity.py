"""Which sightings are one paper, and under what name the world knows it."""

from __future__ import annotations

import pytest

from digest.matching import identity
from digest.model.papers import Sighting
from tests.support.builders import paper, sighting

ARXIV, OTHER_ARXIV = "2611.00001", "2611.00002"
DOI, OTHER_DOI = "10.5555/lantern.1", "10.5555/lantern.2"


def test_keys_come_best_first() -> None:
    """An arXiv id says more than a DOI, a DOI more than a title."""
    both = sighting("Lanterns: A Study", arxiv_id=ARXIV, doi=DOI)
    assert (f"arxiv:{ARXIV}", f"doi:{DOI}", "title:lanterns a study") == identity.keys(both)


def test_a_title_alone_is_a_key() -> None:
    """Case and punctuation of a title make no difference to its key."""
    shown = identity.keys(sighting("Lanterns: a Study"))
    assert ("title:lanterns a study",) == shown == identity.keys(sighting("LANTERNS -- A STUDY!"))


def test_a_paper_and_its_sighting_have_the_same_keys() -> None:
    """What the ledger holds is found again under what the page showed."""
    shown = sighting("Lanterns", arxiv_id=ARXIV, doi=DOI)
    assert identity.keys(paper(title="Lanterns", arxiv_id=ARXIV, doi=DOI)) == identity.keys(shown)


def test_a_guid_depends_on_the_key_alone() -> None:
    """A released guid is for ever, so its form is pinned here."""
    expected = "urn:papers-digest:01973d60b3776560bdd5f6ce01ea4ead"
    assert expected == identity.guid("arxiv:2611.00001")
    assert expected != identity.guid("arxiv:2611.00002")


@pytest.mark.parametrize(
    ("shown", "held"),
    [
        (sighting(arxiv_id=ARXIV), paper(arxiv_id=OTHER_ARXIV)),
        (sighting(doi=DOI), paper(doi=OTHER_DOI)),
        (sighting(arxiv_id=ARXIV), paper(doi=DOI)),
        (sighting(arxiv_id=ARXIV, doi=DOI), paper(arxiv_id=OTHER_ARXIV, doi=DOI)),
    ],
)
def test_two_ids_are_never_bridged(shown: Sighting, held: object) -> None:
    """Two ids are two papers although title, or the other id, are the same."""
    assert isinstance(held, type(paper()))
    assert identity.match(shown, [held]).paper is None


@pytest.mark.parametrize(
    ("shown", "held"),
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
def test_a_shared_id_or_a_title_without_id_joins(shown: Sighting, held: object) -> None:
    """An id joins whatever the title; a title joins where a side has no id."""
    assert isinstance(held, type(paper()))
    assert held == identity.match(shown, [held]).paper


def test_a_match_says_why() -> None:
    """`digest explain` shows the reason to a person."""
    held = paper(arxiv_id=ARXIV, doi=DOI)
    assert f"same arXiv id {ARXIV}" == identity.match(sighting(arxiv_id=ARXIV), [held]).because
    assert f"same DOI {DOI}" == identity.match(sighting(doi=DOI), [held]).because
    assert "same title, and the page shows no id" == identity.match(sighting(), [held]).because
    shown = identity.match(sighting(arxiv_id=ARXIV), [paper()])
    assert "same title, and the earlier page showed no id" == shown.because
    assert f"first seen as arxiv:{ARXIV}" == identity.match(sighting(arxiv_id=ARXIV), []).because


def test_a_sighting_with_both_ids_unites_what_was_seen_with_one() -> None:
    """Papers known by an arXiv id, by a DOI and by a title turn out to be one."""
    by_arxiv, by_doi, by_title = paper(1, arxiv_id=ARXIV), paper(2, doi=DOI), paper(3)
    match = identity.match(sighting(arxiv_id=ARXIV, doi=DOI), [by_arxiv, by_doi, by_title])
    assert (by_arxiv, (by_doi, by_title)) == (match.paper, match.same)


def test_contradicting_ids_are_not_united() -> None:
    """A sighting that names the ids of two papers belongs to that of its arXiv id."""
    by_doi, by_arxiv = paper(1, doi=DOI), paper(2, arxiv_id=ARXIV, doi=OTHER_DOI)
    match = identity.match(sighting(arxiv_id=ARXIV, doi=DOI), [by_doi, by_arxiv])
    assert (by_arxiv, ()) == (match.paper, match.same)


def test_without_an_id_the_oldest_of_a_title_is_meant() -> None:
    """A title that two papers bear names the one seen first, and unites nothing."""
    first, second = paper(1, arxiv_id=ARXIV), paper(2, arxiv_id=OTHER_ARXIV)
    match = identity.match(sighting(), [first, second])
    assert (first, ()) == (match.paper, match.same)
