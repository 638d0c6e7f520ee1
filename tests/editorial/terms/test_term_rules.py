"""Which phrases may be terms and sub-headings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.editorial.terms import rules
from digest.editorial.terms import words as word_lists

HEADINGS = [rules.heading_words(name) for name in ("Tides & lanterns", "Deep pretraining")]


@pytest.mark.parametrize(
    "phrase",
    ["kelp", "kelp model", "harbour seal", "time series forecasting", "large kelp model",
     "model merging", "kelp embedding", "tide history", "diffusion process"],
)  # fmt: skip
def test_a_noun_phrase_may_be_a_term(phrase: str) -> None:
    """Also with a plain word in it, or an adjective that belongs to its name."""
    assert rules.may_be_term(phrase, HEADINGS)


@pytest.mark.parametrize(
    "phrase",
    ["model", "models", "path", "flow", "foundation", "automatic", "scaled", "truly", "cvpr",
     "large language model", "fine-tuning large", "kelp multimodal", "larger kelp", "large kelp",
     "allowing seals", "harbour capabilities", "harbour containing", "kelp large language",
     "time", "code"],
)  # fmt: skip
def test_plain_words_and_cut_phrases_are_no_terms(phrase: str) -> None:
    """Nor are verbs, adjectives without a noun, or what any paper has."""
    assert not rules.may_be_term(phrase, HEADINGS)


@pytest.mark.parametrize(
    ("phrase", "expected"),
    [("lantern", False), ("tide lantern", False), ("pre-training", False), ("tide-lanterns", False),
     ("deep lantern", True), ("tide kelp", True)],
)  # fmt: skip
def test_no_term_repeats_a_heading(phrase: str, *, expected: bool) -> None:
    """A heading that has all of its words, in singular or plural, with or without a hyphen."""
    assert expected == rules.may_be_term(phrase, HEADINGS)


def test_a_name_is_told_by_its_capitals() -> None:
    """A capital at the beginning alone says nothing."""
    words = ("RAG", "LoRA", "GPT-4", "tSNE", "Kelp", "kelp")
    assert ["RAG", "LoRA", "GPT-4", "tSNE"] == [word for word in words if rules.is_name(word)]
    assert rules.is_subject("transformers")
    assert not rules.is_subject("kelp")


_WORDS = st.sampled_from(
    sorted(word_lists.GENERAL_NOUNS | word_lists.NO_END | word_lists.GERUNDS | {"kelp", "tide"})
)


@given(st.lists(_WORDS, min_size=1, max_size=4), st.sampled_from(("based", "large", "ability")))
def test_what_no_name_ends_with_ends_none(words: list[str], last: str) -> None:
    """Whatever stands before it."""
    assert not rules.may_be_term(" ".join((*words, last)))
