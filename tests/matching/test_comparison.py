"""Comparing the sightings of a run with known papers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from digest.matching import comparison, identity, merge
from digest.model.changes import Known, Outcome
from digest.model.papers import Organization, Sighting
from tests.support.builders import MOMENT, dump, known, paper, sighting

ARXIV, DOI = "2611.00001", "10.5555/lantern.1"
ABSTRACT = "Tunnels are dark. We hang lanterns in them."
REVISED = "Tunnels are long and dark. We hang lanterns in all of them."


def compare(*sightings: Sighting, stored: Known | None = None, seen: Sequence[int] = ()) -> Outcome:
    """Compare the sightings of one dump with stored papers."""
    return comparison.compare(dump(*sightings), sightings, stored or known(), seen, MOMENT)


def statuses(outcome: Outcome) -> list[str]:
    """Return the status of each sighting."""
    return [result.status for result in outcome.fates]


def test_a_first_sighting_is_new_and_a_further_one_repeated() -> None:
    """A paper is new once in a run; further sightings are repeated."""
    outcome = compare(sighting(), sighting(), sighting("Other"), sighting())
    assert ["new", "repeated", "new", "repeated"] == statuses(outcome)


def test_a_new_paper_has_the_moment_of_the_run_and_the_page_date() -> None:
    """Its guid is made of its best key."""
    new = compare(sighting(arxiv_id=ARXIV)).new[-1]
    expected = (MOMENT, "2026-11-22", identity.guid(f"arxiv:{ARXIV}"))
    assert expected == (new.first_seen, new.page_date, new.guid)


def test_a_paper_of_an_earlier_run_is_known_once() -> None:
    """Its second sighting in the run is repeated."""
    outcome = compare(sighting(), sighting(), stored=known(paper()))
    assert ["known", "repeated"] == statuses(outcome)


def test_a_paper_seen_earlier_in_the_run_is_repeated() -> None:
    """Even if an earlier batch showed it, and with other words."""
    stored = known(paper(abstract=ABSTRACT))
    assert ["repeated"] == statuses(compare(sighting(abstract=REVISED), stored=stored, seen=[1]))


@pytest.mark.parametrize(
    "fields",
    [{"title": "Lanterns for Long, Wet Tunnels"}, {"abstract": REVISED}],
    ids=["title", "abstract"],
)
def test_new_words_make_a_paper_changed(fields: dict[str, Any]) -> None:
    """That is a title or an abstract that was never seen with the paper."""
    seen = sighting(**{"title": "Lanterns for Long Tunnels", "arxiv_id": ARXIV} | fields)
    stored = known(paper(arxiv_id=ARXIV, abstract=ABSTRACT))
    assert ["changed"] == statuses(compare(seen, stored=stored))


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "LANTERNS  for long tunnels"},
        {"abstract": "Tunnels are dark.\nWe hang lanterns in them"},
        {"upvotes": 73},
        {"comments": 4},
        {"stars": 1200},
        {"summary": "Lanterns light tunnels."},
        {"published": "2026-11-20", "published_text": "Nov 20"},
        {"authors": ("Ada Vance",)},
        {"organization": Organization("northfield", "Northfield Lab")},
        {"url": "https://example.org/1"},
    ],
    ids=lambda fields: next(iter(fields)),
)
def test_other_fields_leave_a_paper_known(fields: dict[str, Any]) -> None:
    """So do blanks, case and punctuation of its words."""
    seen = sighting(**{"title": "Lanterns for Long Tunnels", "arxiv_id": ARXIV} | fields)
    stored = known(paper(arxiv_id=ARXIV, abstract=ABSTRACT))
    assert ["known"] == statuses(compare(seen, stored=stored))


def test_a_paper_that_gets_its_first_abstract_is_known() -> None:
    """The addition is recorded as a change, so that an issue can mention it."""
    outcome = compare(sighting(abstract=ABSTRACT), stored=known(paper()))
    assert ["known"] == statuses(outcome)
    assert ABSTRACT == outcome.touched[1].abstract
    assert ["abstract added"] == [change.kind for change in outcome.changes]


def test_a_page_without_abstracts_changes_nothing() -> None:
    """The paper keeps its abstract."""
    outcome = compare(sighting(), stored=known(paper(abstract=ABSTRACT)))
    assert ["known"] == statuses(outcome)
    assert {} == outcome.touched


def test_words_seen_before_are_no_change() -> None:
    """Two sources that show different words make one change, not one a day."""
    old = paper(arxiv_id=ARXIV, abstract=ABSTRACT)
    first = compare(sighting(arxiv_id=ARXIV, abstract=REVISED), stored=known(old))
    marks = {1: {variant.fingerprint for variant in first.variants}}
    again = compare(
        sighting(arxiv_id=ARXIV, abstract=ABSTRACT),
        stored=known(first.touched[1], variants=marks),
    )
    assert ["changed"] == statuses(first)
    assert ["known"] == statuses(again)
    assert ([], []) == (again.variants, again.changes)


def test_a_change_records_both_texts() -> None:
    """The replaced text is kept as well as the new one."""
    outcome = compare(sighting(abstract=REVISED), stored=known(paper(abstract=ABSTRACT)))
    assert {ABSTRACT, REVISED} == {variant.words for variant in outcome.variants}


def test_an_unchanged_paper_is_not_written() -> None:
    """A sighting that adds nothing leaves the ledger's row as it is."""
    stored = paper(arxiv_id=ARXIV, upvotes=3, counted="2026-11-22")
    outcome = compare(sighting(arxiv_id=ARXIV, upvotes=3), stored=known(stored))
    assert ({}, {}, []) == (outcome.new, outcome.touched, outcome.keys)


