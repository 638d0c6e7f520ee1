"""New, changed, known or repeated, and what a paper gains from being seen again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from digest.matching import identity, merge
from digest.model.changes import Known, Outcome
from digest.model.papers import Organization, Paper, Sighting
from tests.support.builders import MOMENT, dump, known, paper, sighting

ARXIV, DOI = "2611.00001", "10.5555/lantern.1"
ABSTRACT = "Tunnels are dark. We hang lanterns in them."
REVISED = "Tunnels are long and dark. We hang lanterns in all of them."


def compare(*shown: Sighting, held: Known | None = None, seen: Sequence[int] = ()) -> Outcome:
    """The fates of these sightings of one dump."""
    return merge.compare(dump(*shown), shown, held or known(), seen, MOMENT)


def standings(outcome: Outcome) -> list[str]:
    """What became of each sighting."""
    return [fate.status for fate in outcome.fates]


def test_a_first_sighting_is_new_and_a_further_one_repeated() -> None:
    """Once per run a paper is new; whatever follows in the run is repeated."""
    outcome = compare(sighting(), sighting(), sighting("Other"), sighting())
    assert ["new", "repeated", "new", "repeated"] == standings(outcome)


def test_a_new_paper_bears_the_run_and_the_page() -> None:
    """It has the moment of the run, the page's day and a guid of its best key."""
    made = compare(sighting(arxiv_id=ARXIV)).new[-1]
    expected = (MOMENT, "2026-11-22", identity.guid(f"arxiv:{ARXIV}"))
    assert expected == (made.first_seen, made.page_date, made.guid)


def test_a_paper_of_an_earlier_run_is_known_once() -> None:
    """Its first sighting in this run is known, the second repeated."""
    outcome = compare(sighting(), sighting(), held=known(paper()))
    assert ["known", "repeated"] == standings(outcome)


def test_a_paper_seen_earlier_in_the_run_is_repeated() -> None:
    """Also when an earlier batch of the run showed it, with whatever words."""
    held = known(paper(abstract=ABSTRACT))
    assert ["repeated"] == standings(compare(sighting(abstract=REVISED), held=held, seen=[1]))


@pytest.mark.parametrize(
    "fields",
    [{"title": "Lanterns for Long, Wet Tunnels"}, {"abstract": REVISED}],
    ids=["title", "abstract"],
)
def test_other_words_are_a_change(fields: dict[str, Any]) -> None:
    """A title or an abstract never seen with the paper makes it changed."""
    shown = sighting(**{"title": "Lanterns for Long Tunnels", "arxiv_id": ARXIV} | fields)
    held = known(paper(arxiv_id=ARXIV, abstract=ABSTRACT))
    assert ["changed"] == standings(compare(shown, held=held))


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
def test_everything_else_changes_nothing(fields: dict[str, Any]) -> None:
    """Votes, comments, filled fields, summaries, blanks and case leave a paper known."""
    shown = sighting(**{"title": "Lanterns for Long Tunnels", "arxiv_id": ARXIV} | fields)
    held = known(paper(arxiv_id=ARXIV, abstract=ABSTRACT))
    assert ["known"] == standings(compare(shown, held=held))


def test_an_abstract_first_filled_is_known() -> None:
    """The paper has it from now on, and an issue can tell that it came."""
    outcome = compare(sighting(abstract=ABSTRACT), held=known(paper()))
    assert ["known"] == standings(outcome)
    assert ABSTRACT == outcome.touched[1].abstract
    assert ["abstract added"] == [change.kind for change in outcome.changes]


def test_an_absent_abstract_takes_nothing_away() -> None:
    """A page without abstracts leaves those that are there, and changes nothing."""
    outcome = compare(sighting(), held=known(paper(abstract=ABSTRACT)))
    assert ["known"] == standings(outcome)
    assert {} == outcome.touched


def test_a_text_seen_before_is_not_a_change_again() -> None:
    """Two sources that disagree for ever are one change, not one a day."""
    old = paper(arxiv_id=ARXIV, abstract=ABSTRACT)
    first = compare(sighting(arxiv_id=ARXIV, abstract=REVISED), held=known(old))
    marks = {1: {variant.fingerprint for variant in first.variants}}
    again = compare(
        sighting(arxiv_id=ARXIV, abstract=ABSTRACT),
        held=known(first.touched[1], variants=marks),
    )
    assert ["changed"] == standings(first)
    assert ["known"] == standings(again)
    assert ([], []) == (again.variants, again.changes)


