"""The order of papers, and the few to read first."""

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


def test_votes_and_comments_then_authors_then_date_then_title() -> None:
    """Ties go to more authors, then to the newer paper, then by title, capitals or not."""
    expected = [
        item(1, upvotes=3, comments=4),
        item(2, upvotes=6),
        item(3, "z", n_authors=9),
        item(4, "b", published="2026-11-20"),
        item(5, "B", published="2026-11-19"),
        item(6, "c", published="2026-11-19"),
        item(7, "A"),
    ]
    assert guids(expected) == guids(ranking.order(expected[::-1]))


def test_what_is_followed_comes_first() -> None:
    """What fits more of the profile before what fits less; votes decide between equals."""
    expected = [item(1), item(2, upvotes=5), item(3, upvotes=4), item(4, upvotes=99)]
    known = {
        expected[0].guid: ProfileMatch(("Follows a", "Follows b")),
        expected[1].guid: ProfileMatch(("Follows a",)),
        expected[2].guid: ProfileMatch(("Follows b",)),
    }
    assert guids(expected) == guids(ranking.order(expected[::-1], known))


def test_likeness_counts_twice_beside_votes() -> None:
    """The second by likeness and last by votes stands behind the one first in both only."""
    alike = [item(n, upvotes=10 - n) for n in range(4)]
    known = {
        one.guid: ProfileMatch(likeness=value)
        for one, value in zip(alike, (0.1, 0.0, 0.4, 0.3), strict=True)
    }
    expected = [alike[n] for n in (2, 0, 3, 1)]  # places 2, 4, 5 and 7 in all
    assert guids(expected) == guids(ranking.order(alike, known))


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
    unique_by=lambda one: one.guid,
)
LIKED = st.lists(st.sampled_from((0.0, 0.1, 0.2)))


@given(items=ITEMS, liked=LIKED, seed=st.integers())
def test_the_order_they_come_in_makes_no_difference(
    items: list[Item], liked: list[float], seed: int
) -> None:
    """The same papers stand in the same order in every process, with a library or without."""
    known = {
        one.guid: ProfileMatch(likeness=value) for one, value in zip(items, liked, strict=False)
    }
    shuffled = random.Random(seed).sample(items, len(items))
    assert ranking.order(items, known) == ranking.order(shuffled, known)
    assert sorted(guids(items)) == sorted(guids(ranking.order(items, known)))


def headings(items: list[Item], *names: str) -> dict[str, str]:
    """The topic of each paper; the last name is that of all further ones."""
    return {one.guid: names[min(at, len(names) - 1)] for at, one in zip(count(), items)}


def test_picks_say_why() -> None:
    """The strongest thing that the counts say: of the issue, of the heading, of the paper."""
    items = [
        item(1, upvotes=73),
        item(2, upvotes=70, comments=2),
        item(3, upvotes=41),
        item(4, upvotes=20, comments=19),
        item(5, upvotes=30, comments=1),
        *(item(n) for n in range(6, 16)),
    ]
    picked = ranking.picks(
        ranking.order(items), headings(items, "Agents", "Agents", "Vision", "Speech", "Maths", "x")
    )
    assert {
        items[0].guid: "Most votes in this issue (73)",
        items[1].guid: "70 votes and 2 comments",
        items[2].guid: "41 votes",
        items[3].guid: "Most discussed (19 comments)",
        items[4].guid: "30 votes and 1 comment",
    } == picked


def test_the_best_under_a_heading_is_told() -> None:
    """Where the heading holds others to compare with."""
    items = [item(n, upvotes=90 - n) for n in range(9)]
    names = headings(items, "Agents", "Vision", "Vision")
    picked = ranking.picks(ranking.order(items), names)
    assert picked[items[1].guid] == "Most votes under its heading (89)"


def test_at_most_two_of_a_topic() -> None:
    """Also when the whole issue is about it."""
    items = [item(n, upvotes=n) for n in range(30)]
    assert 2 == len(ranking.picks(ranking.order(items), headings(items, "Agents")))


@pytest.mark.parametrize(("papers", "expected"), [(5, 0), (6, 2), (9, 3), (15, 5), (99, 5)])
def test_a_third_of_the_papers_and_five_at_most(papers: int, expected: int) -> None:
    """A tiny issue is read whole."""
    items = [item(n, upvotes=n) for n in range(papers)]
    own = {one.guid: one.guid for one in items}
    assert expected == len(ranking.picks(ranking.order(items), own))


@pytest.mark.parametrize("fields", [{}, {"upvotes": 4}, {"comments": 1}, {"n_authors": 3}])
def test_no_picks_where_nothing_sets_papers_apart(fields: dict[str, Any]) -> None:
    """All have the same counts, or none."""
    items = [item(n, **fields) for n in range(20)]
    assert {} == ranking.picks(items, headings(items, "Agents"))


def test_the_profile_alone_picks() -> None:
    """On a page without counts; its reasons are given."""
    items = [item(n) for n in range(9)]
    known = {
        items[3].guid: ProfileMatch(("Follows your word “kelp”",), 0.2, 4),
        items[5].guid: ProfileMatch((), 0.1, 1),
    }
    picked = ranking.picks(ranking.order(items, known), headings(items, "x"), known)
    assert {items[3].guid: "Follows your word “kelp”; Close to 4 papers in your library"} == picked


def test_counts_in_words() -> None:
    """What a place rests on; nothing where nothing is known."""
    assert "1 vote, 1,204 authors" == ranking.why(item(1, upvotes=1, n_authors=1204, comments=0))
    assert "" == ranking.why(item(1))


def test_of_a_week_what_gained_most_is_read_first() -> None:
    """Before what has more votes; what the profile follows before both; ten at the most."""
    many = [item(n, upvotes=100 - n) for n in range(60)]
    headings = {one.guid: f"topic {n}" for n, one in enumerate(many)}
    gains = {many[n].guid: Gain(n, f"Up {n}") for n in (40, 50)}
    known = {many[30].guid: ProfileMatch(("Follows a",))}
    ordered = ranking.order(many, known)
    found = ranking.picks(ordered, headings, known, gains)
    assert [many[n].guid for n in (30, 50, 40, *range(7))] == list(found)
    assert ["Follows a", "Up 50", "Up 40"] == list(found.values())[:3]
    assert ranking.PICKS == len(ranking.picks(ordered, headings, known))
