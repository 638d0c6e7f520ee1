"""The order of papers, and the picks."""

from __future__ import annotations

import random
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import ranking
from digest.editorial.followups import Gain
from digest.editorial.profile import ProfileMatch
from digest.model.issues import Item
from tests.support.builders import guids, item


def test_papers_are_ranked_by_votes_then_authors_then_date_then_title() -> None:
    """Comments count like votes, and the case of a title makes no difference."""
    expected = [
        item(1, upvotes=3, comments=4),
        item(2, upvotes=6),
        item(3, "z", n_authors=9),
        item(4, "b", published="2026-11-20"),
        item(5, "B", published="2026-11-19"),
        item(6, "c", published="2026-11-19"),
        item(7, "A"),
    ]
    assert guids(expected) == guids(ranking.rank_papers(expected[::-1]))


def test_followed_papers_come_first() -> None:
    """A paper that matches more of the profile comes before one that matches less."""
    expected = [item(1), item(2, upvotes=5), item(3, upvotes=4), item(4, upvotes=99)]
    matches = {
        expected[0].guid: ProfileMatch((("word", "a"), ("word", "b"))),
        expected[1].guid: ProfileMatch((("word", "a"),)),
        expected[2].guid: ProfileMatch((("word", "b"),)),
    }
    assert guids(expected) == guids(ranking.rank_papers(expected[::-1], matches))


def test_similarity_counts_twice_beside_votes() -> None:
    """A paper that is first by similarity and third by votes comes second."""
    papers = [item(n, upvotes=10 - n) for n in range(4)]
    matches = {
        paper.guid: ProfileMatch(similarity=value)
        for paper, value in zip(papers, (0.1, 0.0, 0.4, 0.3), strict=True)
    }
    expected = [papers[n] for n in (2, 0, 3, 1)]  # places 2, 4, 5 and 7 in all
    assert guids(expected) == guids(ranking.rank_papers(papers, matches))


def test_papers_of_equal_similarity_share_a_place() -> None:
    """So votes decide between them; here a similar paper with the fewest votes comes third."""
    papers = [item(n, upvotes=10 - n) for n in range(4)]
    matches = {papers[3].guid: ProfileMatch(similarity=0.5)}
    expected = [papers[n] for n in (0, 1, 3, 2)]  # places 2, 3, 3 and 4 in all
    assert guids(expected) == guids(ranking.rank_papers(papers, matches))


def test_withdrawn_papers_come_last_and_are_never_picked() -> None:
    """However many votes they have, and also if the profile follows them."""
    papers = [item(n, upvotes=n) for n in range(1, 8)]
    withdrawn = item(9, upvotes=900, retracted=True)
    follows = {withdrawn.guid: ProfileMatch(follows=(("word", "moss"),))}
    ranked = ranking.rank_papers([withdrawn, *papers], follows)
    assert guids([*reversed(papers), withdrawn]) == guids(ranked)
    picks = ranking.choose_picks(ranked, headings(list(ranked), "a", "b", "c"), follows)
    assert guids([papers[6], papers[5]]) == list(picks)


ITEMS = st.lists(
    st.builds(
        item,
        st.integers(1, 9999),
        st.sampled_from(("a", "A", "b")),
        upvotes=st.none() | st.integers(0, 2),
        comments=st.none() | st.integers(0, 2),
        n_authors=st.none() | st.integers(1, 2),
        published=st.sampled_from((None, "2026-11-19", "2026-11-20")),
    ),
    unique_by=lambda paper: paper.guid,
)
SIMILARITIES = st.lists(st.sampled_from((0.0, 0.1, 0.2)))


@given(items=ITEMS, similarities=SIMILARITIES, seed=st.integers())
def test_the_ranking_does_not_depend_on_the_order_of_papers(
    items: list[Item], similarities: list[float], seed: int
) -> None:
    """Every paper is ranked, with a library or without."""
    matches = {
        paper.guid: ProfileMatch(similarity=value)
        for paper, value in zip(items, similarities, strict=False)
    }
    shuffled = random.Random(seed).sample(items, len(items))
    assert ranking.rank_papers(items, matches) == ranking.rank_papers(shuffled, matches)
    assert sorted(guids(items)) == sorted(guids(ranking.rank_papers(items, matches)))


def headings(items: list[Item], *names: str) -> dict[str, str]:
    """Return the topic of each paper; the last name is that of all further papers."""
    return {paper.guid: names[min(at, len(names) - 1)] for at, paper in zip(count(), items)}