def test_a_variant_keeps_both_texts() -> None:
    """Neither the text that was replaced nor the one that came is lost."""
    outcome = compare(sighting(abstract=REVISED), held=known(paper(abstract=ABSTRACT)))
    assert {ABSTRACT, REVISED} == {variant.words for variant in outcome.variants}


def test_an_unchanged_paper_is_not_written() -> None:
    """A sighting that says nothing new leaves the ledger's row alone."""
    held = paper(arxiv_id=ARXIV, upvotes=3, counted="2026-11-22")
    outcome = compare(sighting(arxiv_id=ARXIV, upvotes=3), held=known(held))
    assert ({}, {}, []) == (outcome.new, outcome.touched, outcome.keys)


def test_a_later_id_is_a_key_but_no_other_guid() -> None:
    """A paper first seen without id gets it, and keeps the name the world knows."""
    outcome = compare(sighting(arxiv_id=ARXIV), held=known(paper()))
    assert ("known", ARXIV, paper().guid) == (
        outcome.fates[0].status,
        outcome.touched[1].arxiv_id,
        outcome.touched[1].guid,
    )
    assert [(f"arxiv:{ARXIV}", 1)] == outcome.keys


def test_two_papers_that_turn_out_to_be_one_keep_the_older_guid() -> None:
    """The younger becomes an alias, and what it knew goes to the older."""
    by_title = paper(1, "Lanterns at Last", upvotes=2)
    by_id = paper(2, arxiv_id=ARXIV, abstract=ABSTRACT)
    shown = sighting("Lanterns at Last", arxiv_id=ARXIV)
    outcome = compare(shown, held=known(by_title, by_id))
    assert {2: 1} == outcome.aliases
    united = outcome.touched[1]
    assert (by_title.guid, ARXIV, ABSTRACT, 2) == (
        united.guid, united.arxiv_id, united.abstract, united.upvotes,
    )  # fmt: skip


def test_an_alias_of_an_alias_leads_to_the_oldest() -> None:
    """Three papers united in two steps are one, under whichever key it is seen."""
    held = known(
        paper(1, "First Title"), paper(2, "Second Title"), paper(3, "Third Title", arxiv_id=ARXIV)
    )
    outcome = compare(
        sighting("Second Title", arxiv_id=ARXIV),
        sighting("First Title", arxiv_id=ARXIV),
        sighting("Third Title"),
        held=held,
    )
    assert {3: 2, 2: 1} == outcome.aliases
    assert [2, 1, 1] == [fate.paper for fate in outcome.fates]


def test_a_paper_seen_as_its_alias_is_repeated() -> None:
    """After a union the run has seen the older paper, too."""
    outcome = compare(
        sighting(arxiv_id=ARXIV),
        sighting("First Title", arxiv_id=ARXIV),
        held=known(paper(1, "First Title"), paper(2, arxiv_id=ARXIV)),
    )
    assert ["known", "repeated"] == standings(outcome)


def test_a_union_remembers_the_words_of_both() -> None:
    """What either was ever seen with is no change of the one they are."""
    held = known(
        paper(1, "First Title", abstract=ABSTRACT), paper(2, "Second Title", arxiv_id=ARXIV)
    )
    compare(sighting("First Title", arxiv_id=ARXIV), held=held)
    again = compare(sighting("Second Title", arxiv_id=ARXIV, abstract=ABSTRACT), held=held)
    assert ["known"] == standings(again)


def test_a_union_is_not_told_as_a_change() -> None:
    """Nobody changed the paper's words: it was there twice, also under a third title."""
    papers = paper(1, "First Title"), paper(2, "Second Title", arxiv_id=ARXIV)
    held = known(*papers, variants={2: {merge.fingerprint("Third Title")}})
    outcome = compare(
        sighting("First Title", arxiv_id=ARXIV),
        sighting("Third Title", arxiv_id=ARXIV),
        held=held,
    )
    assert (["known", "repeated"], []) == (standings(outcome), outcome.changes)


def test_merging_fills_and_never_worsens() -> None:
    """Dates, organisation, ids and authors come from whichever page knows them."""
    full = paper(
        abstract=ABSTRACT, arxiv_id=ARXIV, published="2026-11-20", published_text="Nov 20",
        authors=("Ada Vance", "Bo Imrie"), organization=Organization("northfield", "Northfield"),
        upvotes=5,
    )  # fmt: skip
    poor = sighting(doi=DOI, authors=("Ada Vance",), published="2026-11-21", upvotes=7)
    better = merge.merged(full, poor)
    assert (DOI, 7) == (better.doi, better.upvotes)
    kept = ("abstract", "arxiv_id", "published", "published_text", "authors", "organization")
    assert [getattr(full, name) for name in kept] == [getattr(better, name) for name in kept]


