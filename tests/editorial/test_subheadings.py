"""Sub-headings of a long section."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import subheadings
from digest.model.issues import Item, Subheading, Teaser
from tests.support.builders import guids, item


def section(**amounts: int) -> list[Item]:
    """Return so many papers with each of these words in their titles; ``_`` is a blank."""
    words = [name.replace("_", " ") for name, amount in amounts.items() for _ in range(amount)]
    return [item(n, f"Paper{n}x: {name}") for n, name in enumerate(words)]


def sizes(parts: tuple[Subheading, ...]) -> list[tuple[str, int]]:
    """Return each sub-heading with its number of papers."""
    return [(part.name, len(part.papers)) for part in parts]


def test_a_short_section_has_no_sub_headings() -> None:
    """Twelve papers need none, thirteen do."""
    assert () == subheadings.split_section("Shore", section(kelp=6, gulls=6))
    assert [("Gulls", 6), ("Kelp", 6), ("More", 1)] == sizes(
        subheadings.split_section("Shore", section(kelp=6, gulls=6, piers=1))
    )


def test_a_phrase_of_most_papers_is_no_sub_heading() -> None:
    """Nor are words of the section's heading, or phrases of only two papers."""
    assert () == subheadings.split_section("Shore", section(kelp=9, gulls=2, piers=2))
    assert () == subheadings.split_section("Kelp & gulls", section(kelp=6, gulls=6, piers=2))


def test_a_section_is_not_split_if_most_papers_would_remain() -> None:
    """Ten of fourteen papers share no word."""
    rest = {f"{name}fish": 1 for name in "abcdefghij"}
    assert () == subheadings.split_section("Shore", section(kelp=4, **rest))
    half = dict(list(rest.items())[:7])
    parts = subheadings.split_section("Shore", section(kelp=7, **half))
    assert [("Kelp", 7), ("More", 7)] == sizes(parts)


def test_a_longer_phrase_comes_first() -> None:
    """Of two phrases with equally many papers."""
    parts = subheadings.split_section("Shore", section(kelp_forest=6, gulls=6, piers=2))
    assert [("Kelp forest", 6), ("Gulls", 6), ("More", 2)] == sizes(parts)


def test_a_sub_heading_counts_teasers_but_must_be_in_titles() -> None:
    """A single word needs two titles; a word that only teasers share is none."""
    papers = section(a1fish=1, b1fish=1, c1fish=1, gulls=5, piers=5)
    teaser = Teaser("we grow kelp", "abstract")
    papers[:3] = [item(n, paper.title, one_line=teaser) for n, paper in enumerate(papers[:3])]
    assert ["Gulls", "Piers", "More"] == [
        part.name for part in subheadings.split_section("Shore", papers)
    ]
    papers[:2] = [item(n, "Kelp", one_line=teaser) for n in range(2)]
    assert ("Kelp", 3) in sizes(subheadings.split_section("Shore", papers))


@given(st.lists(st.sampled_from(("kelp", "gulls", "piers", "locks", "dunes")), max_size=40))
def test_every_paper_stands_under_one_sub_heading(words: list[str]) -> None:
    """Unless the section has none."""
    papers = [item(n, f"Paper{n}x: {word}") for n, word in enumerate(words)]
    parts = subheadings.split_section("Shore", papers)
    listed = sorted(guid for part in parts for guid in part.papers)
    assert listed == (sorted(guids(papers)) if parts else [])
    assert all(part.papers for part in parts)