def test_a_later_id_adds_a_key_and_keeps_the_guid() -> None:
    """The paper was first seen without it."""
    outcome = compare(sighting(arxiv_id=ARXIV), stored=known(paper()))
    assert ("known", ARXIV, paper().guid) == (
        outcome.fates[0].status,
        outcome.touched[1].arxiv_id,
        outcome.touched[1].guid,
    )
    assert [(f"arxiv:{ARXIV}", 1)] == outcome.keys


def test_two_papers_that_turn_out_to_be_one_keep_the_older_guid() -> None:
    """The younger becomes an alias, and its values are merged into the older."""
    by_title = paper(1, "Lanterns at Last", upvotes=2)
    by_id = paper(2, arxiv_id=ARXIV, abstract=ABSTRACT)
    seen = sighting("Lanterns at Last", arxiv_id=ARXIV)
    outcome = compare(seen, stored=known(by_title, by_id))
    assert {2: 1} == outcome.aliases
    united = outcome.touched[1]
    assert (by_title.guid, ARXIV, ABSTRACT, 2) == (
        united.guid, united.arxiv_id, united.abstract, united.upvotes,
    )  # fmt: skip


def test_an_alias_of_an_alias_leads_to_the_oldest() -> None:
    """Three papers united in two steps are one, whichever key is seen."""
    stored = known(
        paper(1, "First Title"), paper(2, "Second Title"), paper(3, "Third Title", arxiv_id=ARXIV)
    )
    outcome = compare(
        sighting("Second Title", arxiv_id=ARXIV),
        sighting("First Title", arxiv_id=ARXIV),
        sighting("Third Title"),
        stored=stored,
    )
    assert {3: 2, 2: 1} == outcome.aliases
    assert [2, 1, 1] == [result.paper for result in outcome.fates]


def test_a_paper_seen_as_its_alias_is_repeated() -> None:
    """The run has seen the older paper when it united the two."""
    outcome = compare(
        sighting(arxiv_id=ARXIV),
        sighting("First Title", arxiv_id=ARXIV),
        stored=known(paper(1, "First Title"), paper(2, arxiv_id=ARXIV)),
    )
    assert ["known", "repeated"] == statuses(outcome)


def test_a_union_remembers_the_words_of_both() -> None:
    """Words that either paper was seen with are no change of the united one."""
    stored = known(
        paper(1, "First Title", abstract=ABSTRACT), paper(2, "Second Title", arxiv_id=ARXIV)
    )
    compare(sighting("First Title", arxiv_id=ARXIV), stored=stored)
    again = compare(sighting("Second Title", arxiv_id=ARXIV, abstract=ABSTRACT), stored=stored)
    assert ["known"] == statuses(again)


def test_a_union_is_no_change() -> None:
    """The paper's words were not revised: it was stored twice, one of them with a third title."""
    papers = paper(1, "First Title"), paper(2, "Second Title", arxiv_id=ARXIV)
    stored = known(*papers, variants={2: {merge.fingerprint("Third Title")}})
    outcome = compare(
        sighting("First Title", arxiv_id=ARXIV),
        sighting("Third Title", arxiv_id=ARXIV),
        stored=stored,
    )
    assert (["known", "repeated"], []) == (statuses(outcome), outcome.changes)


def test_only_a_longer_list_of_authors_replaces_the_old_one() -> None:
    """One of the same length does not, however it spells the names."""
    stored = paper(arxiv_id=ARXIV, authors=("Ada Vance", "Bo Imrie"))
    as_long = sighting(arxiv_id=ARXIV, authors=("A. Vance", "B. Imrie"))
    assert {} == compare(as_long, stored=known(stored)).touched
    longer = sighting(arxiv_id=ARXIV, authors=("A. Vance", "B. Imrie", "C. Oake"))
    assert longer.authors == compare(longer, stored=known(stored)).touched[1].authors