def test_only_a_longer_list_of_authors_takes_the_place_of_the_old() -> None:
    """One of the same length, however it spells the names, leaves the row as it is."""
    held = paper(arxiv_id=ARXIV, authors=("Ada Vance", "Bo Imrie"))
    as_long = sighting(arxiv_id=ARXIV, authors=("A. Vance", "B. Imrie"))
    assert {} == compare(as_long, held=known(held)).touched
    longer = sighting(arxiv_id=ARXIV, authors=("A. Vance", "B. Imrie", "C. Oake"))
    assert longer.authors == compare(longer, held=known(held)).touched[1].authors


def test_either_order_gives_the_same_fields() -> None:
    """A page without dates and one with dates: the paper has them whichever came first."""
    dated = sighting(published="2026-11-20", published_text="Nov 20")
    plain = sighting(upvotes=4, abstract=ABSTRACT)
    one, other = compare(dated, plain).new[-1], compare(plain, dated).new[-1]
    assert ("2026-11-20", 4, ABSTRACT) == (one.published, one.upvotes, one.abstract)
    assert one == other


@pytest.mark.parametrize("short", ["Tunnels are dark. We hang…", "Tunnels are dark. We hang ..."])
def test_a_text_cut_short_replaces_nothing(short: str) -> None:
    """A feed that cuts abstracts does not cut ours."""
    assert ABSTRACT == merge.merged(paper(abstract=ABSTRACT), sighting(abstract=short)).abstract


def test_a_revised_text_takes_the_place_of_the_old() -> None:
    """The newest words are the paper's words."""
    assert REVISED == merge.merged(paper(abstract=ABSTRACT), sighting(abstract=REVISED)).abstract


def test_counts_are_those_shown_last_unless_none_are() -> None:
    """A page without votes says nothing about votes; zero votes are said."""
    voted = paper(upvotes=5, comments=2)
    assert (5, 2) == _counts(merge.merged(voted, sighting()))
    assert (6, 0) == _counts(merge.merged(voted, sighting(upvotes=6, comments=0)))


def test_own_words_are_kept_only_where_the_paper_holds_others() -> None:
    """A sighting that the paper already words the same way costs no second copy."""
    held = known(paper(abstract=ABSTRACT, arxiv_id=ARXIV))
    outcome = compare(
        sighting(abstract=ABSTRACT, arxiv_id=ARXIV),
        sighting(arxiv_id=ARXIV),
        sighting(abstract="Tunnels are dark…", arxiv_id=ARXIV),
        held=held,
    )
    assert [False, False, True] == [fate.own_words for fate in outcome.fates]


def test_every_sighting_is_counted_once() -> None:
    """The tally of a batch is as large as the batch."""
    outcome = compare(sighting(), sighting("Other"), sighting(), held=known(paper(7, "Other")))
    assert {"new": 1, "changed": 0, "known": 1, "repeated": 1} == merge.tally(outcome.fates)


@pytest.mark.parametrize(
    ("held", "shown", "expected"),
    [
        ("2026-11-20", "2026-11-21", (9, "2026-11-21")),
        ("2026-11-20", "2026-11-20", (9, "2026-11-20")),
        ("2026-11-20", "2026-11-19", (0, "2026-11-20")),
        ("2026-11-20", None, (9, "2026-11-20")),
        (None, "2026-11-19", (9, "2026-11-19")),
        (None, None, (9, None)),
    ],
)
def test_counts_are_those_of_the_newest_page(
    held: str | None, shown: str | None, expected: tuple[int, str | None]
) -> None:
    """An older page that comes late does not turn votes back, not even to more than none."""
    better = merge.merged(paper(upvotes=0, counted=held), sighting(upvotes=9), shown)
    assert expected == (better.upvotes, better.counted)


def test_a_late_page_fills_counts_that_nobody_showed() -> None:
    """Only what a newer page says is kept."""
    better = merge.merged(
        paper(upvotes=5, counted="2026-11-20"), sighting(comments=3), "2026-11-19"
    )
    assert (5, 3, "2026-11-20") == (better.upvotes, better.comments, better.counted)


def _counts(one: Paper) -> tuple[int | None, int | None]:
    return one.upvotes, one.comments
