"""Similarity: sketches, the blocks that the ledger stores of them, and near copies."""

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


def test_the_blocks_of_an_abstract_never_change() -> None:
    """The ledger stores them, and could not find papers by blocks of another form."""
    expected = (404023322, 520410261, 569948802, 1234507466, 1362955214)
    assert expected == similarity.lookup_blocks(similarity.sketch(ABSTRACT))


@given(text=st.lists(WORDS, max_size=20).map(" ".join))
def test_a_sketch_depends_on_words_only(text: str) -> None:
    """ASCII case, punctuation and blanks make no difference; no hash comes twice."""
    sketch = similarity.sketch(text)
    plain = "".join(" " if letter in punctuation else letter for letter in text.lower())
    assert sketch == similarity.sketch("  ".join(plain.split(" ")))
    assert sorted(set(sketch)) == list(sketch)


@given(by_block=st.lists(st.sets(st.integers(-9, 9))))
def test_papers_under_enough_blocks_are_returned(by_block: list[set[int]]) -> None:
    """Enough are three, also of a sketch with fewer than five, and in any order."""
    counts = Counter(number for under in by_block for number in under)
    expected = {number for number, count in counts.items() if count >= similarity.SHARED}
    assert expected == set(similarity.find_candidates(by_block))


@pytest.mark.parametrize(
    ("title", "abstract", "similar"),
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
def test_title_and_abstract_must_both_be_similar(
    title: str, abstract: str | None, *, similar: bool
) -> None:
    """A number more in the title makes another paper, and so do other words in either."""
    seen = sighting("Lanterns of ordinary workshops", abstract=ABSTRACT)
    stored = paper(title=title, abstract=abstract)
    copies = similarity.SimilarityCache({}).near_copies(seen, [stored])
    assert [stored] * similar == list(copies)


def test_abstracts_are_compared_only_if_titles_are_similar() -> None:
    """Most titles differ, and comparing abstracts costs more."""
    sketches: dict[str, similarity.Sketch] = {}
    seen = sighting("Lanterns of ordinary workshops", abstract=ABSTRACT)
    stored = [paper(title="Harbours seen from a ferry", abstract=f"{n} harbours") for n in range(3)]
    assert [] == list(similarity.SimilarityCache(sketches).near_copies(seen, stored))
    assert {} == sketches
