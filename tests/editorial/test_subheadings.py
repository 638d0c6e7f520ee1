"""Sub-headings of a long section."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import subheadings
from digest.model.issues import Item, Subheading, Teaser
from tests.support.builders import guids, item


def section(**amounts: int) -> list[Item]:
    """So many papers with each of these words in their titles, underscores being blanks."""
    words = [name.replace("_", " ") for name, amount in amounts.items() for _ in range(amount)]
    return [item(n, f"Paper{n}x: {name}") for n, name in enumerate(words)]


def names(found: tuple[Subheading, ...]) -> list[tuple[str, int]]:
    """Each sub-heading with its number of papers."""
    return [(part.name, len(part.papers)) for part in found]


def test_a_short_section_stays_whole() -> None:
    """Twelve papers need no sub-heading, thirteen do."""
    assert () == subheadings.split("Shore", section(kelp=6, gulls=6))
    assert [("Gulls", 6), ("Kelp", 6), ("More", 1)] == names(
        subheadings.split("Shore", section(kelp=6, gulls=6, piers=1))
    )


def test_a_phrase_of_more_than_half_divides_nothing() -> None:
    """Nor do the heading's own words, or phrases of two papers."""
    assert () == subheadings.split("Shore", section(kelp=9, gulls=2, piers=2))
    assert () == subheadings.split("Kelp & gulls", section(kelp=6, gulls=6, piers=2))


def test_what_is_left_may_not_be_most() -> None:
    """Else the section stays whole."""
    rest = {f"{name}fish": 1 for name in "abcdefghij"}
    assert () == subheadings.split("Shore", section(kelp=4, **rest))


def test_a_longer_phrase_goes_first() -> None:
    """Of two that sort as many papers."""
    found = subheadings.split("Shore", section(kelp_forest=6, gulls=6, piers=2))
    assert [("Kelp forest", 6), ("Gulls", 6), ("More", 2)] == names(found)


def test_lines_count_but_a_title_must_have_it() -> None:
    """A single word needs two titles; what the lines alone share is no heading."""
    papers = section(a1fish=1, b1fish=1, c1fish=1, gulls=5, piers=5)
    line = Teaser("we grow kelp", "abstract")
    papers[:3] = [item(n, one.title, one_line=line) for n, one in enumerate(papers[:3])]
    assert ["Gulls", "Piers", "More"] == [part.name for part in subheadings.split("Shore", papers)]
    papers[:2] = [item(n, "Kelp", one_line=line) for n in range(2)]
    assert ("Kelp", 3) in names(subheadings.split("Shore", papers))


@given(st.lists(st.sampled_from(("kelp", "gulls", "piers", "locks", "dunes")), max_size=40))
def test_every_paper_stands_in_one_part(words: list[str]) -> None:
    """Or in none of a section that stays whole."""
    papers = [item(n, f"Paper{n}x: {word}") for n, word in enumerate(words)]
    found = subheadings.split("Shore", papers)
    listed = sorted(guid for part in found for guid in part.papers)
    assert listed == (sorted(guids(papers)) if found else [])
    assert all(part.papers for part in found)