def test_a_pick_has_the_strongest_reason_of_its_counts() -> None:
    """A reason about the whole issue is stronger than one about the paper alone."""
    items = [
        item(1, upvotes=73),
        item(2, upvotes=70, comments=7),
        item(3, upvotes=41),
        item(4, upvotes=20, comments=19),
        item(5, upvotes=30, comments=1),
        *(item(n) for n in range(6, 16)),
    ]
    picked = ranking.choose_picks(
        ranking.rank_papers(items),
        headings(items, "Agents", "Agents", "Vision", "Speech", "Maths", "x"),
    )
    assert {
        items[0].guid: "Most votes in this issue (73)",
        items[1].guid: "70 votes and 7 comments",
        items[2].guid: "41 votes",
        items[3].guid: "Most discussed (19 comments)",
        items[4].guid: "30 votes",
    } == picked


def test_the_best_paper_under_a_heading_is_picked_as_that() -> None:
    """If the heading has other papers to compare with."""
    items = [item(n, upvotes=90 - n) for n in range(9)]
    names = headings(items, "Agents", "Vision", "Vision")
    picked = ranking.choose_picks(ranking.rank_papers(items), names)
    assert picked[items[1].guid] == "Most votes under its heading (89)"


def test_at_most_two_picks_have_the_same_topic() -> None:
    """Even if the whole issue is about it."""
    items = [item(n, upvotes=n) for n in range(30)]
    assert 2 == len(ranking.choose_picks(ranking.rank_papers(items), headings(items, "Agents")))


@pytest.mark.parametrize(("papers", "expected"), [(5, 0), (6, 2), (9, 3), (15, 5), (99, 5)])
def test_at_most_five_and_a_third_of_the_papers_are_picks(papers: int, expected: int) -> None:
    """An issue of fewer than six papers has none: it is read whole."""
    items = [item(n, upvotes=9 * n) for n in range(papers)]
    topics = {paper.guid: paper.guid for paper in items}
    assert expected == len(ranking.choose_picks(ranking.rank_papers(items), topics))


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        (None, {"comments": 1}),
        (None, {"upvotes": 4, "comments": 4}),
        (None, {"stars": 99}),
        ("Most votes in this issue (5)", {"upvotes": 5, "comments": 1}),
        ("Most discussed (5 comments)", {"upvotes": 1, "comments": 5}),
        ("1,204 stars for its code", {"upvotes": 1, "stars": 1204}),
    ],
)
def test_few_votes_or_comments_are_no_reason_for_a_pick(
    expected: str | None, fields: dict[str, Any]
) -> None:
    """Five of a kind are needed, or a hundred stars of the code, however few the others have."""
    best, *others = items = [item(0, **fields), *(item(n) for n in range(1, 20))]
    picked = ranking.choose_picks(ranking.rank_papers(items), headings(items, "Agents"))
    assert expected == picked.get(best.guid)
    assert not picked.keys() & set(guids(others))


@pytest.mark.parametrize("fields", [{}, {"upvotes": 40}, {"comments": 10}, {"n_authors": 3}])
def test_papers_with_equal_counts_give_no_picks(fields: dict[str, Any]) -> None:
    """Nothing distinguishes them."""
    items = [item(n, **fields) for n in range(20)]
    assert {} == ranking.choose_picks(items, headings(items, "Agents"))


def test_a_paper_without_counts_is_picked_for_the_profile() -> None:
    """Its reasons are those of the profile."""
    items = [item(n) for n in range(9)]
    matches = {
        items[3].guid: ProfileMatch((("word", "kelp"),), 0.2, 4),
        items[5].guid: ProfileMatch((), 0.1, 1),
    }
    picked = ranking.choose_picks(
        ranking.rank_papers(items, matches), headings(items, "x"), matches
    )
    assert {items[3].guid: "Follows your word “kelp”; close to 4 papers in your library"} == picked


def test_counts_are_described_in_words() -> None:
    """Zero and unknown counts are left out."""
    assert "1 vote, 1,204 authors" == ranking.describe_counts(
        item(1, upvotes=1, n_authors=1204, comments=0)
    )
    assert "" == ranking.describe_counts(item(1))


def test_picks_of_a_week_are_ordered_by_gain() -> None:
    """Followed papers come first, papers without a gain last; ten at most."""
    papers = [item(n, upvotes=100 - n) for n in range(60)]
    headings = {paper.guid: f"topic {n}" for n, paper in enumerate(papers)}
    gains = {papers[n].guid: Gain(n, f"Up {n}") for n in (40, 50)}
    matches = {papers[30].guid: ProfileMatch((("word", "a"),))}
    ranked = ranking.rank_papers(papers, matches)
    picked = ranking.choose_picks(ranked, headings, matches, gains)
    assert [papers[n].guid for n in (30, 50, 40, *range(7))] == list(picked)
    assert ["Follows your word “a”", "Up 50", "Up 40"] == list(picked.values())[:3]
    assert ranking.PICKS == len(ranking.choose_picks(ranked, headings, matches))
