"""Phrases that texts share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import phrases
from digest.editorial.common_words import BREAKING


def shared(*texts: str, least: int = 2) -> dict[str, list[int]]:
    """Return the phrases that at least ``least`` of these texts use."""
    return phrases.find_shared([phrases.tokens(text) for text in texts], least)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kelp forests, at 4.5 GHz.", ["kelp", "forests", "|", "at", "4.5", "ghz"]),
        ("A lamp. Tide-driven (slow)?", ["a", "lamp", "|", "tide-driven", "|", "slow", "|", "|"]),
        ("“Lanterns”: C++ & Rust", ["|", "lanterns", "|", "|", "c++", "rust"]),
        ("", []),
    ],
)
def test_a_text_is_split_into_words_and_breaks(text: str, expected: list[str]) -> None:
    """A bar is where a phrase ends; hyphens and full stops inside words stay."""
    assert expected == phrases.tokens(text)


def test_a_phrase_is_found_with_the_texts_that_use_it() -> None:
    """It has one to four words, and counts once for each text."""
    positions = shared("kelp forest lamps, kelp forest lamps", "The kelp forest", "a forest")
    assert {"kelp": [0, 1], "forest": [0, 1, 2], "kelp forest": [0, 1]} == positions


def test_a_plural_counts_as_its_singular() -> None:
    """In a phrase of several words too."""
    assert {"tide": [0, 1], "gauge": [0, 1], "tide gauge": [0, 1]} == shared(
        "tide gauges", "tide gauge"
    )


@pytest.mark.parametrize("between", [", ", ". ", ": ", " (", " of ", " 17 "])
def test_no_phrase_crosses_a_break(between: str) -> None:
    """A mark, a stop word and a number are breaks."""
    assert {"kelp": [0, 1], "lamp": [0, 1]} == shared(*[f"kelp{between}lamp"] * 2)


def test_texts_are_counted_for_each_phrase() -> None:
    """Plurals count, words inside other words do not."""
    texts = ("Kelp forests grow", "a kelp forest", "kelp, forest", "reforest")
    assert {"kelp forest": 2, "forest": 3} == phrases.count_uses(texts, ["kelp forest", "forest"])


def test_the_usual_spelling_is_that_of_most_texts() -> None:
    """Of equals the one in lower case wins; blanks of any kind may be between words."""
    texts = ["We use RAGs. RAG is old, rag is not", "Tide  gauge, tide gauge; tide-gauges"]
    assert ["RAG", "tide gauge", "absent"] == [
        phrases.usual_spelling(phrase, texts) for phrase in ("rag", "tide gauge", "absent")
    ]


def test_a_hyphen_of_another_text_joins_two_words() -> None:
    """Only where the words stand next to each other."""
    joined = phrases.join_hyphenated([["tide", "gauge", "tide"], ["tide-gauge"], ["gauge"]])
    assert [["tide-gauge", "tide"], ["tide-gauge"], ["gauge"]] == joined


def test_uses_are_counted_with_hyphen_and_with_blank() -> None:
    """And in singular and plural, whichever the phrase has."""
    texts = ("A tide-gauge", "Tide gauges", "tide, gauge", "the tides gauge")
    assert {"tide gauge": 3, "tide-gauges": 3} == phrases.count_uses(
        texts, ["tide gauge", "tide-gauges"]
    )


@given(st.lists(st.text(max_size=60), max_size=5))
def test_positions_are_valid_for_any_text(texts: list[str]) -> None:
    """They are in order, and no phrase has a stop word."""
    for phrase, where in shared(*texts, least=1).items():
        assert sorted(set(where)) == where
        assert range(len(texts))[where[-1]] == where[-1]
        assert BREAKING.isdisjoint(phrase.split())


_KELP = st.lists(st.sampled_from("kelp tide tides gauge gauges the , .".split()), max_size=9)


@given(st.lists(st.tuples(_KELP, _KELP), max_size=6), st.integers(1, 3))
def test_phrases_of_titles_are_those_that_texts_share(
    papers: list[tuple[list[str], list[str]]], least: int
) -> None:
    """Each is in one of the titles, a single word in two."""
    titles = [" ".join(title) for title, _ in papers]
    texts = [f"{title} | {' '.join(rest)}" for title, (_, rest) in zip(titles, papers, strict=True)]
    positions = shared(*texts, least=least)
    titled = phrases.count_uses(titles, positions)
    expected = {
        phrase: where for phrase, where in positions.items() if titled[phrase] > (" " not in phrase)
    }
    assert expected == phrases.find_titled(titles, texts, least)


@given(st.text(st.characters() | st.sampled_from(" .,;|\"“”–—…·‘’'\n")))
def test_tokens_are_split_at_each_mark(text: str) -> None:
    """As if every character were translated by itself."""
    marks = dict.fromkeys(',;:()?!|[]{}“”"–—…·', "|") | dict.fromkeys(
        "\t\n\r#$%&'*/<=>@\\^_`~‘’", " "
    )
    plain = "".join(marks.get(letter, letter) for letter in text.lower().rstrip("."))
    assert plain.replace(". ", "|").replace("|", " | ").split() == phrases.tokens(text)
