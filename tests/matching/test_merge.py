"""Merging what a sighting adds to a paper."""

from __future__ import annotations

import pytest

from digest.matching import merge
from digest.model.papers import Organization, Paper
from tests.support.builders import paper, sighting

ARXIV, DOI = "2611.00001", "10.5555/lantern.1"
ABSTRACT = "Tunnels are dark. We hang lanterns in them."
REVISED = "Tunnels are long and dark. We hang lanterns in all of them."


def test_merging_fills_missing_values_and_replaces_none_by_a_worse_one() -> None:
    """A poorer page adds its DOI and its newer votes only."""
    full = paper(
        abstract=ABSTRACT, arxiv_id=ARXIV, published="2026-11-20", published_text="Nov 20",
        authors=("Ada Vance", "Bo Imrie"), organization=Organization("northfield", "Northfield"),
        upvotes=5,
    )  # fmt: skip
    poor = sighting(doi=DOI, authors=("Ada Vance",), published="2026-11-21", upvotes=7)
    better = merge.merge_papers(full, poor)
    assert (DOI, 7) == (better.doi, better.upvotes)
    unchanged = ("abstract", "arxiv_id", "published", "published_text", "authors", "organization")
    assert [getattr(full, name) for name in unchanged] == [
        getattr(better, name) for name in unchanged
    ]


@pytest.mark.parametrize("short", ["Tunnels are dark. We hang…", "Tunnels are dark. We hang ..."])
def test_an_abstract_cut_short_does_not_replace_the_whole_one(short: str) -> None:
    """Feeds often cut abstracts."""
    assert (
        ABSTRACT == merge.merge_papers(paper(abstract=ABSTRACT), sighting(abstract=short)).abstract
    )


def test_a_revised_abstract_replaces_the_old_one() -> None:
    """The paper has the newest words."""
    assert (
        REVISED == merge.merge_papers(paper(abstract=ABSTRACT), sighting(abstract=REVISED)).abstract
    )


def test_counts_are_those_of_the_last_page_that_states_them() -> None:
    """A page without votes does not change them; a page with zero votes does."""
    voted = paper(upvotes=5, comments=2)
    assert (5, 2) == _counts(merge.merge_papers(voted, sighting()))
    assert (6, 0) == _counts(merge.merge_papers(voted, sighting(upvotes=6, comments=0)))


@pytest.mark.parametrize(
    ("counted", "page_date", "expected"),
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
    counted: str | None, page_date: str | None, expected: tuple[int, str | None]
) -> None:
    """An older page that comes late does not replace them, not even zero votes."""
    better = merge.merge_papers(paper(upvotes=0, counted=counted), sighting(upvotes=9), page_date)
    assert expected == (better.upvotes, better.counted)


def test_a_late_page_fills_counts_that_no_page_stated() -> None:
    """The counts of newer pages stay."""
    better = merge.merge_papers(
        paper(upvotes=5, counted="2026-11-20"), sighting(comments=3), "2026-11-19"
    )
    assert (5, 3, "2026-11-20") == (better.upvotes, better.comments, better.counted)


def _counts(merged: Paper) -> tuple[int | None, int | None]:
    return merged.upvotes, merged.comments