def test_the_order_of_pages_makes_no_difference_to_the_fields() -> None:
    """A page with dates and one without: the paper has them in either order."""
    dated = sighting(published="2026-11-20", published_text="Nov 20")
    plain = sighting(upvotes=4, abstract=ABSTRACT)
    dated_first, plain_first = compare(dated, plain).new[-1], compare(plain, dated).new[-1]
    assert ("2026-11-20", 4, ABSTRACT) == (
        dated_first.published,
        dated_first.upvotes,
        dated_first.abstract,
    )
    assert dated_first == plain_first


def test_a_sighting_keeps_its_own_words_only_if_the_paper_has_others() -> None:
    """Equal words are not stored twice."""
    stored = known(paper(abstract=ABSTRACT, arxiv_id=ARXIV))
    outcome = compare(
        sighting(abstract=ABSTRACT, arxiv_id=ARXIV),
        sighting(arxiv_id=ARXIV),
        sighting(abstract="Tunnels are dark…", arxiv_id=ARXIV),
        stored=stored,
    )
    assert [False, False, True] == [result.own_words for result in outcome.fates]


def test_every_sighting_is_counted_by_its_status() -> None:
    """The counts add up to the size of the batch."""
    outcome = compare(sighting(), sighting("Other"), sighting(), stored=known(paper(7, "Other")))
    assert {"new": 1, "changed": 0, "known": 1, "repeated": 1} == comparison.count_statuses(outcome)


def test_of_two_new_papers_the_first_is_the_older() -> None:
    """A later sighting of the same dump shows that they are one; the first one's guid stays."""
    outcome = compare(
        sighting("Lanterns"),
        sighting("Lanterns in Tunnels", arxiv_id=ARXIV),
        sighting("Lanterns", arxiv_id=ARXIV),
    )
    assert {-2: -1} == outcome.aliases


def test_new_words_of_a_new_paper_are_no_change() -> None:
    """No issue has shown the paper with its first words."""
    outcome = compare(sighting(abstract=ABSTRACT), sighting(abstract=REVISED))
    assert [] == outcome.changes


def test_a_revision_of_a_paper_never_seen_is_no_new_paper() -> None:
    """It counts as known and leaves nothing behind, so its first other sighting is new."""
    outcome = compare(
        sighting(arxiv_id=ARXIV, revision=True), sighting(arxiv_id=ARXIV), sighting("Other")
    )
    assert ["new", "new"] == statuses(outcome)
    counts = {"new": 2, "changed": 0, "known": 1, "repeated": 0}
    assert counts == comparison.count_statuses(outcome)


@pytest.mark.parametrize(("abstract", "status"), [(ABSTRACT, "known"), (REVISED, "changed")])
def test_a_revision_of_a_known_paper_is_compared_like_any_sighting(
    abstract: str, status: str
) -> None:
    """It is known, or changed if its words are others."""
    stored = known(paper(arxiv_id=ARXIV, abstract=ABSTRACT))
    outcome = compare(sighting(arxiv_id=ARXIV, abstract=abstract, revision=True), stored=stored)
    assert [status] == statuses(outcome)


def test_a_withdrawal_is_a_change_that_happens_once() -> None:
    """A later sighting that does not mention it takes nothing back. Its words are a notice."""
    stored = known(paper(arxiv_id=ARXIV, abstract=ABSTRACT))
    notice = sighting(arxiv_id=ARXIV, abstract="This paper has been withdrawn.", retracted=True)
    withdrawn = compare(notice, stored=stored)
    assert ABSTRACT == withdrawn.touched[1].abstract
    assert ["changed"] == statuses(withdrawn)
    assert [("withdrawn", "", "")] == [
        (change.kind, change.before, change.after) for change in withdrawn.changes
    ]
    for again in (sighting(arxiv_id=ARXIV, retracted=True), sighting(arxiv_id=ARXIV)):
        outcome = compare(again, stored=known(withdrawn.touched[1]))
        assert ["known"] == statuses(outcome)
        assert not outcome.changes
        assert not outcome.touched


def test_a_paper_that_is_withdrawn_from_the_start_is_new() -> None:
    """It is marked, and no change."""
    outcome = compare(sighting(arxiv_id=ARXIV, retracted=True))
    assert ["new"] == statuses(outcome)
    assert outcome.new[-1].retracted
    assert not outcome.changes
