"""Near copies: what they are found by is stored, so it is pinned; and what is alike."""

from __future__ import annotations

from collections import Counter
from string import punctuation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.matching import similarity
from tests.support.builders import paper, sighting

ABSTRACT = (
    "Lanterns of ordinary workshops are seldom compared with lanterns of celebrated workshops;"
    " measuring hundreds of ordinary lanterns, we present reference brightness for collectors."
)
WORDS = st.text(st.sampled_from("abcdefgß é\n\t\x1c0123" + punctuation), max_size=60)


def test_what_the_ledger_holds_of_an_abstract_stays() -> None:
    """A released hash is for ever: an index of another form would find nothing again."""
    expected = (404023322, 520410261, 569948802, 1234507466, 1362955214)
    assert expected == similarity.blocks(similarity.sketch(ABSTRACT))


@given(text=st.lists(WORDS, max_size=20).map(" ".join))
def test_a_sketch_tells_words_only(text: str) -> None:
    """Case, punctuation and blanks of ASCII make no difference; no hash comes twice."""
    found = similarity.sketch(text)
    plain = "".join(" " if letter in punctuation else letter for letter in text.lower())
    assert found == similarity.sketch("  ".join(plain.split(" ")))
    assert sorted(set(found)) == list(found)


@given(by_block=st.lists(st.lists(st.integers(-9, 9))))
def test_near_are_those_under_enough_blocks(by_block: list[list[int]]) -> None:
    """Whatever the order: a paper that stands for several counts as often as it stands there."""
    often = Counter(number for under in by_block for number in under)
    expected = {number for number, count in often.items() if count >= similarity.SHARED}
    assert expected == set(similarity.near(by_block))


@pytest.mark.parametrize(
    ("title", "abstract", "alike"),
    [
        ("Lanterns of ordinary workshop", ABSTRACT.upper(), True),
        ("Lanterns of ordinary workshops II", ABSTRACT, False),
        ("Harbours seen from a ferry", ABSTRACT, False),
        (
            "Lanterns of ordinary workshops",
            "Harbours are described by travellers elsewhere.",
            False,
        ),
        ("Lanterns of ordinary workshops", None, False),
    ],
)
def test_title_and_abstract_must_both_be_alike(
    title: str, abstract: str | None, *, alike: bool
) -> None:
    """A number more in the title is another paper, and so are other words in either."""
    shown = sighting("Lanterns of ordinary workshops", abstract=ABSTRACT)
    held = paper(title=title, abstract=abstract)
    found = similarity.Likeness({}).alike(shown, [held])
    assert [held] * alike == list(found)


def test_an_abstract_is_looked_at_only_where_titles_are_alike() -> None:
    """Most papers differ in their titles, and comparing abstracts costs more."""
    sketches: dict[str, similarity.Sketch] = {}
    shown = sighting("Lanterns of ordinary workshops", abstract=ABSTRACT)
    held = [paper(title="Harbours seen from a ferry", abstract=f"{n} harbours") for n in range(3)]
    assert [] == list(similarity.Likeness(sketches).alike(shown, held))
    assert {} == sketches
