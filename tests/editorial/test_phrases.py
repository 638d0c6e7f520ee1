"""Phrases that papers share."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial import phrases


def shared(*texts: str, least: int = 2) -> dict[str, list[int]]:
    """The phrases of these texts."""
    return phrases.shared([phrases.tokens(text) for text in texts], least)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Kelp forests, at 4.5 GHz.", ["kelp", "forests", "|", "at", "4.5", "ghz"]),
        ("A lamp. Tide-driven (slow)?", ["a", "lamp", "|", "tide-driven", "|", "slow", "|", "|"]),
        ("“Lanterns”: C++ & Rust", ["|", "lanterns", "|", "|", "c++", "rust"]),
        ("", []),
    ],
)
def test_words_and_breaks(text: str, expected: list[str]) -> None:
    """Lower case; a phrase ends where a bar stands; hyphens and points inside words stay."""
    assert expected == phrases.tokens(text)


def test_phrases_with_the_texts_that_use_them() -> None:
    """Of one to three words, each text once however often it says it."""
    found = shared("kelp forest lamps, kelp forest lamps", "The kelp forest", "a forest")
    assert {"kelp": [0, 1], "forest": [0, 1, 2], "kelp forest": [0, 1]} == found


def test_a_plural_is_its_singular() -> None:
    """In a phrase too."""
    assert {"tide": [0, 1], "gauge": [0, 1], "tide gauge": [0, 1]} == shared(
        "tide gauges", "tide gauge"
    )


@pytest.mark.parametrize("between", [", ", ". ", ": ", " (", " of ", " 17 "])
def test_no_phrase_runs_over_a_break(between: str) -> None:
    """A mark, a word that is grammar, a number."""
    assert {"kelp": [0, 1], "lamp": [0, 1]} == shared(*[f"kelp{between}lamp"] * 2)


def test_longer_texts_are_counted_for_the_phrases_wanted() -> None:
    """Plurals count; words inside other words do not."""
    texts = ("Kelp forests grow", "a kelp forest", "kelp, forest", "reforest")
    assert {"kelp forest": 2, "forest": 3} == phrases.counted(texts, ["kelp forest", "forest"])


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("kelp", True), ("model", False), ("models", False), ("large language model", False),
     ("kelp model", True), ("scaled", False), ("truly", False)],
)  # fmt: skip
def test_what_says_something_alone(phrase: str, *, expected: bool) -> None:
    """Not what every second paper is about, and no participle."""
    assert expected == phrases.says_something(phrase)


def test_as_most_texts_write_it() -> None:
    """Of equals the one in plain letters; blanks of any kind between words."""
    texts = ["We use RAG. RAG is old, rag is not", "Tide  gauge, tide gauge; tide-gauges"]
    assert ["RAG", "tide gauge", "absent"] == [
        phrases.written(phrase, texts) for phrase in ("rag", "tide gauge", "absent")
    ]


@given(st.lists(st.text(max_size=60), max_size=5))
def test_any_text_has_phrases(texts: list[str]) -> None:
    """Positions are of texts there are, in order, and stop words never stand in a phrase."""
    for phrase, where in shared(*texts, least=1).items():
        assert sorted(set(where)) == where
        assert range(len(texts))[where[-1]] == where[-1]
        assert phrases.STOP.isdisjoint(phrase.split())


_KELP = st.lists(st.sampled_from("kelp tide tides gauge gauges the , .".split()), max_size=9)


@given(st.lists(st.tuples(_KELP, _KELP), max_size=6), st.integers(1, 3))
def test_phrases_of_titles(papers: list[tuple[list[str], list[str]]], least: int) -> None:
    """Just what the texts share and a title has, a single word two titles."""
    titles = [" ".join(title) for title, _ in papers]
    texts = [f"{title} | {' '.join(rest)}" for title, (_, rest) in zip(titles, papers, strict=True)]
    both = shared(*texts, least=least)
    titled = phrases.counted(titles, both)
    expected = {one: where for one, where in both.items() if titled[one] > (" " not in one)}
    assert expected == phrases.headed(titles, texts, least)


@given(st.text(st.characters() | st.sampled_from(" .,;|\"“”–—…·‘’'\n")))
def test_tokens_are_cut_at_each_mark(text: str) -> None:
    """As if every character were looked at alone."""
    marks = dict.fromkeys(',;:()?!|[]{}“”"–—…·', "|") | dict.fromkeys(
        "\t\n\r#$%&'*/<=>@\\^_`~‘’", " "
    )
    plain = "".join(marks.get(one, one) for one in text.lower().rstrip("."))
    assert plain.replace(". ", "|").replace("|", " | ").split() == phrases.tokens(text)
